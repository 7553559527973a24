/** Rows drawn again by their weights, and what weights are worth. */
import { philoxUniform } from "../../random/philox.ts";
import { relativeWeights } from "../../statistics/log-sum-exp.ts";

/** `size` of the rows, each as often as any other up to one, in random order among equals. */
export function drawAgain(rows: Int32Array, size: number, seed: number, round: number): Int32Array {
  const shift = philoxUniform({ seed, row: round, stream: 0x40000002 });
  const out = new Int32Array(size);
  for (let i = 0; i < size; i++)
    out[i] = rows[Math.min(rows.length - 1, Math.floor(((i + shift) * rows.length) / size))]!;
  return out;
}

/** (sum w)^2 / sum w^2, copies of a row counted as one. */
export function effectiveOf(log: Float64Array, ids?: ArrayLike<number>): number {
  const groups = new Map<number, number>();
  for (const [i, weight] of relativeWeights(log).entries()) {
    const id = ids?.[i] ?? i;
    groups.set(id, (groups.get(id) ?? 0) + weight);
  }
  let [sum, squares] = [0, 0];
  for (const weight of groups.values()) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** `count` rows in proportion to their weights, in random order. */
export function byWeight(log: Float64Array, count: number, seed: number): Int32Array {
  const weights = relativeWeights(log);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shift = philoxUniform({ seed, row: 0, stream: 0x40000004 });
  const chosen = new Int32Array(count);
  let [row, below] = [0, 0];
  for (let i = 0; i < count; i++) {
    const target = ((i + shift) * total) / count;
    while (row < weights.length - 1 && below + weights[row]! < target) below += weights[row++]!;
    chosen[i] = row;
  }
  // Copies lie side by side: a part of the rows is to be as good as any other.
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(philoxUniform({ seed, row: i, stream: 0x40000005 }) * (i + 1));
    [chosen[i], chosen[j]] = [chosen[j]!, chosen[i]!];
  }
  return chosen;
}

/** Rows of a row-major array by their numbers. */
export function rowsOf(from: ArrayLike<number>, rows: Int32Array, dims: number): Float64Array {
  const out = new Float64Array(rows.length * dims);
  for (const [i, row] of rows.entries())
    for (let d = 0; d < dims; d++) out[i * dims + d] = from[row * dims + d]!;
  return out;
}

/** Arrays one after the other. */
export function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
