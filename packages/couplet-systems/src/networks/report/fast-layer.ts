/** The network that a fast layer leaves, in words and tables. */
import { countText } from "couplet/report";
import { significant } from "../../report/significant.ts";
import type { SummaryTable } from "../../report/summary.ts";
import type { FastLayerReport } from "../problem/fast-layer.ts";

/** Names of clusters: their first two nodes and the number of nodes. */
const clusterName = (nodes: readonly string[]): string =>
  nodes.length < 3 ? nodes.join(" + ") : `${nodes[0]} and ${countText(nodes.length - 1)} more`;

/** A line on what is left. */
export function fastLayerHeadline(report: FastLayerReport): {
  readonly label: string;
  readonly value: string;
  readonly note: string;
} {
  const { layer, clusters, separation, error } = report;
  return {
    label: `With ${layer} in balance`,
    value: `${countText(clusters.length)} clusters`,
    note: `${significant(separation, 3)} times slower; rates wrong by ${significant(error.leading, 2)}, by ${significant(error.effective, 2)} with the next order`,
  };
}

/** Slow rates of the whole and of the reductions, and the strongest rates between clusters. */
export function fastLayerTables({
  layer,
  clusters,
  leading,
  rates,
}: FastLayerReport): SummaryTable[] {
  const links = leading
    .flatMap((row, i) => row.map((rate, j) => ({ i, j, rate })))
    .filter(({ i, j, rate }) => i !== j && rate > 0)
    .sort((a, b) => b.rate - a.rate || a.j - b.j || a.i - b.i);
  return [
    {
      caption: `Slowest rates with ${layer} in balance`,
      columns: [
        { name: "whole network", align: "right" },
        { name: "leading order", align: "right" },
        { name: "with the next", align: "right" },
      ],
      rows: rates.whole
        .slice(0, 8)
        .map((rate, i) =>
          [rate, rates.leading[i]!, rates.effective[i]!].map((value) =>
            Math.abs(value) < 1e-12 ? "0" : significant(value, 6),
          ),
        ),
    },
    {
      caption: "The effective network: strongest rates between clusters",
      columns: [{ name: "from" }, { name: "to" }, { name: "rate", align: "right" }],
      rows: links
        .slice(0, 10)
        .map(({ i, j, rate }) => [
          clusterName(clusters[j]!),
          clusterName(clusters[i]!),
          significant(rate, 4),
        ]),
    },
  ];
}
