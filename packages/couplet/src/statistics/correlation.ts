/** The pair of variables that correlate most. */
export interface LargestCorrelation {
  /** Pearson's r; 0 with fewer than two columns. */
  readonly value: number;
  readonly pair: readonly [number, number];
  /** How many pairs it was chosen from. */
  readonly pairs: number;
}

/** The correlation of largest absolute value among all pairs of columns of equal length. */
export function largestCorrelation(columns: readonly Float64Array[]): LargestCorrelation {
  let value = 0;
  let pair: [number, number] = [0, 0];
  const scaled = columns.map(centredAndScaled);
  for (let a = 0; a < scaled.length; a++)
    for (let b = 0; b < a; b++) {
      const [x, y] = [scaled[a]!, scaled[b]!];
      let r = 0;
      for (let i = 0; i < x.length; i++) r += x[i]! * y[i]!;
      if (Math.abs(r) > Math.abs(value)) [value, pair] = [r, [b, a]];
    }
  return { value, pair, pairs: Math.max(1, (columns.length * (columns.length - 1)) / 2) };
}

/** Mean 0 and squares that sum to 1. */
function centredAndScaled(column: Float64Array): Float64Array {
  const n = column.length;
  const mean = column.reduce((sum, v) => sum + v / n, 0);
  const size = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0));
  return column.map((v) => (size > 0 ? (v - mean) / size : 0));
}
