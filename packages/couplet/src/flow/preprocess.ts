/**
 * Standardisation in front of a flow: z_j = (x_j - shift_j) / scale_j, computed in float64 before
 * numbers become float32. Its log-determinant, -sum log scale_j, is part of the model's density.
 */
import type { Batch } from "./rows.ts";

/** One shift and one scale per column. */
export interface Standardiser {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

export function identityStandardiser(dims: number): Standardiser {
  return {
    shift: Array.from({ length: dims }, () => 0),
    scale: Array.from({ length: dims }, () => 1),
  };
}

/** Mean and standard deviation per column (weighted); a constant column keeps scale 1. */
export function fitStandardiser(batch: Batch, weights?: ArrayLike<number>): Standardiser {
  const { rows, cols, data } = batch;
  const shift: number[] = [];
  const scale: number[] = [];
  for (let j = 0; j < cols; j++) {
    let total = 0;
    let sum = 0;
    for (let r = 0; r < rows; r++) {
      const w = weights?.[r] ?? 1;
      total += w;
      sum += w * data[r * cols + j]!;
    }
    const mean = total > 0 ? sum / total : 0;
    let squares = 0;
    for (let r = 0; r < rows; r++)
      squares += (weights?.[r] ?? 1) * (data[r * cols + j]! - mean) ** 2;
    const deviation = Math.sqrt(total > 0 ? squares / total : 0);
    shift.push(mean);
    // Rounding leaves a constant column with a spread of about 1e-16 of its value: not a scale.
    scale.push(deviation > 1e-12 * Math.max(1, Math.abs(mean)) ? deviation : 1);
  }
  return { shift, scale };
}

/** Into `target` (float32 or float64). */
export function standardise<T extends Float32Array | Float64Array>(
  batch: Batch,
  { shift, scale }: Standardiser,
  target: T,
): T {
  const { cols, data } = batch;
  const inverse = scale.map((s) => 1 / s);
  for (let i = 0, j = 0; i < data.length; i++) {
    target[i] = (data[i]! - shift[j]!) * inverse[j]!;
    if (++j === cols) j = 0;
  }
  return target;
}

export function unstandardise(
  values: ArrayLike<number>,
  { shift, scale }: Standardiser,
): Float64Array<ArrayBuffer> {
  const cols = shift.length;
  const out = new Float64Array(values.length);
  for (let i = 0, j = 0; i < values.length; i++) {
    out[i] = values[i]! * scale[j]! + shift[j]!;
    if (++j === cols) j = 0;
  }
  return out;
}

/** -sum log scale: nats that the standardisation adds to every log-density. */
export function standardiserLogDet({ scale }: Standardiser): number {
  return -scale.reduce((sum, s) => sum + Math.log(s), 0);
}
