/** Coupled oscillators: summary and pictures. */
import { colours, countText, figure, fixedText, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, extent, frame } from "../report/frame.ts";
import type { FigureSection } from "../report/page.ts";
import { significant } from "../report/significant.ts";
import type { SystemsSummary } from "../report/summary.ts";
import type { OscillatorsResult } from "./problem/run.ts";

/** The summary of a result of coupled oscillators. */
export function oscillatorsSummary(result: OscillatorsResult): SystemsSummary {
  const { layers, late, onset, locking, sweep, size } = result;
  return {
    headlines: [
      {
        label: "Oscillators",
        value: countText(size),
        note: layers.map(({ name, size: n }) => `${name} ${countText(n)}`).join(", "),
      },
      {
        label: "Order at factor 1",
        value: fixedText(late.whole, 3),
        note: `0 none, 1 one phase; within ${layers.map(({ name }, a) => `${name} ${fixedText(late.layers[a]!, 3)}`).join(", ")}${layers.length > 1 ? `; across layers ${fixedText(late.across, 3)}` : ""}`,
      },
      ...(onset === null
        ? []
        : [
            {
              label: "Onset from the spectrum",
              value: `factor ${significant(onset, 4)}`,
              note: "above it spread phases do not stay spread",
            },
          ]),
      ...(locking === null
        ? []
        : [
            {
              label: "Locked from",
              value: `factor ${significant(locking, 6)}`,
              note: "above it all can run at one frequency",
            },
          ]),
    ],
    tables:
      sweep === null
        ? []
        : [
            {
              caption: "Order over the factor on all couplings",
              columns: [
                { name: "factor", align: "right" },
                { name: "order", align: "right" },
                ...layers.map(({ name }) => ({ name, align: "right" as const })),
                ...(sweep.frequencies === null
                  ? []
                  : [{ name: "frequencies", align: "right" as const }]),
              ],
              rows: sweep.scales.map((scale, i) => [
                significant(scale, 3),
                fixedText(sweep.whole[i]!, 3),
                ...layers.map((_, a) => fixedText(sweep.layers[a]![i]!, 3)),
                ...(sweep.frequencies === null ? [] : [rangeText(sweep.frequencies[i]!)]),
              ]),
            },
          ],
  };
}

function rangeText(values: readonly number[]): string {
  const [low, high] = extent(values);
  return high - low < 1e-3
    ? `all ${fixedText((low + high) / 2, 3)}`
    : `${fixedText(low, 3)} to ${fixedText(high, 3)}`;
}

/** The pictures of a result of coupled oscillators. */
export function oscillatorsSections(result: OscillatorsResult, charts: Charts): FigureSection[] {
  const { sweep } = result;
  return [
    {
      id: "synchrony",
      title: "Synchrony",
      figures: [
        ...(sweep === null ? [] : [sweepFigure(result, sweep, charts)]),
        ...(sweep === null || sweep.frequencies === null
          ? []
          : [frequencyFigure(result, sweep, sweep.frequencies, charts)]),
        courseFigure(result, charts),
      ],
    },
  ];
}

type Sweep = NonNullable<OscillatorsResult["sweep"]>;

/** Layers of one oscillator have no inner order to draw. */
const drawnLayers = ({ layers }: OscillatorsResult): { name: string; a: number }[] =>
  layers.flatMap(({ name, size }, a) => (size > 1 ? [{ name, a }] : []));

const orderLegend = (result: OscillatorsResult): Html =>
  legend([
    { label: "all oscillators", colour: colours.ink, mark: "line" },
    ...drawnLayers(result).map(({ name, a }) => ({
      label: name,
      colour: colourOf(a),
      mark: "line" as const,
    })),
  ]);

/** Lines of order parameters over something. */
function orderLines(
  result: OscillatorsResult,
  at: readonly number[],
  whole: readonly number[],
  layers: readonly (readonly number[])[],
  { Plot }: Charts,
) {
  const rows = (values: readonly number[]): { x: number; r: number }[] =>
    at.map((x, i) => ({ x, r: values[i]! }));
  return [
    ...drawnLayers(result).map(({ a }) =>
      Plot.line(rows(layers[a]!), { x: "x", y: "r", stroke: colourOf(a), strokeWidth: 1.8 }),
    ),
    Plot.line(rows(whole), { x: "x", y: "r", stroke: colours.ink, strokeWidth: 2.2 }),
  ];
}

