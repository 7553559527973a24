import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import type { Html } from "../../page/html.ts";
import { countText, fixedText, percentText } from "../../page/number-text.ts";
import { colours, diverging, divergingColour, series } from "../../page/palette.ts";
import { legend, scaleLegend } from "../../page/parts.ts";
import type { CalibrationReport, CoverageCurve } from "../measures/calibration.ts";
import { FIGURE_WIDTH, marginFor, shortNames, percentTick, signedPercentTick } from "./labels.ts";

/** Standard errors at which the colours of the column table end. */
const MOST_ERRORS = 4;

/**
 * Probability integral transforms, pooled and by column, and coverage.
 *
 * @param given context columns, if each row's regions are those of its own context
 */
export function calibrationFigures(
  charts: Charts,
  report: CalibrationReport,
  given: readonly string[] | undefined,
): Html[] {
  return [
    pooledFigure(charts, report),
    coverageFigure(charts, report, given),
    columnsFigure(charts, report),
  ];
}

function pooledFigure(charts: Charts, { pooled, bins, rows, columns }: CalibrationReport): Html {
  const { Plot } = charts;
  const bars = pooled.share.map((share, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    centre: (i + 0.5) / bins,
    share,
    low: share - 1.96 * pooled.error[i]!,
    high: share + 1.96 * pooled.error[i]!,
    title: `${fixedText(i / bins, 1)} to ${fixedText((i + 1) / bins, 1)}: ${percentText(share)} of the cells, ± ${percentText(1.96 * pooled.error[i]!)}`,
  }));
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 210,
      marginLeft: 48,
      x: { label: "probability of a smaller value, given the row's other cells", domain: [0, 1] },
      y: {
        label: "share of cells",
        grid: true,
        ticks: 4,
        tickFormat: percentTick,
        domain: [0, Math.max(0.2, ...bars.map(({ high }) => high))],
      },
      marks: [
        Plot.rectY(bars, {
          x1: "from",
          x2: "to",
          y: "share",
          fill: colours.real,
          fillOpacity: 0.4,
          inset: 0.5,
          title: "title",
        }),
        Plot.ruleX(bars, {
          x: "centre",
          y1: "low",
          y2: "high",
          stroke: colours.real,
          strokeWidth: 1.5,
        }),
        Plot.ruleY([1 / bins], { stroke: colours.ink, strokeDasharray: "4 3" }),
      ],
    },
    "Histogram of the probability integral transform over all cells",
  );
  return figure({
    id: "pit",
    title: "Probability integral transform of all cells",
    read: "Flat at the dashed line is calibrated; a hill means that the model's conditional distributions are too wide, a valley too narrow, a slope that they are shifted.",
    note: `${countText(rows)} rows, ${columns.length} columns; 95 % intervals over rows.`,
    chart,
    data: {
      from: bars.map(({ from }) => from),
      to: bars.map(({ to }) => to),
      share: pooled.share,
      "standard error": pooled.error,
    },
  });
}

