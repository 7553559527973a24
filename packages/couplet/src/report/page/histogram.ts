import type { Markish } from "@observablehq/plot";
import type { Charts } from "./charts.ts";
import { colours } from "./palette.ts";

/** A bin of a histogram and the share of the values in it. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Shares of values in equal bins over [low, high]; values beyond go to the first and the last. */
export function sharesInBins(
  values: ArrayLike<number>,
  low: number,
  high: number,
  bins: number,
): Bin[] {
  const width = (high - low || 1) / bins;
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of Array.from(values))
    counts[Math.min(bins - 1, Math.max(0, Math.floor((value - low) / width)))]!++;
  return counts.map((count, i) => ({
    from: low + i * width,
    to: low + (i + 1) * width,
    share: count / values.length,
  }));
}

/** Bars of bins with `share`, and the errors of these from `low` to `high` at each `centre`. */
export function barsWithErrors(
  Plot: Charts["Plot"],
  bins: readonly { readonly share: number; readonly low: number; readonly high: number }[],
): Markish[] {
  return [
    Plot.rectY(bins, {
      x1: "from",
      x2: "to",
      y: "share",
      fill: colours.real,
      fillOpacity: 0.4,
      inset: 0.3,
    }),
    Plot.ruleX(bins, { x: "centre", y1: "low", y2: "high", stroke: colours.real }),
  ];
}
