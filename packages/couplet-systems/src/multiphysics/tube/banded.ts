import { CoupletError } from "couplet/kit";

/** A square band matrix: `lower` and `upper` diagonals beside the main one. */
export interface BandMatrix {
  readonly size: number;
  readonly lower: number;
  readonly upper: number;
  /** Adds to an entry inside the band. */
  add(row: number, column: number, value: number): void;
  /** Solves by Gaussian elimination with partial pivoting; destroys the matrix. */
  solve(right: Float64Array): Float64Array;
}

/** A zero band matrix. Pivoting may double the upper bandwidth, so room for that is kept. */
export function bandMatrix(size: number, lower: number, upper: number): BandMatrix {
  const width = 2 * lower + upper + 1;
  const entries = new Float64Array(size * width);
  const at = (row: number, column: number): number => row * width + (column - row + lower);
  return {
    size,
    lower,
    upper,
    add(row: number, column: number, value: number): void {
      entries[at(row, column)]! += value;
    },
    solve(right: Float64Array): Float64Array {
      const x = right.slice();
      for (let k = 0; k < size; k++) {
        const last = Math.min(size - 1, k + lower);
        let pivot = k;
        for (let i = k + 1; i <= last; i++) {
          if (Math.abs(entries[at(i, k)]!) > Math.abs(entries[at(pivot, k)]!)) pivot = i;
        }
        const end = Math.min(size - 1, k + lower + upper);
        if (!(Math.abs(entries[at(pivot, k)]!) > 0)) {
          throw new CoupletError({
            code: "DIVERGED",
            where: "tubeFlow",
            expected: "a regular Newton matrix",
            received: `a zero or undefined pivot in row ${k}`,
          });
        }
        if (pivot !== k) {
          for (let j = k; j <= end; j++) {
            const [a, b] = [at(k, j), at(pivot, j)];
            [entries[a], entries[b]] = [entries[b]!, entries[a]!];
          }
          [x[k], x[pivot]] = [x[pivot]!, x[k]!];
        }
        for (let i = k + 1; i <= last; i++) {
          const factor = entries[at(i, k)]! / entries[at(k, k)]!;
          if (factor === 0) continue;
          for (let j = k + 1; j <= end; j++) entries[at(i, j)]! -= factor * entries[at(k, j)]!;
          x[i]! -= factor * x[k]!;
        }
      }
      for (let k = size - 1; k >= 0; k--) {
        for (let j = k + 1; j <= Math.min(size - 1, k + lower + upper); j++)
          x[k]! -= entries[at(k, j)]! * x[j]!;
        x[k]! /= entries[at(k, k)]!;
      }
      return x;
    },
  };
}
