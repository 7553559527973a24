/** Runs a topology problem file. */
import { parseTopologyProblem } from "./problem.ts";
import { checkOptions } from "couplet/kit";
import { bandsAt, gapSteps, type DirectGap } from "../occupied.ts";
import {
  isClosed,
  phaseOf,
  surfaceStates as surfaceStatesOf,
  type SurfaceConduction,
  type TopologicalPhase,
} from "../phase.ts";
import { slab, surfaceDensity } from "../slab.ts";
import type { TightBindingModel } from "../model.ts";
import { finishSlowly } from "../steps.ts";
import { z2Steps, type Z2Result } from "../z2-indices.ts";
import { valuesOf } from "../../problem/fields.ts";
import { paceOf, type Pace, type ProblemResult, type RunOptions } from "../../problem/running.ts";
import { axisNames, axisOf, indexOptions, modelOf, symmetrised } from "./model.ts";
import type { TopologyProblem } from "./problem.ts";
import { pathOf, surfacePath, walk } from "./wave-path.ts";
import type { WavePath } from "./wave-path.ts";
import { runMap, runSweep, type PhaseMap, type PhaseSweep } from "./vary-model.ts";

/** Bands of a slab along a path through its surface Brillouin zone. */
export interface SlabBands {
  readonly axis: string;
  readonly cells: number;
  readonly path: WavePath;
  /** Energies at each point, ascending. */
  readonly bands: readonly (readonly number[])[];
  /** Smallest gap above half filling (occupied bands a cell) along the path, and where. */
  readonly gap: number;
  readonly gapAt: string;
}

/** The spectral density at the surface of a half-infinite crystal over a path and energies. */
export interface SurfaceMap {
  readonly axis: string;
  readonly eta: number;
  readonly path: WavePath;
  readonly energies: readonly number[];
  /** Row by row from the first energy; states per unit energy and surface cell. */
  readonly surface: readonly number[];
  /** Density at mid-gap, largest along the path: at the surface and in the bulk. */
  readonly atMidGap: { readonly surface: number; readonly bulk: number };
}

/** The result of {@link runTopologyProblem}. */
export interface TopologyResult extends ProblemResult {
  readonly domain: "topology";
  readonly axes: number;
  readonly orbitals: number;
  readonly occupied: number;
  /** Smallest direct gap of the bulk. */
  readonly gap: {
    readonly value: number;
    readonly k: readonly number[];
    readonly bandwidth: number;
  };
  readonly z2: {
    /** "(0;001)". */
    readonly label: string;
    readonly strong: 0 | 1;
    readonly weak: readonly (0 | 1)[];
    readonly byWilson: string;
    readonly byParities: string | null;
    /** Whether both methods agree; null without `inversion`. */
    readonly agree: boolean | null;
    readonly planes: Readonly<Record<string, 0 | 1>>;
    /** How much the occupied bands break time reversal; `angle` is null without `timeReversal`. */
    readonly timeReversalDefect: {
      readonly energy: number;
      readonly ofGap: number;
      readonly angle: number | null;
    };
  } | null;
  /** Null where the indices were left out. */
  readonly phase: TopologicalPhase | null;
  /** Whether the surface normal to each axis conducts at energies in the gap of the bulk; null without indices. */
  readonly surfaceStates: Readonly<Record<string, SurfaceConduction>> | null;
  readonly sweep: PhaseSweep | null;
  readonly map: PhaseMap | null;
  readonly bulk: { readonly path: WavePath; readonly bands: readonly (readonly number[])[] };
  readonly slabs: readonly SlabBands[];
  readonly surfaces: readonly SurfaceMap[];
}

/**
 * Runs a topology problem: gap, Z2 indices, bulk and slab bands, surface density of states.
 *
 * @throws CoupletError for an invalid model; what `z2Indices` throws (time reversal broken, gap closed);
 *   `signal.reason` when aborted
 */
