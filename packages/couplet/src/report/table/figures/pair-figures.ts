import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import type { Html } from "../../page/html.ts";
import { countText, fixedText, numberText, percentText } from "../../page/number-text.ts";
import { colours, sequential, sequentialColour } from "../../page/palette.ts";
import { legend, scaleLegend } from "../../page/parts.ts";
import type {
  GroupsPair,
  NumbersPair,
  PairAxis,
  PairComparison,
  TablePair,
} from "../measures/pair-comparison.ts";
import { FIGURE_WIDTH, anchor, marginFor, shortNames, tickFormat } from "./labels.ts";

const sides = ["rows", "samples"] as const;

/** Two columns of the rows beside those of the samples. */
export function pairFigure(charts: Charts, pair: PairComparison, index: number): Html {
  const [x, y] = pair.columns;
  const id = anchor("pair", index, `${x}-${y}`);
  const { real, sampled } = pair.association;
  const title = `${x} and ${y}: association ${fixedText(real, 2)} in the rows, ${fixedText(sampled, 2)} in the samples`;
  switch (pair.kind) {
    case "numbers":
      return numbersFigure(charts, pair, id, title);
    case "groups":
      return groupsFigure(charts, pair, id, title);
    case "table":
      return tableFigure(charts, pair, id, title);
  }
}

/** An axis that ends where the pair's range does. */
function axis(name: string, range: PairAxis) {
  const { low, high, date } = range;
  return { ...openAxis(name, range), domain: date ? [new Date(low), new Date(high)] : [low, high] };
}

/** A value of an axis for people. */
function axisText(value: number, { date }: PairAxis): string {
  return date ? new Date(value).toISOString().slice(0, 10) : numberText(value);
}

/** An axis as long as what is drawn on it. */
function openAxis(name: string, { low, high, scale, date }: PairAxis) {
  return {
    label: name,
    ...(date ? { type: "utc" as const } : { type: scale, ...tickFormat(low, high) }),
    ticks: 4,
  };
}

function numbersFigure(charts: Charts, pair: NumbersPair, id: string, title: string): Html {
  const { Plot } = charts;
  const [x, y] = pair.columns;
  const points = sides.flatMap((side, s) =>
    (s === 0 ? pair.real : pair.sampled).map(([a, b]) => ({
      side,
      x: pair.axes[0].date ? new Date(a) : a,
      y: pair.axes[1].date ? new Date(b) : b,
      colour: s === 0 ? colours.real : colours.sampled,
    })),
  );
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 250,
      marginLeft: 52,
      fx: { label: null, domain: [...sides], padding: 0.08 },
      x: axis(x, pair.axes[0]),
      y: { ...axis(y, pair.axes[1]), grid: true },
      marks: [
        Plot.frame({ stroke: colours.rule }),
        Plot.dot(points, {
          fx: "side",
          x: "x",
          y: "y",
          r: 1.7,
          fill: "colour",
          fillOpacity: 0.6,
          stroke: "none",
        }),
      ],
    },
    `Scatter plots of ${x} and ${y}, rows left, samples right`,
  );
  return figure({
    id,
    title,
    read: "Both clouds should have the same shape, edges and gaps.",
    note: `${countText(pair.real.length)} rows and ${countText(pair.sampled.length)} samples taken at random within the axes.`,
    chart,
    data: {
      side: [...pair.real.map(() => "rows"), ...pair.sampled.map(() => "samples")],
      [x]: [...pair.real, ...pair.sampled].map(([a]) => a),
      [`${y}${x === y ? " " : ""}`]: [...pair.real, ...pair.sampled].map(([, b]) => b),
    },
  });
}

