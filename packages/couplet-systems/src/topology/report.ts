/** Topological crystals: summary and pictures. */
import type { SurfaceMap, TopologyResult } from "./problem/run.ts";
import type { WavePath } from "./problem/wave-path.ts";
import type { PhaseSweep } from "./problem/vary-model.ts";
import { colours, countText, figure, legend, scaleLegend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { gridPieces, pieces, schemeSteps } from "../report/area-mark.ts";
import { axis, colourOf, extent, frame } from "../report/frame.ts";
import type { FigureSection } from "../report/page.ts";
import type { SystemsSummary } from "../report/summary.ts";
import { significant } from "../report/significant.ts";
import { phaseMapFigure, phaseNames, phaseSweepFigure } from "./phase-figures.ts";

/** The phases at both ends of a sweep, in words. */
function endsOf({ points }: PhaseSweep): string {
  const at = ({ value, phase }: PhaseSweep["points"][number]) =>
    `${phaseNames[phase]} at ${significant(value, 3)}`;
  return `${at(points[0]!)}, ${at(points.at(-1)!)}`;
}

/** The summary of a topology result. */
export function topologySummary(result: TopologyResult): SystemsSummary {
  const { z2, gap, slabs, surfaces } = result;
  return {
    headlines: [
      ...(z2 === null
        ? []
        : [
            {
              label: result.axes === 3 ? "Z2 indices (ν0; ν1ν2ν3)" : "Z2 invariant",
              value: z2.label,
              note:
                z2.agree === null
                  ? "by Wilson loops"
                  : z2.agree
                    ? "Wilson loops and parities agree"
                    : `Wilson loops ${z2.byWilson}, parities ${z2.byParities}: THEY DISAGREE`,
            },
          ]),
      ...(result.phase === null ? [] : [{ label: "In words", value: phaseNames[result.phase] }]),
      ...(result.surfaceStates === null ? [] : [surfacesLine(result.surfaceStates)]),
      ...(result.sweep === null || result.sweep.closings.length === 0
        ? []
        : [
            {
              label: "The gap closes at",
              value: result.sweep.closings.map((at) => significant(at, 4)).join(", "),
              note: `${result.sweep.label}: ${endsOf(result.sweep)}`,
            },
          ]),
      {
        label: "Smallest direct gap of the bulk",
        value: significant(gap.value, 4),
        note: `at k = (${gap.k.map((k) => `${significant(k / Math.PI, 3)}π`).join(", ")}), bandwidth ${significant(gap.bandwidth, 3)}`,
      },
      {
        label: "Model",
        value: `${countText(result.orbitals)} orbitals a cell, ${countText(result.occupied)} bands filled`,
      },
    ],
    tables: [
      {
        caption: "Slabs: the smallest gap along the path",
        columns: [
          { name: "ends along" },
          { name: "cells", align: "right" },
          { name: "gap", align: "right" },
          { name: "at" },
          { name: "surface density in mid-gap", align: "right" },
          { name: "bulk", align: "right" },
        ],
        rows: slabs.map(({ axis: end, cells, gap: open, gapAt }) => {
          const density = surfaces.find((one) => one.axis === end)?.atMidGap;
          return [
            end,
            String(cells),
            significant(open, 4),
            gapAt,
            density === undefined ? "" : significant(density.surface, 4),
            density === undefined ? "" : significant(density.bulk, 3),
          ];
        }),
      },
    ],
  };
}

function surfacesLine(states: NonNullable<TopologyResult["surfaceStates"]>): {
  readonly label: string;
  readonly value: string;
  readonly note: string;
} {
  const along = (what: string): string =>
    Object.keys(states)
      .filter((axis) => states[axis] === what)
      .join(", ");
  const [conducting, insulating] = [along("conducts"), along("insulates")];
  return {
    label: "Surfaces",
    value: [
      ...(conducting === "" ? [] : [`${conducting} conduct`]),
      ...(insulating === "" ? [] : [`${insulating} insulate`]),
    ].join("; "),
    note: "by the axis along which the crystal ends",
  };
}

/** The pictures of a topology result. */
export function topologySections(result: TopologyResult, charts: Charts): FigureSection[] {
  return [
    {
      id: "phases",
      title: "Phases",
      figures: [
        ...(result.sweep === null ? [] : [phaseSweepFigure(result.sweep, charts)]),
        ...(result.map === null ? [] : [phaseMapFigure(result.map, charts)]),
      ],
    },
    {
      id: "slabs",
      title: "Slabs",
      figures: result.slabs.map(({ axis: end, cells, path, bands, gap }, i) =>
        bandFigure(charts, {
          id: `slab-${end}-${i + 1}`,
          title: `Bands of a slab of ${cells} cells that ends along ${end}`,
          read:
            gap < 0.05 * result.gap.value
              ? "Bands cross the gap of the bulk: this surface conducts, by states that are bound to it (highlighted, the two bands next to the middle)."
              : "No band crosses the gap of the bulk: this surface does not conduct.",
          path,
          bands,
          middle: Math.round((bands[0]!.length * result.occupied) / result.orbitals),
          window: windowOf(result),
        }),
      ),
    },
    {
      id: "surfaces",
      title: "Surface density of states",
      figures: result.surfaces.map((one) => surfaceFigure(one, charts)),
    },
    {
      id: "bulk",
      title: "Bulk",
      figures: [
        bandFigure(charts, {
          id: "bulk-bands",
          title: "Bands of the bulk",
          read: "The gap between the filled bands and the empty ones (highlighted, the two next to it) must be open everywhere for the indices to mean something.",
          path: result.bulk.path,
          bands: result.bulk.bands,
          middle: result.occupied,
          window: extent(result.bulk.bands.flat()),
        }),
      ],
    },
  ];
}

/** Energies near the gap: far bands of a slab would cover the picture in grey. */
function windowOf(result: TopologyResult): readonly [number, number] {
  const { bands } = result.bulk;
  const top = Math.max(...bands.map((energies) => energies[result.occupied - 1]!));
  const bottom = Math.min(...bands.map((energies) => energies[result.occupied] ?? top));
  const middle = (top + bottom) / 2;
  const span = Math.max(1.6 * Math.abs(bottom - top), 0.12 * result.gap.bandwidth);
  return [middle - span, middle + span];
}

interface BandChart {
  readonly id: string;
  readonly title: string;
  readonly read: string;
  readonly path: WavePath;
  readonly bands: readonly (readonly number[])[];
  /** Number of filled bands. */
  readonly middle: number;
  readonly window: readonly [number, number];
}

function bandFigure({ Plot, draw }: Charts, chart: BandChart): Html {
  const { path, bands, middle, window } = chart;
  const count = bands[0]!.length;
  const [low, high] = window;
  const margin = 0.05 * (high - low);
  const lines = Array.from({ length: count }, (_, b) => b)
    // A band that never comes into the window costs its whole path for nothing.
    .filter((b) =>
      bands.some((energies) => energies[b]! > low - margin && energies[b]! < high + margin),
    )
    .map((b) => ({
      b,
      points: path.distance.map((at, i) => ({ at, E: bands[i]![b]! })),
      near: b === middle - 1 || b === middle,
    }));
  const line = (one: (typeof lines)[number]) =>
    Plot.line(one.points, {
      x: "at",
      y: "E",
      stroke: one.near ? colourOf(3) : colours.muted,
      strokeWidth: one.near ? 1.8 : 0.9,
      strokeOpacity: one.near ? 1 : 0.7,
      clip: true,
    });
  return figure({
    id: chart.id,
    title: chart.title,
    read: chart.read,
    chart: [
      legend([
        { label: "bands next to the gap", colour: colourOf(3), mark: "line" },
        { label: "other bands", colour: colours.muted, mark: "line" },
      ]),
      draw(
        {
          ...frame,
          height: 380,
          x: cornerAxis(path),
          y: axis("energy", { domain: [low - margin, high + margin] }),
          marks: [
            Plot.ruleX(path.corners, { x: "at", stroke: colours.rule }),
            ...lines.filter(({ near }) => !near).map(line),
            ...lines.filter(({ near }) => near).map(line),
          ],
        },
        chart.title,
      ),
    ],
    data: {
      distance: path.distance,
      ...Object.fromEntries(
        lines.slice(0, 40).map(({ b, points }) => [`band ${b + 1}`, points.map(({ E }) => E)]),
      ),
    },
  });
}

function cornerAxis(path: WavePath): ReturnType<typeof axis> {
  return axis("wave vector", {
    ticks: path.corners.map(({ at }) => at),
    tickFormat: (at: number) =>
      path.corners.find((corner) => Math.abs(corner.at - at) < 1e-9)?.name ?? "",
    grid: false,
    tickSize: 0,
  });
}

function surfaceFigure(map: SurfaceMap, { Plot, draw }: Charts): Html {
  const { path, energies, surface } = map;
  const logs = surface.map((value) => Math.log10(Math.max(value, 1e-6)));
  // The brightest points are poles cut off by eta: a hundredth of all would leave the rest black.
  const sorted = [...logs].sort((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor(0.02 * sorted.length)]!,
    sorted[Math.floor(0.995 * (sorted.length - 1))]!,
  ];
  const columns = path.distance.length;
  return figure({
    id: `surface-${map.axis}`,
    title: `Density at the surface of a crystal that ends along ${map.axis}`,
    read: "Bright is many states at the outermost cells. A bright line that crosses the dark gap is a conducting surface state; a gap that stays dark is an insulating surface.",
    note: `Broadening ${significant(map.eta, 2)}; logarithmic colours.`,
    chart: [
      scaleLegend(
        schemeSteps("heat"),
        significant(10 ** low, 2),
        `${significant(10 ** high, 2)} states per unit energy`,
      ),
      draw(
        {
          ...frame,
          height: 380,
          x: { ...cornerAxis(path), domain: extent(path.distance) as [number, number] },
          y: axis("energy", { domain: extent(energies) as [number, number], grid: false }),
          marks: [
            pieces(
              gridPieces(
                path.distance,
                energies,
                (i, j) => (logs[j * columns + i]! - low) / (high - low || 1),
              ),
              "heat",
            ),
            Plot.ruleX(path.corners.slice(1, -1), {
              x: "at",
              stroke: "#ffffff",
              strokeOpacity: 0.35,
            }),
          ],
        },
        `Surface density of states along a path, axis ${map.axis}`,
      ),
    ],
  });
}