function coverageFigure(
  charts: Charts,
  { intervals, regions, rows, regionRows }: CalibrationReport,
  given: readonly string[] | undefined,
): Html {
  const { Plot } = charts;
  const difference = (curve: CoverageCurve) =>
    curve.nominal.map((level, i) => ({
      level,
      value: curve.observed[i]! - level,
      low: curve.low[i]! - level,
      high: curve.high[i]! - level,
      title: `${percentText(level)} promised, ${percentText(curve.observed[i]!)} held (95 %: ${percentText(curve.low[i]!)} to ${percentText(curve.high[i]!)})`,
    }));
  const drawn = [difference(intervals), difference(regions)] as const;
  const strokes = [series[0]!, series[2]!] as const;
  const most = Math.max(
    0.05,
    ...drawn.flat().map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high))),
  );
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 210,
      marginLeft: 52,
      x: { label: "nominal level", domain: [0, 1], tickFormat: percentTick },
      y: {
        label: "observed − nominal",
        grid: true,
        domain: [-most, most],
        tickFormat: signedPercentTick,
        ticks: 5,
      },
      marks: [
        Plot.ruleY([0], { stroke: colours.ink, strokeDasharray: "4 3" }),
        ...drawn.flatMap((points, k) => [
          Plot.areaY(points, {
            x: "level",
            y1: "low",
            y2: "high",
            fill: strokes[k]!,
            fillOpacity: 0.18,
          }),
          Plot.line(points, { x: "level", y: "value", stroke: strokes[k]!, strokeWidth: 1.8 }),
          Plot.dot(points, { x: "level", y: "value", fill: strokes[k]!, r: 3, title: "title" }),
        ]),
      ],
    },
    "Coverage of intervals and of highest-density regions, observed minus nominal",
  );
  return figure({
    id: "coverage",
    title: "Coverage",
    read: "At 0 the model's regions hold as many rows as they promise; below 0 it is too sure of itself, above too careful.",
    note: `Intervals of ${countText(rows)} rows; regions of ${countText(regionRows)}, ${given === undefined ? "all among the same samples" : `each among draws of its own, given its ${given.join(", ")}`}. Bands: 95 %.`,
    chart: [
      legend([
        { label: "central intervals of cells, given the others", colour: strokes[0], mark: "line" },
        { label: "highest-density regions of whole rows", colour: strokes[1], mark: "line" },
      ]),
      chart,
    ],
    data: {
      nominal: intervals.nominal,
      "intervals observed": intervals.observed,
      "intervals low": intervals.low,
      "intervals high": intervals.high,
      "regions observed": regions.observed,
      "regions low": regions.low,
      "regions high": regions.high,
    },
  });
}

function columnsFigure(charts: Charts, { columns, bins, rows }: CalibrationReport): Html {
  const { Plot } = charts;
  const labels = shortNames(columns.map(({ column }) => column));
  const error = Math.sqrt(((1 / bins) * (1 - 1 / bins)) / rows);
  const cells = columns.flatMap(({ column, share }, j) =>
    share.map((value, i) => ({
      y: labels[j]!,
      x: `${fixedText(i / bins, 1)}`,
      colour: divergingColour((value - 1 / bins) / error, MOST_ERRORS),
      title: `${column}, ${fixedText(i / bins, 1)} to ${fixedText((i + 1) / bins, 1)}: ${percentText(value)}`,
    })),
  );
  // The 5 % level over all columns together (Bonferroni), by the asymptotic tail 2 exp(-2 n d^2).
  const critical = Math.sqrt(Math.log((2 * Math.max(1, columns.length)) / 0.05) / (2 * rows));
  const beyond = columns.filter(({ distance }) => distance > critical).map(({ column }) => column);
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 60 + 18 * columns.length,
      marginLeft: marginFor(labels),
      x: { label: "probability of a smaller value, from", type: "band", padding: 0.05 },
      y: { label: null, domain: labels, padding: 0.08 },
      marks: [Plot.cell(cells, { x: "x", y: "y", fill: "colour", title: "title" })],
    },
    "Probability integral transform by column",
  );
  return figure({
    id: "pit-columns",
    title: "Probability integral transform by column",
    read: "Faint colours without a pattern along a line are calibrated; the scale is in standard errors from flat.",
    note:
      beyond.length === 0
        ? "No column departs from flat beyond chance (Kolmogorov-Smirnov, 5 % over all columns)."
        : `Beyond chance (Kolmogorov-Smirnov, 5 % over all columns): ${beyond.join(", ")}.`,
    chart: [scaleLegend(diverging, `−${MOST_ERRORS}`, `+${MOST_ERRORS} standard errors`), chart],
    data: {
      column: columns.flatMap(({ column, share }) => share.map(() => column)),
      from: columns.flatMap(({ share }) => share.map((_, i) => i / bins)),
      share: columns.flatMap(({ share }) => [...share]),
    },
  });
}