export async function runTopologyProblem(
  problem: TopologyProblem,
  options: RunOptions = {},
): Promise<TopologyResult> {
  checkOptions("runTopologyProblem", options, {
    read: "function",
    signal: "AbortSignal",
    onProgress: "function",
    threads: 0,
  });
  parseTopologyProblem(problem);
  const pace = paceOf(options);
  await pace("model");
  const warnings: string[] = [];
  const read = await modelOf(problem.model, options);
  warnings.push(...(read.warnings ?? []));
  const { model, removed } = symmetrised(problem, read);
  if (removed > 0)
    warnings.push(
      `what breaks time reversal was taken out of the model: entries of up to ${removed.toPrecision(2)}`,
    );
  const { occupied, points = 80 } = problem;
  const slabSpecs = (
    problem.slabs ??
    axisNames.slice(0, model.axes).map((axis) => ({ axis: axis as "x", cells: 10 }))
  ).map(({ axis, cells = 10 }, i) => ({
    axis: axisOf(axis, model, `problem.slabs[${i}].axis`),
    cells,
  }));
  await pace("gap of the bulk");
  const bulkGap = await finishSlowly(gapSteps(model, occupied), (fraction) =>
    pace("gap of the bulk", fraction),
  );
  const asked = problem.z2 !== false && model.axes > 1;
  const closed = isClosed(bulkGap);
  if (asked && closed) warnings.push(closedWarning(bulkGap));
  const z2 = asked && !closed ? await z2Of(problem, model, bulkGap, pace) : null;
  warnings.push(...(z2?.warnings ?? []).filter((text) => !warnings.includes(text)));
  if (z2?.agree === false)
    warnings.push("Wilson loops and parities disagree: do not trust either; is `inversion` right?");

  const bulk = bulkBands(model, points);
  const slabs: SlabBands[] = [];
  for (const { axis, cells } of slabSpecs)
    slabs.push(await slabBands(model, axis, cells, occupied, points, pace));
  const surfaceStates = z2 === null ? null : surfacesWith(z2, slabs, warnings);
  const surfaces =
    problem.surface === false
      ? []
      : await surfaceMaps(problem, model, new Set(slabSpecs.map((one) => one.axis)), {
          middle: fermiLevel(bulk.bands, occupied),
          bandwidth: bulkGap.bandwidth,
          pace,
        });
  return {
    schemaVersion: 1,
    domain: "topology",
    title: problem.title ?? "Tight-binding crystal",
    converged: z2?.agree !== false,
    warnings,
    axes: model.axes,
    orbitals: model.size,
    occupied,
    gap: { value: bulkGap.gap, k: [...bulkGap.k], bandwidth: bulkGap.bandwidth },
    z2: z2 === null ? null : z2Report(z2),
    phase: asked && closed ? "gapless" : z2 === null ? null : phaseOf(z2),
    surfaceStates,
    sweep:
      problem.sweep === undefined
        ? null
        : await runSweep(problem, problem.sweep, options, pace, warnings),
    map:
      problem.map === undefined
        ? null
        : await runMap(problem, problem.map, options, pace, warnings),
    bulk,
    slabs,
    surfaces,
  };
}

/** Surface densities of states along each axis, at energies about the Fermi level. */
async function surfaceMaps(
  problem: TopologyProblem,
  model: TightBindingModel,
  axes: ReadonlySet<Parameters<typeof surfaceMap>[1]>,
  {
    middle,
    bandwidth,
    pace,
  }: { readonly middle: number; readonly bandwidth: number; readonly pace: Pace },
): Promise<SurfaceMap[]> {
  const span = 0.25 * bandwidth;
  const settings = problem.surface || {};
  const points = settings.points ?? problem.points ?? 80;
  const energies = valuesOf(
    settings.energies ?? { from: middle - span, to: middle + span, points: 81 },
  );
  const surfaces: SurfaceMap[] = [];
  for (const axis of axes)
    surfaces.push(
      await surfaceMap(model, axis, energies, settings.eta ?? 0.01, points, middle, pace),
    );
  return surfaces;
}

function z2Report(z2: Z2Result): NonNullable<TopologyResult["z2"]> {
  return {
    label: z2.label,
    strong: z2.strong,
    weak: z2.weak,
    byWilson: z2.byWilson.label,
    byParities: z2.byParities?.label ?? null,
    agree: z2.agree ?? null,
    planes: z2.planes,
    timeReversalDefect: {
      energy: z2.timeReversalDefect.energy,
      ofGap: z2.timeReversalDefect.ofGap,
      angle: z2.timeReversalDefect.angle ?? null,
    },
  };
}

function closedWarning({ gap, k }: DirectGap): string {
  return `the bands touch (gap ${gap.toExponential(1)} at k = (${k.map((value) => value.toFixed(3)).join(", ")})): the crystal is gapless, and indices do not exist`;
}

