import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import type { Html } from "../../page/html.ts";
import { fixedText } from "../../page/number-text.ts";
import { diverging, divergingColour } from "../../page/palette.ts";
import { scaleLegend } from "../../page/parts.ts";
import type { AssociationReport } from "../measures/association.ts";
import { FIGURE_WIDTH, marginFor, shortNames } from "./labels.ts";

/** The strongest difference that the colours tell apart. */
const MOST_DIFFERENCE = 0.3;

/** Association of all pairs in the rows, and how far the samples are from it. */
export function associationFigures(
  charts: Charts,
  report: AssociationReport,
  left: number,
): Html[] {
  const note =
    left > 0
      ? { note: `The ${left} columns that depend least on others are not drawn, for lack of room.` }
      : {};
  const difference = report.real.map((line, i) => line.map((r, j) => report.sampled[i]![j]! - r));
  const pairs = report.columns.flatMap((_, i) =>
    report.columns.slice(0, i).map((_2, j) => [i, j] as const),
  );
  const named = {
    first: pairs.map(([i]) => report.columns[i]!),
    second: pairs.map(([, j]) => report.columns[j]!),
  };
  return [
    figure({
      id: "association",
      title: "How columns go together in the rows",
      read: "Two numbers: rank correlation, −1 to 1; otherwise strength from 0 to 1 (correlation ratio, Cramér's V, corrected for chance).",
      ...note,
      chart: [
        scaleLegend(diverging, "−1", "1"),
        heatMap(charts, report.columns, report.real, 1, "Association in the rows"),
      ],
      data: { ...named, rows: pairs.map(([i, j]) => report.real[i]![j]!) },
    }),
    figure({
      id: "association-difference",
      title: `What the samples change: mean size ${fixedText(report.meanDifference, 3)}`,
      read: `Samples minus rows; no colour is no difference, and differences below ${fixedText(report.noise, 2)} may be chance (95 %).`,
      chart: [
        scaleLegend(diverging, `−${MOST_DIFFERENCE} or less`, `${MOST_DIFFERENCE} or more`),
        heatMap(
          charts,
          report.columns,
          difference,
          MOST_DIFFERENCE,
          "Difference of associations, samples minus rows",
        ),
      ],
      data: {
        ...named,
        rows: pairs.map(([i, j]) => report.real[i]![j]!),
        samples: pairs.map(([i, j]) => report.sampled[i]![j]!),
      },
    }),
  ];
}

/** The lower triangle of a symmetric matrix. */
function heatMap(
  charts: Charts,
  columns: readonly string[],
  matrix: readonly (readonly number[])[],
  most: number,
  alt: string,
): Html {
  const many = columns.length > 18;
  const labels = shortNames(columns, many ? 14 : 18);
  const cells = labels.flatMap((y, i) =>
    labels.slice(0, i).map((x, j) => ({
      x,
      y,
      colour: divergingColour(matrix[i]![j]!, most),
      title: `${columns[i]}, ${columns[j]}: ${fixedText(matrix[i]![j]!, 2)}`,
    })),
  );
  const margin = marginFor(labels);
  const size = Math.max(
    14,
    Math.min(26, (FIGURE_WIDTH - margin - 10) / Math.max(1, labels.length - 1)),
  );
  return charts.draw(
    {
      width: Math.round(margin + 10 + size * Math.max(1, labels.length - 1)),
      height: Math.round(20 + margin + size * Math.max(1, labels.length - 1)),
      marginTop: 8,
      marginRight: 10,
      marginLeft: margin,
      marginBottom: margin + 4,
      x: { label: null, domain: labels.slice(0, -1), tickRotate: -90, padding: 0.05 },
      y: { label: null, domain: labels.slice(1), padding: 0.05 },
      marks: [charts.Plot.cell(cells, { x: "x", y: "y", fill: "colour", title: "title" })],
    },
    alt,
  );
}