function groupsFigure(charts: Charts, pair: GroupsPair, id: string, title: string): Html {
  const { Plot } = charts;
  const [x, y] = pair.columns;
  const labels = shortNames(pair.groups.map(({ value }) => value));
  const at = (value: number): number | Date => (pair.axis.date ? new Date(value) : value);
  const lines = pair.groups.flatMap((group, i) =>
    sides.flatMap((side, s) => {
      const q = side === "rows" ? group.real : group.sampled;
      if (q.length === 0) return [];
      const [p10, p25, p50, p75, p90] = q.map(at);
      const [, low, middle, high] = q.map((value) => axisText(value, pair.axis));
      const title = `${group.value}, ${side}: median ${middle}, middle half ${low} to ${high}`;
      return [{ value: labels[i]!, s, p10, p25, p50, p75, p90, title }];
    }),
  );
  const marks = sides.flatMap((_, s) => {
    const own = lines.filter((line) => line.s === s);
    const stroke = s === 0 ? colours.real : colours.sampled;
    const dy = s === 0 ? -4 : 5;
    return [
      Plot.ruleY(own, { y: "value", x1: "p10", x2: "p90", stroke, strokeWidth: 1.2, dy }),
      Plot.ruleY(own, {
        y: "value",
        x1: "p25",
        x2: "p75",
        stroke,
        strokeWidth: 5,
        strokeOpacity: 0.55,
        dy,
        title: "title",
      }),
      Plot.dot(own, { y: "value", x: "p50", r: 3, fill: stroke, dy, title: "title" }),
    ];
  });
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 60 + 26 * Math.max(1, labels.length),
      marginLeft: marginFor(labels),
      x: { ...openAxis(x, pair.axis), grid: true, ticks: 5, nice: true },
      y: { label: null, domain: labels },
      marks,
    },
    `Quantiles of ${x} within each value of ${y}, of rows and samples`,
  );
  const notes = [
    "Dot: median; thick: middle half; thin: middle 80 %.",
    ...(pair.left > 0 ? [`${pair.left} rarer values of ${y} are not drawn.`] : []),
  ];
  const column = (side: "real" | "sampled", k: number) =>
    pair.groups.map((group) => group[side][k] ?? null);
  return figure({
    id,
    title,
    read: "Within each value the two lines should lie above each other.",
    note: notes.join(" "),
    chart: [
      legend([
        { label: "rows", colour: colours.real, mark: "line" },
        { label: "samples", colour: colours.sampled, mark: "line" },
      ]),
      chart,
    ],
    data: {
      value: pair.groups.map(({ value }) => value),
      "rows n": pair.groups.map(({ realRows }) => realRows),
      "rows q25": column("real", 1),
      "rows median": column("real", 2),
      "rows q75": column("real", 3),
      "samples n": pair.groups.map(({ sampledRows }) => sampledRows),
      "samples q25": column("sampled", 1),
      "samples median": column("sampled", 2),
      "samples q75": column("sampled", 3),
    },
  });
}

function tableFigure(charts: Charts, pair: TablePair, id: string, title: string): Html {
  const { Plot } = charts;
  const [x, y] = pair.columns;
  const [across, up] = [shortNames(pair.values[0], 12), shortNames(pair.values[1], 16)];
  const most = Math.max(...pair.real.flat(), ...pair.sampled.flat());
  const cells = sides.flatMap((side, s) =>
    (s === 0 ? pair.real : pair.sampled).flatMap((line, j) =>
      line.map((share, i) => ({
        side,
        x: across[i]!,
        y: up[j]!,
        // Square roots, so that rare combinations are seen.
        colour: sequentialColour(Math.sqrt(share), Math.sqrt(most)),
        title: `${pair.values[0][i]}, ${pair.values[1][j]}: ${percentText(share)}`,
      })),
    ),
  );
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 40 + marginFor(across) + 22 * up.length,
      marginLeft: marginFor(up),
      marginBottom: marginFor(across) + 6,
      fx: { label: null, domain: [...sides], padding: 0.08 },
      x: { label: null, domain: across, tickRotate: -90 },
      y: { label: null, domain: up },
      marks: [
        Plot.cell(cells, {
          fx: "side",
          x: "x",
          y: "y",
          fill: "colour",
          inset: 0.5,
          title: "title",
        }),
      ],
    },
    `Shares of the combinations of ${x} and ${y}, rows left, samples right`,
  );
  const flat = (table: readonly (readonly number[])[]): number[] => table.flat();
  return figure({
    id,
    title,
    read: `Both tables (${x} across, ${y} down) should be alike; a colour only on the right is a combination that the rows do not have.`,
    chart: [scaleLegend(sequential, "0 %", `${percentText(most)} of all rows`), chart],
    data: {
      [y]: pair.values[1].flatMap((value) => pair.values[0].map(() => value)),
      [`${x}${x === y ? " " : ""}`]: pair.values[1].flatMap(() => [...pair.values[0]]),
      rows: flat(pair.real),
      samples: flat(pair.sampled),
    },
  });
}
