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
  standardiser: Standardiser,
  target: T,
): T {
  const { rows, cols, data } = batch;
  if (isIdentity(standardiser)) {
    target.set(data);
    return target;
  }
  const shift = Float64Array.from(standardiser.shift);
  const inverse = Float64Array.from(standardiser.scale, (s) => 1 / s);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let j = 0; j < cols; j++, i++) target[i] = (data[i]! - shift[j]!) * inverse[j]!;
  }
  return target;
}

export function unstandardise(
  values: Float32Array | Float64Array,
  standardiser: Standardiser,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(values);
  if (isIdentity(standardiser)) return out;
  const shift = Float64Array.from(standardiser.shift);
  const scale = Float64Array.from(standardiser.scale);
  const cols = shift.length;
  for (let i = 0; i < out.length;) {
    for (let j = 0; j < cols; j++, i++) out[i] = out[i]! * scale[j]! + shift[j]!;
  }
  return out;
}

function isIdentity({ shift, scale }: Standardiser): boolean {
  return shift.every((value) => value === 0) && scale.every((value) => value === 1);
}

/** -sum log scale: nats that the standardisation adds to every log-density. */
export function standardiserLogDet({ scale }: Standardiser): number {
  return -scale.reduce((sum, s) => sum + Math.log(s), 0);
}
