import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import type { Html } from "../../page/html.ts";
import { fixedText, percentText } from "../../page/number-text.ts";
import { colours } from "../../page/palette.ts";
import { legend } from "../../page/parts.ts";
import type { CopyingReport, TwoSampleReport } from "../measures/two-sample.ts";
import type { RoundTripReport } from "../measures/round-trip.ts";
import { FIGURE_WIDTH } from "./column-figures.ts";

/** How well boosted trees tell rows from samples. */
export function twoSampleFigure(charts: Charts, report: TwoSampleReport): Html {
  const { Plot } = charts;
  const entries = [
    { name: "this model's samples", ...report.model },
    { name: "columns shuffled", ...report.independent },
  ].map(({ name, auc, interval }) => ({ name, auc, low: interval[0], high: interval[1] }));
  const least = Math.min(0.45, ...entries.map(({ low }) => low));
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 128,
      marginLeft: 150,
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
        Plot.dot(entries, { y: "name", x: "auc", fill: colours.sampled, r: 5 }),
      ],
    },
    `AUC of a classifier that tells rows from samples: ${fixedText(report.model.auc, 3)}`,
  );
  const [low, high] = report.model.interval;
  return figure({
    id: "two-sample",
    title: `Classifier two-sample test: AUC ${fixedText(report.model.auc, 3)} (95 %: ${fixedText(low, 3)} to ${fixedText(high, 3)})`,
    read: "Boosted trees learn on four fifths of the rows and samples to tell them apart and are judged on the last fifth, five times over; near 0.5 is good. Below: the rows with each column shuffled by itself.",
    note: `${report.rows} rows of each side. A strong test: small faults in one column are enough.`,
    chart,
    data: {
      name: entries.map(({ name }) => name),
      auc: entries.map(({ auc }) => auc),
      low: entries.map((e) => e.low),
      high: entries.map((e) => e.high),
    },
  });
}

/** Distances of samples and of held-out rows to the nearest training row. */
export function copyingFigure(charts: Charts, report: CopyingReport): Html {
  const { Plot } = charts;
  const curve = (values: readonly number[]) =>
    values.map((distance, k) => ({ distance, share: k / (values.length - 1) }));
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
      y: { label: "share of rows within it", tickFormat: "~%", ticks: 5, grid: true },
      marks: [
        Plot.line(curve(report.heldOut), {
          x: "distance",
          y: "share",
          stroke: colours.real,
          strokeWidth: 1.8,
        }),
        Plot.line(curve(report.sampled), {
          x: "distance",
          y: "share",
          stroke: colours.sampled,
          strokeWidth: 1.8,
        }),
      ],
    },
    "Distribution of distances to the nearest training row, samples beside held-out rows",
  );
  const [low, high] = report.interval;
  return figure({
    id: "copying",
    title: `Does it copy? Median distance ${fixedText(report.ratio, 2)} of that of held-out rows (95 %: ${fixedText(low, 2)} to ${fixedText(high, 2)})`,
    read: "A curve of samples far to the left of the held-out rows' means that the model repeats training rows.",
    note: `Equal to a training row in every column: ${percentText(report.sampledCopies)} of the samples, ${percentText(report.heldOutCopies)} of the held-out rows. ${report.rows.sampled} samples and ${report.rows.heldOut} rows against ${report.rows.training} training rows.`,
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
    kind,
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
        tickFormat: "~e",
        domain: [least, Math.max(1e-3, report.error.most)],
      },
      marks: [
        Plot.ruleY([Math.max(least, report.error.most)], {
          stroke: colours.sampled,
          strokeDasharray: "4 3",
        }),
        Plot.dot(layers, { x: "layer", y: "error", fill: colours.real, r: 3, title: "kind" }),
      ],
    },
    "Greatest inverse error of each layer",
  );
  return figure({
    id: "round-trip",
    title: `Inverse error: at most ${report.error.most.toExponential(1)} standard deviations`,
    read: "Each layer undone by its inverse (dots), and the whole flow (dashed), on the scale of the encoded rows; arithmetic is in single precision, so 1e-7 is as good as it gets.",
    note: `99.9 % of entries below ${report.error.p999.toExponential(1)}; ${report.changedCells} of ${report.discreteCells} discrete cells, each at the median of its interval, changed; ${report.rows} rows.`,
    chart,
    data: {
      layer: report.layers.map(({ layer }) => layer + 1),
      kind: report.layers.map(({ kind }) => kind),
      "greatest error": report.layers.map(({ error }) => error),
    },
  });
}
