import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import type { Html } from "../../page/html.ts";
import { countText, percentText } from "../../page/number-text.ts";
import { colours } from "../../page/palette.ts";
import type { ConditionalReport } from "../measures/conditional-report.ts";
import { anchor, FIGURE_WIDTH, percentTick } from "./labels.ts";

/** Histograms of ranks that are drawn: those of the smallest p-values. */
const MOST_DRAWN = 6;

/** Rank histograms of the columns that are calibrated worst, and the expected coverage of random points. */
export function conditionalFigures(charts: Charts, report: ConditionalReport): Html[] {
  const worst = report.ranks.toSorted((a, b) => a.pValue - b.pValue || b.distance - a.distance);
  return [
    tarpFigure(charts, report),
    ...worst.slice(0, MOST_DRAWN).map((ranks, i) => rankFigure(charts, report, ranks, i)),
  ];
}

function rankFigure(
  charts: Charts,
  { band: [low, high], rows, draws, given, ranks: all }: ConditionalReport,
  { column, share, pValue, distance }: ConditionalReport["ranks"][number],
  place: number,
): Html {
  const { Plot } = charts;
  const bins = share.length;
  const [floor, top] = [Math.max(0, low), Math.max(0.2, high, ...share)];
  const bars = share.map((value, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    value,
    title: `ranks from ${percentText(i / bins)} to ${percentText((i + 1) / bins)}: ${percentText(value)} of the rows`,
  }));
  const left = all.length - MOST_DRAWN;
  return figure({
    id: anchor("ranks", place, column),
    title: `Ranks of ${column} among draws, given ${given.join(", ")}`,
    read: "Simulation-based calibration. Bars within the band are calibrated; a hill means that the model's law is too wide, a valley too narrow, a slope that it is shifted.",
    note: `${countText(rows)} rows, ${draws} draws of each under its own context; ${pText(pValue)} (distance ${distance.toFixed(3)}). The band holds 95 % of a right model's bars.${
      place === 0 && left > 0 ? ` Not drawn: ${left} columns of larger p.` : ""
    }`,
    chart: charts.draw(
      {
        width: FIGURE_WIDTH,
        height: 190,
        marginLeft: 48,
        x: {
          label: "rank of the row's value among its draws",
          domain: [0, 1],
          tickFormat: percentTick,
        },
        y: {
          label: "share of rows",
          grid: true,
          ticks: 4,
          tickFormat: percentTick,
          domain: [0, top],
        },
        marks: [
          Plot.rectY(bars, {
            x1: "from",
            x2: "to",
            y: "value",
            fill: colours.real,
            fillOpacity: 0.4,
            inset: 0.5,
            title: "title",
          }),
          Plot.rect([{ low: floor, high }], {
            x1: 0,
            x2: 1,
            y1: "low",
            y2: "high",
            fill: colours.ink,
            fillOpacity: 0.12,
          }),
          Plot.ruleY([1 / bins], { stroke: colours.ink, strokeDasharray: "4 3" }),
        ],
      },
      `Histogram of the ranks of ${column} among the draws of each row`,
    ),
    data: {
      from: bars.map(({ from }) => from),
      to: bars.map(({ to }) => to),
      share,
    },
  });
}

function tarpFigure(charts: Charts, { tarp, rows, draws }: ConditionalReport): Html {
  const { Plot } = charts;
  const points = [
    { level: 0, observed: 0, low: 0, high: 0, title: "" },
    ...tarp.nominal.map((level, i) => ({
      level,
      observed: tarp.observed[i]!,
      low: tarp.low[i]!,
      high: tarp.high[i]!,
      title: `${percentText(level)} promised, ${percentText(tarp.observed[i]!)} held (a right model, 95 %: ${percentText(tarp.low[i]!)} to ${percentText(tarp.high[i]!)})`,
    })),
    { level: 1, observed: 1, low: 1, high: 1, title: "" },
  ];
  return figure({
    id: "tarp",
    title: "Expected coverage of all columns together (TARP)",
    read: "Within the band along the diagonal the model is calibrated in all columns together; a line that leaves it means that it is wrong in a column or in how columns go together.",
    note: `Balls around random points, ${countText(rows)} rows, ${draws} draws of each under its own context; ${pText(tarp.pValue)}. The band holds 95 % of right models.`,
    chart: charts.draw(
      {
        width: FIGURE_WIDTH,
        height: 240,
        marginLeft: 48,
        x: { label: "credibility level", domain: [0, 1], tickFormat: percentTick },
        y: { label: "share of rows held", domain: [0, 1], grid: true, tickFormat: percentTick },
        marks: [
          Plot.areaY(points, {
            x: "level",
            y1: "low",
            y2: "high",
            fill: colours.ink,
            fillOpacity: 0.12,
          }),
          Plot.line(
            [
              [0, 0],
              [1, 1],
            ],
            { stroke: colours.ink, strokeDasharray: "4 3" },
          ),
          Plot.line(points, { x: "level", y: "observed", stroke: colours.real, strokeWidth: 1.8 }),
          Plot.dot(points.slice(1, -1), {
            x: "level",
            y: "observed",
            fill: colours.real,
            r: 3,
            title: "title",
          }),
        ],
      },
      "Share of rows that regions around random points hold, against the share they promise",
    ),
    data: {
      level: tarp.nominal,
      observed: tarp.observed,
      low: tarp.low,
      high: tarp.high,
    },
  });
}

function pText(pValue: number): string {
  return pValue < 0.0001 ? "p < 0.0001" : `p ${pValue.toFixed(pValue < 0.1 ? 4 : 2)}`;
}
