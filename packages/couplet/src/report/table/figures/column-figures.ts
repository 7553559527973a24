import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import { barsWithErrors } from "../../page/histogram.ts";
import type { Html } from "../../page/html.ts";
import { fixedText, numberText, percentText } from "../../page/number-text.ts";
import { colours } from "../../page/palette.ts";
import { legend } from "../../page/parts.ts";
import type {
  CategoryComparison,
  ColumnComparison,
  NumberComparison,
} from "../measures/column-comparison.ts";
import { FIGURE_WIDTH, anchor, marginFor, shortNames, tickFormat, percentTick } from "./labels.ts";

const key = legend([
  { label: "rows, ± 95 %", colour: colours.real },
  { label: "samples", colour: colours.sampled, mark: "line" },
]);

const barKey = legend([
  { label: "rows, ± 95 %", colour: colours.real },
  { label: "samples", colour: colours.sampled },
]);

/** A column of the rows beside that of the samples. */
export function columnFigure(charts: Charts, comparison: ColumnComparison, index: number): Html {
  const id = anchor("column", index, comparison.column);
  const title = `${comparison.column} (${comparison.type}): ${comparison.measure.replace("-", "−")} = ${fixedText(comparison.score, 3)} (by chance ${fixedText(comparison.chance, 3)})`;
  return comparison.kind === "category"
    ? categoryFigure(charts, comparison, id, title)
    : numberFigure(charts, comparison, id, title);
}

function numberFigure(charts: Charts, c: NumberComparison, id: string, title: string): Html {
  const { Plot } = charts;
  const at = (value: number): number | Date => (c.kind === "date" ? new Date(value) : value);
  const centre = (i: number): number =>
    c.scale === "log"
      ? Math.sqrt(c.edges[i]! * c.edges[i + 1]!)
      : 0.5 * (c.edges[i]! + c.edges[i + 1]!);
  const bins = c.real.map((share, i) => ({
    from: at(c.edges[i]!),
    to: at(c.edges[i + 1]!),
    centre: at(centre(i)),
    share,
    low: Math.max(0, share - 1.96 * c.realError[i]!),
    high: share + 1.96 * c.realError[i]!,
    // As tall as the taller of both, so that a bin is found where only samples are.
    top: Math.max(share, c.sampled[i]!),
    title: `${edgeText(c, i)} to ${edgeText(c, i + 1)}: ${percentText(share)} of the rows, ${percentText(c.sampled[i]!)} of the samples`,
  }));
  const steps = c.sampled.flatMap((share, i) => [
    [at(c.edges[i]!), share] as const,
    [at(c.edges[i + 1]!), share] as const,
  ]);
  const [low, high] = [c.edges[0]!, c.edges.at(-1)!];
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 190,
      marginLeft: 48,
      x: {
        label: c.column,
        ...(c.kind === "date"
          ? { type: "utc" as const }
          : { type: c.scale, ticks: 6, ...tickFormat(low, high) }),
      },
      y: { label: "share of rows", grid: true, ticks: 4, tickFormat: percentTick },
      marks: [
        ...barsWithErrors(Plot, bins),
        Plot.line(steps, { x: "0", y: "1", stroke: colours.sampled, strokeWidth: 1.8 }),
        Plot.rectY(bins, { x1: "from", x2: "to", y: "top", fill: "transparent", title: "title" }),
        Plot.ruleY([0], { stroke: colours.muted }),
      ],
    },
    `Histogram of ${c.column} in the rows and in the samples`,
  );
  const facts = [
    ...c.points.map(
      ({ value, real, sampled }) =>
        `Apart from the histogram, the value ${numberText(value)}: ${percentText(real)} of the rows, ${percentText(sampled)} of the samples.`,
    ),
    ...missingNote(c),
    ...(c.beyond.real + c.beyond.sampled > 0
      ? [
          `Beyond the axis: ${percentText(c.beyond.real)} of the rows, ${percentText(c.beyond.sampled)} of the samples.`,
        ]
      : []),
  ];
  return figure({
    id,
    title,
    read: "The line should run along the tops of the bars, within their error bars.",
    ...(facts.length === 0 ? {} : { note: facts.join(" ") }),
    chart: [key, chart],
    data: {
      from: c.kind === "date" ? c.edges.slice(0, -1).map(isoDate) : c.edges.slice(0, -1),
      to: c.kind === "date" ? c.edges.slice(1).map(isoDate) : c.edges.slice(1),
      rows: c.real,
      "standard error": c.realError,
      samples: c.sampled,
    },
  });
}

/** An edge of a bin for people. */
function edgeText({ kind, edges }: NumberComparison, i: number): string {
  return kind === "date"
    ? isoDate(edges[i]!).slice(0, 16).replace("T", " ")
    : numberText(edges[i]!);
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString();
}

function categoryFigure(charts: Charts, c: CategoryComparison, id: string, title: string): Html {
  const { Plot } = charts;
  const labels = shortNames(c.values);
  const bars = c.values.map((_, i) => ({
    value: labels[i]!,
    real: c.real[i]!,
    low: Math.max(0, c.real[i]! - 1.96 * c.realError[i]!),
    high: c.real[i]! + 1.96 * c.realError[i]!,
    sampled: c.sampled[i]!,
    most: Math.max(c.real[i]!, c.sampled[i]!),
    title: `${c.values[i]}: ${percentText(c.real[i]!)} of the rows, ${percentText(c.sampled[i]!)} of the samples`,
  }));
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 60 + 24 * Math.max(1, bars.length),
      marginLeft: marginFor(labels),
      x: { label: "share of rows", grid: true, ticks: 5, tickFormat: percentTick },
      y: { label: null, domain: labels, padding: 0.15 },
      marks: [
        Plot.barX(bars, {
          x: "real",
          y: "value",
          fill: colours.real,
          fillOpacity: 0.75,
          insetBottom: 10,
        }),
        Plot.barX(bars, {
          x: "sampled",
          y: "value",
          fill: colours.sampled,
          fillOpacity: 0.85,
          insetTop: 10,
        }),
        Plot.ruleY(bars, { x1: "low", x2: "high", y: "value", stroke: colours.ink, dy: -5 }),
        Plot.barX(bars, { x: "most", y: "value", fill: "transparent", title: "title" }),
        Plot.ruleX([0], { stroke: colours.muted }),
      ],
    },
    `Shares of the values of ${c.column} in the rows and in the samples`,
  );
  const { others } = c;
  const note =
    others === undefined
      ? {}
      : {
          note: `Not drawn: ${others.count} rarer values, together ${percentText(others.real)} of the rows and ${percentText(others.sampled)} of the samples.`,
        };
  return figure({
    id,
    title,
    read: "Both bars of a value should be alike, up to the error bar.",
    ...note,
    chart: [barKey, chart],
    data: { value: c.values, rows: c.real, "standard error": c.realError, samples: c.sampled },
  });
}

function missingNote({ missing }: NumberComparison): string[] {
  return missing.real + missing.sampled > 0
    ? [
        `Missing: ${percentText(missing.real)} of the rows, ${percentText(missing.sampled)} of the samples.`,
      ]
    : [];
}