/** Surfaces by the indices; a slab that does not look so is named, because it is thin or has states that nothing protects. */
function surfacesWith(
  z2: Z2Result,
  slabs: readonly SlabBands[],
  warnings: string[],
): Readonly<Record<string, SurfaceConduction>> {
  const states = surfaceStatesOf(z2);
  for (const { axis, cells, gap } of slabs) {
    const open = gap > 0.05 * z2.gap.gap;
    const text = `the slab of ${cells} cells that ends along ${axis} has a gap of ${gap.toPrecision(2)}`;
    if (open && states[axis] === "conducts")
      warnings.push(`${text}: its two surfaces, which conduct, still feel each other`);
    if (!open && states[axis] === "insulates")
      warnings.push(`${text}: it conducts by surface states that the indices do not protect`);
  }
  return states;
}

function z2Of(
  problem: TopologyProblem,
  model: TightBindingModel,
  gap: DirectGap,
  pace: Pace,
): Promise<Z2Result> {
  const steps = z2Steps(indexOptions(problem, model), gap);
  return finishSlowly(steps, ({ stage, fraction }) =>
    pace(stage === "gap" ? "gap of the bulk" : "Z2 indices", fraction),
  );
}

/** Middle of the gap between the highest occupied and the lowest empty energy of some bands. */
function fermiLevel(bands: readonly (readonly number[])[], occupied: number): number {
  const top = Math.max(...bands.map((energies) => energies[occupied - 1]!));
  const bottom = Math.min(...bands.map((energies) => energies[occupied] ?? Infinity));
  return Number.isFinite(bottom) ? (top + bottom) / 2 : top;
}

/** Path through the whole zone: Γ, its neighbours at pi along each axis, the far corner, and back. */
function bulkBands(model: TightBindingModel, points: number): TopologyResult["bulk"] {
  const pi = Math.PI;
  const corners =
    model.axes === 1
      ? [
          { name: "−π", k: [-pi] },
          { name: "Γ", k: [0] },
          { name: "π", k: [pi] },
        ]
      : model.axes === 2
        ? [
            { name: "Γ", k: [0, 0] },
            { name: "X", k: [pi, 0] },
            { name: "M", k: [pi, pi] },
            { name: "Γ", k: [0, 0] },
          ]
        : [
            { name: "Γ", k: [0, 0, 0] },
            { name: "X", k: [pi, 0, 0] },
            { name: "M", k: [pi, pi, 0] },
            { name: "Γ", k: [0, 0, 0] },
            { name: "Z", k: [0, 0, pi] },
            { name: "R", k: [pi, 0, pi] },
            { name: "A", k: [pi, pi, pi] },
            { name: "Z", k: [0, 0, pi] },
          ];
  const line = walk(corners, 2 * points);
  return { path: pathOf(line), bands: line.points.map((k) => [...bandsAt(model, k).values]) };
}

async function slabBands(
  model: TightBindingModel,
  axis: number,
  cells: number,
  occupied: number,
  points: number,
  pace: Pace,
): Promise<SlabBands> {
  const cut = slab({ model, axis, cells });
  const line = surfacePath(model, axis, points);
  const bands: number[][] = [];
  const filled = occupied * cells;
  let gap = Infinity;
  let gapAt = "";
  for (const [i, k] of line.points.entries()) {
    await pace(`slab bands, ${axisNames[axis]} cut`, i / line.points.length);
    const energies = [...cut.bands(k)];
    bands.push(energies);
    const here = energies[filled]! - energies[filled - 1]!;
    if (here < gap) {
      gap = here;
      gapAt = `(${k.map((value) => (value / Math.PI).toFixed(3).replace(/\.?0+$/, "") + "π").join(", ")})`;
    }
  }
  return { axis: axisNames[axis]!, cells, path: pathOf(line), bands, gap, gapAt };
}

async function surfaceMap(
  model: TightBindingModel,
  axis: number,
  energies: readonly number[],
  eta: number,
  points: number,
  middle: number,
  pace: Pace,
): Promise<SurfaceMap> {
  const line = surfacePath(model, axis, points);
  const columns: number[][] = [];
  let atMidGap = { surface: 0, bulk: 0 };
  for (const [i, k] of line.points.entries()) {
    const column: number[] = [];
    for (const energy of energies) {
      await pace(`surface density, ${axisNames[axis]} cut`, i / line.points.length);
      column.push(surfaceDensity({ model, axis, k, energy, eta }).surface);
    }
    columns.push(column);
    const { surface, bulk } = surfaceDensity({ model, axis, k, energy: middle, eta });
    atMidGap = {
      surface: Math.max(atMidGap.surface, surface),
      bulk: Math.max(atMidGap.bulk, bulk),
    };
  }
  return {
    axis: axisNames[axis]!,
    eta,
    path: pathOf(line),
    energies,
    surface: energies.flatMap((_, e) => columns.map((column) => column[e]!)),
    atMidGap,
  };
}
