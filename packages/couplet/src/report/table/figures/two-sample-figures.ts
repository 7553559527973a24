import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import type { Html } from "../../page/html.ts";
import { countText, fixedText, numberText, percentText } from "../../page/number-text.ts";
import { colours } from "../../page/palette.ts";
import { legend } from "../../page/parts.ts";
import type { CopyingReport, TwoSampleReport } from "../measures/two-sample.ts";
import type { RoundTripReport } from "../measures/round-trip.ts";
import { FIGURE_WIDTH, powerOfTen, unseen, percentTick } from "./labels.ts";

/** How well boosted trees tell rows from samples. */
export function twoSampleFigure(charts: Charts, report: TwoSampleReport): Html {
  const { Plot } = charts;
  const entries = [
    { name: "this model's samples", ...report.model },
    { name: "other real rows", ...report.reference },
    { name: "columns shuffled", ...report.independent },
  ].map(({ name, auc, interval: [low, high] }) => ({
    name,
    auc,
    low,
    high,
    title: `${name}: AUC ${fixedText(auc, 3)}, 95 %: ${fixedText(low, 3)} to ${fixedText(high, 3)}`,
  }));
  const least = Math.min(0.45, ...entries.map(({ low }) => low));
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 160,
      marginLeft: 165,
      x: { label: "AUC (0.5: not told apart, 1: always)", domain: [least, 1], grid: true },
      y: { label: null, domain: entries.map(({ name }) => name) },
      marks: [
        Plot.ruleX([0.5], { stroke: colours.ink, strokeDasharray: "4 3" }),
        Plot.ruleY(entries, {
          y: "name",
          x1: "low",
          x2: "high",
          stroke: colours.sampled,
          strokeWidth: 2.5,
        }),
        Plot.dot(entries, { y: "name", x: "auc", fill: colours.sampled, r: 5, title: "title" }),
      ],
    },
    `AUC of a classifier that tells rows from samples: ${fixedText(report.model.auc, 3)}`,
  );
  const [low, high] = report.model.interval;
  return figure({
    id: "two-sample",
    title: `Classifier two-sample test: AUC ${fixedText(report.model.auc, 3)} (95 %: ${fixedText(low, 3)} to ${fixedText(high, 3)})`,
    read: "Boosted trees learn on four fifths of the rows and samples to tell them apart and are judged on the last fifth, five times over; near 0.5 is good. Below: other real rows, which nobody could tell apart, and the rows with each column shuffled by itself.",
    note: `${countText(report.rows)} rows of each side${differencesText(report.differences)}. A strong test: small faults in one column are enough.`,
    chart,
    data: {
      name: entries.map(({ name }) => name),
      auc: entries.map(({ auc }) => auc),
      low: entries.map((e) => e.low),
      high: entries.map((e) => e.high),
    },
  });
}

/** What the trees see beside the columns. */
function differencesText(differences: TwoSampleReport["differences"]): string {
  if (differences.length === 0) return "";
  const [first, ...rest] = differences.map(([a, b]) => `${b} − ${a}`);
  return `, with ${differences.length} ${rest.length === 0 ? "difference" : "differences"} of like columns among the features (${first}${rest.length === 0 ? "" : ", ..."})`;
}

/** Distances of samples and of held-out rows to the nearest training row. */
export function copyingFigure(charts: Charts, report: CopyingReport): Html {
  const { Plot } = charts;
  const curve = (values: readonly number[], of: string) =>
    values.map((distance, k) => {
      const share = k / (values.length - 1);
      const title = `${percentText(share)} of ${of} lie within ${numberText(distance, 3)}`;
      return { distance, share, title };
    });
  const drawn = [
    { points: curve(report.heldOut, "the held-out rows"), stroke: colours.real },
    { points: curve(report.sampled, "the samples"), stroke: colours.sampled },
  ];
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 210,
      marginLeft: 48,
      x: {
        label: "distance to the nearest training row (Gower)",
        grid: true,
        zero: true,
        ticks: 6,
      },
      y: { label: "share of rows within it", tickFormat: percentTick, ticks: 5, grid: true },
      marks: drawn.flatMap(({ points, stroke }) => [
        Plot.line(points, { x: "distance", y: "share", stroke, strokeWidth: 1.8 }),
        Plot.dot(points, { x: "distance", y: "share", ...unseen, title: "title" }),
      ]),
    },
    "Distribution of distances to the nearest training row, samples beside held-out rows",
  );
  const [low, high] = report.interval;
  return figure({
    id: "copying",
    title: `Does it copy? Median distance ${fixedText(report.ratio, 2)} of that of held-out rows (95 %: ${fixedText(low, 2)} to ${fixedText(high, 2)})`,
    read: "A curve of samples far to the left of the held-out rows' means that the model repeats training rows.",
    note: `Equal to a training row in every column: ${percentText(report.sampledCopies)} of the samples, ${percentText(report.heldOutCopies)} of the held-out rows. ${countText(report.rows.sampled)} samples and ${countText(report.rows.heldOut)} rows against ${countText(report.rows.training)} training rows.`,
    chart: [
      legend([
        { label: "held-out rows", colour: colours.real, mark: "line" },
        { label: "samples", colour: colours.sampled, mark: "line" },
      ]),
      chart,
    ],
    data: {
      share: report.sampled.map((_, k) => k / (report.sampled.length - 1)),
      "held-out rows": report.heldOut,
      samples: report.sampled,
    },
  });
}

/** Inverse error, layer by layer. */
export function roundTripFigure(charts: Charts, report: RoundTripReport): Html {
  const { Plot } = charts;
  // Exact layers (permutations) have no place on a logarithmic axis.
  const least = 1e-9;
  const layers = report.layers.map(({ layer, kind, error }) => ({
    layer: layer + 1,
    title: `layer ${layer + 1} (${kind}): ${numberText(error, 2)}`,
    error: Math.max(least, error),
  }));
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 200,
      marginLeft: 60,
      x: {
        label: "layer",
        domain: [0.5, layers.length + 0.5],
        ticks: Math.min(12, layers.length),
        tickFormat: "d",
      },
      y: {
        label: "greatest error",
        type: "log",
        grid: true,
        ticks: 5,
        tickFormat: powerOfTen,
        domain: [least, Math.max(1e-3, report.error.most)],
      },
      marks: [
        Plot.ruleY([Math.max(least, report.error.most)], {
          stroke: colours.sampled,
          strokeDasharray: "4 3",
        }),
        Plot.dot(layers, { x: "layer", y: "error", fill: colours.real, r: 3, title: "title" }),
      ],
    },
    "Greatest inverse error of each layer",
  );
  return figure({
    id: "round-trip",
    title: `Inverse error: at most ${numberText(report.error.most, 2)} standard deviations`,
    read: "Each layer undone by its inverse (dots), and the whole flow (dashed), on the scale of the encoded rows; arithmetic is in single precision, so 10⁻⁷ is as good as it gets.",
    note: `99.9 % of entries below ${numberText(report.error.p999, 2)}; ${countText(report.changedCells)} of ${countText(report.discreteCells)} discrete cells, each at the median of its interval, changed; ${countText(report.rows)} rows.`,
    chart,
    data: {
      layer: report.layers.map(({ layer }) => layer + 1),
      kind: report.layers.map(({ kind }) => kind),
      "greatest error": report.layers.map(({ error }) => error),
    },
  });
}