function thresholds({ onset, locking }: OscillatorsResult, [low, high]: readonly [number, number]) {
  return [
    ...(onset === null ? [] : [{ at: onset, name: `onset ${significant(onset, 3)}` }]),
    ...(locking === null ? [] : [{ at: locking, name: `locked from ${significant(locking, 3)}` }]),
  ].filter(({ at }) => at >= low && at <= high);
}

function thresholdMarks(result: OscillatorsResult, scales: readonly number[], { Plot }: Charts) {
  const seen = thresholds(result, extent(scales));
  return [
    Plot.ruleX(seen, { x: "at", stroke: colours.alarm, strokeDasharray: "4 3" }),
    Plot.text(seen, {
      x: "at",
      frameAnchor: "bottom",
      dx: 5,
      dy: -6,
      textAnchor: "start",
      text: "name",
      fill: colours.alarm,
      stroke: colours.paper,
      strokeWidth: 4,
    }),
  ];
}

function sweepFigure(result: OscillatorsResult, sweep: Sweep, charts: Charts): Html {
  return figure({
    id: "order",
    title: "Order over coupling",
    read: "The order parameter: near 0 every oscillator keeps its own time, at 1 all have one phase. The dashed line is computed from the couplings alone, without following a phase.",
    chart: [
      orderLegend(result),
      charts.draw(
        {
          ...frame,
          x: axis("factor on all couplings"),
          y: axis("order parameter r", { domain: [0, 1.02] }),
          marks: [
            ...thresholdMarks(result, sweep.scales, charts),
            ...orderLines(result, sweep.scales, sweep.whole, sweep.layers, charts),
          ],
        },
        "Order parameter over the factor on all couplings",
      ),
    ],
    data: {
      factor: sweep.scales,
      whole: sweep.whole,
      across: sweep.across,
      ...Object.fromEntries(result.layers.map(({ name }, a) => [name, sweep.layers[a]!])),
    },
  });
}

function frequencyFigure(
  result: OscillatorsResult,
  sweep: Sweep,
  frequencies: readonly (readonly number[])[],
  charts: Charts,
): Html {
  const { Plot, draw } = charts;
  const layerOf = result.layers.flatMap(({ size }, a) => new Array<number>(size).fill(a));
  const lines = layerOf.map((a, i) => ({
    a,
    points: sweep.scales.map((x, k) => ({ x, f: frequencies[k]![i]! })),
  }));
  return figure({
    id: "frequencies",
    title: "Frequencies over coupling",
    read: "The mean frequency of each oscillator. Lines that meet are oscillators that keep one time; where all have met the system is locked.",
    chart: [
      legend(
        result.layers.map(({ name }, a) => ({
          label: name,
          colour: colourOf(a),
          mark: "line" as const,
        })),
      ),
      draw(
        {
          ...frame,
          x: axis("factor on all couplings"),
          y: axis("mean frequency"),
          marks: [
            ...thresholdMarks(result, sweep.scales, charts),
            ...lines.map(({ a, points }) =>
              Plot.line(points, { x: "x", y: "f", stroke: colourOf(a), strokeWidth: 1.8 }),
            ),
          ],
        },
        "Mean frequencies over the factor on all couplings",
      ),
    ],
    data: {
      factor: sweep.scales,
      ...Object.fromEntries(
        layerOf.map((a, i) => [
          `${result.layers[a]!.name} ${i}`,
          frequencies.map((one) => one[i]!),
        ]),
      ),
    },
  });
}

function courseFigure(result: OscillatorsResult, charts: Charts): Html {
  const { times, whole, across, layers } = result.course;
  return figure({
    id: "course",
    title: "Order over time, at factor 1",
    read: "From phases spread around the circle: whether and how fast they fall into step.",
    chart: [
      orderLegend(result),
      charts.draw(
        {
          ...frame,
          x: axis("time"),
          y: axis("order parameter r", { domain: [0, 1.02] }),
          marks: orderLines(result, times, whole, layers, charts),
        },
        "Order parameter over time",
      ),
    ],
    data: {
      time: times,
      whole,
      across,
      ...Object.fromEntries(result.layers.map(({ name }, a) => [name, layers[a]!])),
    },
  });
}
