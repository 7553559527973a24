import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import type { Html } from "../../page/html.ts";
import { fixedText } from "../../page/number-text.ts";
import { colours, series } from "../../page/palette.ts";
import { legend } from "../../page/parts.ts";
import type { LatentDimension, LatentReport } from "../measures/latent.ts";
import { FIGURE_WIDTH } from "./labels.ts";

const WORST = 3;

/** Quantile plot of all latent dimensions, and their means and standard deviations. */
export function latentFigures(charts: Charts, report: LatentReport): Html[] {
  return [quantileFigure(charts, report), momentFigure(charts, report)];
}

function quantileFigure(charts: Charts, report: LatentReport): Html {
  const { Plot } = charts;
  const { dimensions, expected, low, high } = report;
  const worst = [...dimensions].sort((a, b) => b.distance - a.distance).slice(0, WORST);
  const others = dimensions.filter((dimension) => !worst.includes(dimension));
  // Differences from the diagonal: on the plot itself a deviation of a tenth would not be seen.
  const line = ({ dimension, quantiles }: LatentDimension) =>
    quantiles.map((q, k) => ({ dimension, expected: expected[k]!, difference: q - expected[k]! }));
  const band = expected.map((e, k) => ({ e, low: low[k]! - e, high: high[k]! - e }));
  const most = Math.min(
    1.5,
    Math.max(
      0.3,
      1.2 * Math.max(...worst.flatMap(line).map(({ difference }) => Math.abs(difference))),
    ),
  );
  const strokes = [series[1]!, series[3]!, series[4]!];
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 250,
      marginLeft: 48,
      x: { label: "quantile of the standard normal" },
      y: { label: "latent quantile − normal quantile", domain: [-most, most], grid: true },
      marks: [
        Plot.areaY(band, { x: "e", y1: "low", y2: "high", fill: colours.band, clip: true }),
        Plot.ruleY([0], { stroke: colours.ink, strokeDasharray: "4 3" }),
        Plot.line(others.flatMap(line), {
          x: "expected",
          y: "difference",
          z: "dimension",
          stroke: colours.real,
          strokeOpacity: 0.45,
          clip: true,
        }),
        ...worst.map((dimension, k) =>
          Plot.line(line(dimension), {
            x: "expected",
            y: "difference",
            stroke: strokes[k]!,
            strokeWidth: 2,
            clip: true,
          }),
        ),
      ],
    },
    "Quantiles of each latent dimension minus those of the standard normal",
  );
  return figure({
    id: "latent-quantiles",
    title: "Are encoded rows standard normal?",
    read: "Within the band (simultaneous 95 % for one dimension) a dimension cannot be told from normal; a tilt is a wrong width, a bend a wrong shape.",
    note: `${report.rows} rows, ${report.dims} dimensions. Discrete cells are spread over their intervals at random, which by itself can move a dimension a little away from normal.`,
    chart: [
      legend([
        ...worst.map(({ dimension }, k) => ({
          label: `dimension ${dimension + 1}`,
          colour: strokes[k]!,
          mark: "line" as const,
        })),
        { label: "others", colour: colours.real, mark: "line" },
        { label: "95 %", colour: colours.band },
      ]),
      chart,
    ],
    data: {
      dimension: dimensions.flatMap(({ dimension, quantiles }) =>
        quantiles.map(() => dimension + 1),
      ),
      normal: dimensions.flatMap(() => [...expected]),
      latent: dimensions.flatMap(({ quantiles }) => [...quantiles]),
    },
  });
}

function momentFigure(charts: Charts, report: LatentReport): Html {
  const { rows, dimensions, largestCorrelation } = report;
  const meanBand = 1.96 / Math.sqrt(rows);
  const sdBand = 1.96 / Math.sqrt(2 * rows);
  const { value, dimensions: pair, chance } = largestCorrelation;
  return figure({
    id: "latent-moments",
    title: "Mean and standard deviation of each latent dimension",
    read: "Means should be 0 and standard deviations 1, within the bands (95 %, one dimension).",
    note: `Strongest correlation of two dimensions: ${fixedText(value, 3)} (${pair[0] + 1} and ${pair[1] + 1}); chance gives up to ${fixedText(chance, 3)} (95 %, all pairs).`,
    chart: [
      dots(charts, dimensions, ({ mean }) => mean, 0, meanBand, "mean"),
      dots(charts, dimensions, ({ sd }) => sd, 1, sdBand, "standard deviation"),
    ],
    data: {
      dimension: dimensions.map(({ dimension }) => dimension + 1),
      mean: dimensions.map(({ mean }) => mean),
      sd: dimensions.map(({ sd }) => sd),
      "Kolmogorov-Smirnov distance": dimensions.map(({ distance }) => distance),
    },
  });
}

function dots(
  charts: Charts,
  dimensions: readonly LatentDimension[],
  of: (dimension: LatentDimension) => number,
  centre: number,
  band: number,
  label: string,
): Html {
  const { Plot } = charts;
  const points = dimensions.map((dimension) => {
    const [x, y] = [dimension.dimension + 1, of(dimension)];
    return { x, y, title: `dimension ${x}: ${label} ${fixedText(y, 3)}` };
  });
  return charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 135,
      marginLeft: 48,
      x: {
        label: "latent dimension",
        domain: [0.5, dimensions.length + 0.5],
        ticks: Math.min(10, dimensions.length),
        tickFormat: "d",
      },
      y: { label, grid: true, ticks: 4, nice: true },
      marks: [
        Plot.rectY([0], {
          x1: () => 0.5,
          x2: () => dimensions.length + 0.5,
          y1: () => centre - band,
          y2: () => centre + band,
          fill: colours.band,
        }),
        Plot.ruleY([centre], { stroke: colours.ink, strokeDasharray: "4 3" }),
        Plot.dot(points, { x: "x", y: "y", fill: colours.real, r: 3.5, title: "title" }),
      ],
    },
    `The ${label} of each latent dimension`,
  );
}
