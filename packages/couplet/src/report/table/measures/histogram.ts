/** What of an axis is drawn. */
export interface PlotRange {
  readonly low: number;
  readonly high: number;
  readonly scale: "linear" | "log";
}

/** Tails beyond these quantiles are left out when they would squeeze the rest. */
const TAIL = 0.005;

/** The tail is kept where it is no longer than this part of the range without it. */
const SHORT_TAIL = 0.25;

/** Positive values whose 99.5 % quantile is this many times their median are drawn on a logarithmic axis. */
const SKEWED = 20;

/** The range of values worth drawing: without the outermost half percent where that is far out. */
export function plotRange(values: Float64Array): PlotRange {
  if (values.length === 0) return { low: 0, high: 1, scale: "linear" };
  const sorted = values.slice().sort();
  const at = (p: number): number => sorted[Math.round(p * (sorted.length - 1))]!;
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  const scale = least > 0 && at(1 - TAIL) > SKEWED * at(0.5) ? "log" : "linear";
  const on = (v: number): number => (scale === "log" ? Math.log(v) : v);
  let [low, high] = [at(TAIL), at(1 - TAIL)];
  const margin = SHORT_TAIL * (on(high) - on(low));
  if (on(low) - on(least) <= margin) low = least;
  if (on(most) - on(high) <= margin) high = most;
  return { low, high, scale };
}

const LEAST_BINS = 8;
const MOST_BINS = 40;

/**
 * Edges of bins: about 2 n^(1/3) of them (Rice's rule). Values in steps get bins of an integer
 * of steps, edges between the steps: others would fill bins unevenly and look like a comb.
 */
export function binEdges(range: PlotRange, count: number, step: number | undefined): Float64Array {
  const { low, high, scale } = range;
  const wanted = Math.max(LEAST_BINS, Math.min(MOST_BINS, Math.ceil(2 * Math.cbrt(count))));
  if (scale === "log") {
    const [a, b] = [Math.log(low), Math.log(high)];
    return Float64Array.from({ length: wanted + 1 }, (_, i) =>
      // The ends exactly, so that the least and the greatest value fall in.
      i === 0 ? low : i === wanted ? high : Math.exp(a + ((b - a) * i) / wanted),
    );
  }
  if (step !== undefined) {
    const steps = Math.max(1, Math.round((high - low) / step) + 1);
    const each = steps <= MOST_BINS ? 1 : Math.ceil(steps / wanted);
    const bins = Math.ceil(steps / each);
    return Float64Array.from({ length: bins + 1 }, (_, i) => low + (i * each - 0.5) * step);
  }
  const width = high > low ? (high - low) / wanted : 1;
  const from = high > low ? low : low - 0.5;
  const bins = high > low ? wanted : 1;
  return Float64Array.from({ length: bins + 1 }, (_, i) =>
    i === bins && high > low ? high : from + i * width,
  );
}

/** Shares of values by bin (the last one holds its upper edge), and the share beyond all of them. */
export function binShares(
  values: Float64Array,
  edges: Float64Array,
): { readonly shares: Float64Array; readonly beyond: number } {
  const bins = edges.length - 1;
  const shares = new Float64Array(bins);
  let beyond = 0;
  for (const value of values) {
    const bin = binOf(value, edges);
    if (bin < 0) beyond += 1 / values.length;
    else shares[bin]! += 1 / values.length;
  }
  return { shares, beyond };
}

function binOf(value: number, edges: Float64Array): number {
  const bins = edges.length - 1;
  if (!(value >= edges[0]! && value <= edges[bins]!)) return -1;
  let [low, high] = [0, bins];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
