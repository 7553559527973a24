import { norm } from "../vector.ts";

/** One field of the iterated vector: a name and its number of entries. */
export interface FieldLayout {
  readonly name: string;
  readonly size: number;
}

/** Scaling of several fields with different units to a common size. */
export interface Preconditioner {
  /** Takes the newest residual in; returns true when the scaling changed. */
  update(residual: Float64Array): boolean;
  /** A new vector: each field multiplied by its weight. */
  apply(vector: Float64Array): Float64Array;
  /** Forgets the sums of this time window; the weights stay until they have to change. */
  endWindow(): void;
  readonly weights: readonly number[];
}

// Weights are refreshed only when a sum moved by this factor: every refresh costs a new factorisation (preCICE).
const REFRESH = 10;

/**
 * The residual-sum preconditioner: field f is divided by
 * `s_f = sum_k ||r_f^k|| / ||r^k||`, its share of the residual added up over the iterations.
 *
 * Without it a field in pascals drowns one in metres in every least-squares problem. A field whose
 * residual is zero keeps its weight (no division by zero); one field alone needs no scaling.
 *
 * Source: preCICE 3, `ResidualSumPreconditioner`.
 */
export function residualSum(fields: readonly FieldLayout[]): Preconditioner {
  const sums = new Float64Array(fields.length);
  const used = new Float64Array(fields.length);
  const weights = new Array<number>(fields.length).fill(1);
  const parts = (vector: Float64Array): Float64Array[] => splitFields(fields, vector);
  return {
    weights,
    update(residual: Float64Array): boolean {
      const total = norm(residual);
      if (fields.length === 1 || !(total > 0) || !Number.isFinite(total)) return false;
      parts(residual).forEach((part, f) => (sums[f]! += norm(part) / total));
      const stale = sums.some(
        (sum, f) =>
          sum > 0 && (used[f] === 0 || sum > REFRESH * used[f]! || sum * REFRESH < used[f]!),
      );
      if (!stale) return false;
      sums.forEach((sum, f) => {
        if (sum > 0) [used[f], weights[f]] = [sum, 1 / sum];
      });
      return true;
    },
    apply(vector: Float64Array): Float64Array {
      if (fields.length === 1) return vector;
      const scaled = vector.slice();
      parts(scaled).forEach((part, f) =>
        part.forEach((value, i) => (part[i] = value * weights[f]!)),
      );
      return scaled;
    },
    endWindow(): void {
      sums.fill(0);
    },
  };
}

/** Views of the fields inside one long vector, in layout order. */
export function splitFields(fields: readonly FieldLayout[], vector: Float64Array): Float64Array[] {
  let offset = 0;
  return fields.map(({ size }) => vector.subarray(offset, (offset += size)));
}
