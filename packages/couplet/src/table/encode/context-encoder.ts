import type { ColumnEncoder } from "./encoder.ts";
import { type ModelledColumnSchema, isCategorical } from "../schema/schema.ts";

/** Up to this many values a category is one-hot. */
const MOST_ONE_HOT = 12;

/** How one context column becomes the numbers a flow is conditioned on. No noise: the same cell, the same numbers. */
export interface ContextEncoder {
  readonly dims: number;
  encode(code: number, out: Float64Array, offset: number): void;
}

/**
 * A context column as numbers:
 *
 * - a category of at most 12 values (a missing cell is one more): one-hot, scaled to unit variance;
 * - a category of more: its place on its axis (see `orderCategories`) and the +-1 digits of its index in base 2,
 *   so 1 + log2 K numbers, different for every value;
 * - numbers and dates: the latent coordinate of the column's own encoder (standardised or through quantiles), and, if cells
 *   may be missing, an indicator (the coordinate is then 0).
 */
export function contextEncoder(
  schema: ModelledColumnSchema,
  encoder: ColumnEncoder,
): ContextEncoder {
  if (!isCategorical(schema)) {
    const dims = schema.missing === true ? 2 : 1;
    return {
      dims,
      encode(code, out, offset) {
        out[offset] = encoder.centre(code);
        if (dims === 2) out[offset + 1] = Number.isNaN(code) ? 1 : 0;
      },
    };
  }
  const count = schema.values.length + (schema.missing === true ? 1 : 0);
  const indexOf = (code: number): number => (Number.isNaN(code) ? schema.values.length : code);
  if (count <= MOST_ONE_HOT) {
    // Two values need one number.
    if (count <= 2)
      return {
        dims: 1,
        encode: (code, out, offset) => void (out[offset] = indexOf(code) === 0 ? -1 : 1),
      };
    const scale = 1 / Math.sqrt((1 / count) * (1 - 1 / count));
    return {
      dims: count,
      encode(code, out, offset) {
        out.fill(0, offset, offset + count);
        out[offset + indexOf(code)] = scale;
      },
    };
  }
  const bits = Math.ceil(Math.log2(count));
  return {
    dims: 1 + bits,
    encode(code, out, offset) {
      out[offset] = encoder.centre(code);
      for (let b = 0; b < bits; b++) out[offset + 1 + b] = (indexOf(code) >> b) & 1 ? 1 : -1;
    },
  };
}
