/**
 * Standardisation in front of a flow: z_j = (x_j - shift_j) / scale_j, computed in float64 before
 * numbers become float32. Its log-determinant, -sum log scale_j, is part of the model's density.
 */
import { naturalLog } from "../../numerics/natural-log.ts";
import { CoupletError } from "../../error.ts";
import { DOMAIN_BOUND } from "../parts/domain.ts";
import type { Domain } from "../parts/domain.ts";
import type { Batch } from "./rows.ts";

/** One shift and one scale per column. */
export interface Standardiser {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
  /** Columns that are angles: whole turns away from [-pi, pi) in these units they are taken back. */
  readonly circles?: readonly number[];
}

export function identityStandardiser(dims: number): Standardiser {
  return {
    shift: Array.from({ length: dims }, () => 0),
    scale: Array.from({ length: dims }, () => 1),
  };
}

/**
 * Mean and standard deviation per column (weighted); a constant column keeps scale 1. The unit of a column does not
 * matter: values are taken relative to the first one and to a power of two near the largest, so that neither squares nor
 * differences leave the range of doubles; a column is constant when its values are equal but for rounding.
 */
export function fitStandardiser(batch: Batch, weights?: ArrayLike<number>): Standardiser {
  const columns = Array.from({ length: batch.cols }, (_, j) => fitColumn(batch, j, weights));
  return { shift: columns.map(([mean]) => mean), scale: columns.map(([, scale]) => scale) };
}

function fitColumn(
  { rows, cols, data }: Batch,
  j: number,
  weights: ArrayLike<number> | undefined,
): readonly [mean: number, scale: number] {
  const weight = (r: number) => weights?.[r] ?? 1;
  let first = -1;
  let most = 0;
  for (let r = 0; r < rows; r++) {
    if (!(weight(r) > 0)) continue;
    if (first === -1) first = r;
    most = Math.max(most, Math.abs(data[r * cols + j]!));
  }
  if (first === -1 || most === 0) return [0, 1];
  const unit = 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(most))));
  const start = data[first * cols + j]! / unit;
  let total = 0;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    total += weight(r);
    sum += weight(r) * (data[r * cols + j]! / unit - start);
  }
  const mean = sum / total;
  let squares = 0;
  for (let r = 0; r < rows; r++)
    squares += weight(r) * (data[r * cols + j]! / unit - start - mean) ** 2;
  const deviation = Math.sqrt(squares / total);
  // Rounding leaves a constant column with a spread of about 1e-16 of its value: not a scale.
  const isConstant = !(deviation > 1e-15 * Math.abs(start + mean));
  const value = (start + mean) * unit;
  // A scale that is nothing beside the shift is refused in files.
  if (isConstant) return [value, Math.max(1, 1e-15 * Math.abs(value))];
  return [value, Math.max(deviation * unit, Number.MIN_VALUE)];
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
    return wrapped(target, cols, standardiser);
  }
  const shift = Float64Array.from(standardiser.shift);
  const inverse = Float64Array.from(standardiser.scale, (s) => 1 / s);
  // In these units the inverse, or a difference, leaves the range of doubles.
  const extreme = standardiser.scale.some((s) => s < 1e-300 || s > 1e300);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let j = 0; j < cols; j++, i++)
      target[i] = extreme
        ? data[i]! / standardiser.scale[j]! - shift[j]! / standardiser.scale[j]!
        : (data[i]! - shift[j]!) * inverse[j]!;
  }
  return wrapped(target, cols, standardiser);
}

/** The largest float32 below pi: float32 has no pi, and its neighbour above is outside. */
export const MOST_ANGLE = 3.1415925025939941;

function wrapped<T extends Float32Array | Float64Array>(
  values: T,
  cols: number,
  { circles = [] }: Standardiser,
): T {
  for (const j of circles) {
    for (let i = j; i < values.length; i += cols) {
      const angle = values[i]! - 2 * Math.PI * Math.floor(values[i]! / (2 * Math.PI) + 0.5);
      values[i] = Math.max(-MOST_ANGLE, Math.min(MOST_ANGLE, angle));
    }
  }
  return values;
}

/** The units of variables with domains: boxes and circles go from their own ends to [-pi, pi], whatever the data; others as given. */
export function withDomains(
  { shift, scale }: Standardiser,
  domains: readonly Domain[] | undefined,
): Standardiser {
  if (domains === undefined) return { shift, scale };
  const replaced = (own: readonly number[], of: (low: number, high: number) => number) =>
    domains.map((domain, j) => (domain.kind === "real" ? own[j]! : of(domain.low, domain.high)));
  return {
    shift: replaced(shift, (low, high) => low + (high - low) / 2),
    scale: replaced(scale, (low, high) => (high - low) / (2 * DOMAIN_BOUND)),
    circles: [...domains.keys()].filter((j) => domains[j]!.kind === "circle"),
  };
}

/**
 * Throws DATA_INVALID for a value outside its box, with row and column.
 *
 * @param where the call, for messages
 */
export function checkBoxes(
  where: string,
  { rows, cols, data }: Batch,
  domains: readonly Domain[] | undefined,
  names?: readonly string[],
): void {
  for (const [j, domain] of (domains ?? []).entries()) {
    if (domain.kind !== "box") continue;
    for (let r = 0; r < rows; r++) {
      const value = data[r * cols + j]!;
      if (value >= domain.low && value <= domain.high) continue;
      throw new CoupletError({
        code: "DATA_INVALID",
        where: `${where}: row ${r}, column ${names?.[j] ?? j}`,
        expected: `a value from ${domain.low} to ${domain.high}, the variable's box`,
        received: String(value),
      });
    }
  }
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
  return -scale.reduce((sum, s) => sum + naturalLog(s), 0);
}
