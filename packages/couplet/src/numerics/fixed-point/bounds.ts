import { CoupletError } from "../../error.ts";

/** Physical limits on the iterated values, and what to do with an accelerated point outside. */
export interface Bounds {
  /** One number for all entries, or one per entry. Default: no limit. */
  readonly lower?: number | Float64Array;
  readonly upper?: number | Float64Array;
  /**
   * - `clamp` (default): each entry to its limit.
   * - `scale`: shorten the whole step so that it ends inside.
   * - `discard`: take the plain step `H(x)` instead of the accelerated one.
   * - `ignore`: only count.
   */
  readonly onViolation?: "clamp" | "scale" | "discard" | "ignore";
}

/** A point after bounds were applied, and how many entries were outside before. */
export interface Bounded {
  readonly next: Float64Array;
  readonly violations: number;
}

/**
 * Applies bounds to a proposed point.
 *
 * @param from   where the step started (inside the bounds)
 * @param next   the proposed point
 * @param mapped `H(from)`, taken by `discard`
 */
export function applyBounds(
  bounds: Bounds,
  from: Float64Array,
  next: Float64Array,
  mapped: Float64Array,
): Bounded {
  const at = (limit: number | Float64Array | undefined, i: number, none: number): number =>
    limit === undefined ? none : typeof limit === "number" ? limit : limit[i]!;
  const lower = (i: number): number => at(bounds.lower, i, -Infinity);
  const upper = (i: number): number => at(bounds.upper, i, Infinity);
  let violations = 0;
  let reach = 1; // the largest part of the step that stays inside
  next.forEach((value, i) => {
    if (value >= lower(i) && value <= upper(i)) return;
    violations++;
    const limit = value < lower(i) ? lower(i) : upper(i);
    const step = value - from[i]!;
    reach = Math.min(reach, step === 0 ? 0 : Math.max(0, (limit - from[i]!) / step));
  });
  if (violations === 0 || bounds.onViolation === "ignore") return { next, violations };
  if (bounds.onViolation === "scale") {
    return { next: next.map((value, i) => from[i]! + reach * (value - from[i]!)), violations };
  }
  return {
    next:
      bounds.onViolation === "discard"
        ? mapped.slice()
        : next.map((value, i) => Math.min(Math.max(value, lower(i)), upper(i))),
    violations,
  };
}

/** Rejects limits that fit nothing. @throws CoupletError SPEC_INVALID, SHAPE_MISMATCH */
export function checkBounds(bounds: Bounds, size: number, where: string): void {
  for (const key of ["lower", "upper"] as const) {
    const limit = bounds[key];
    if (limit instanceof Float64Array && limit.length !== size) {
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: `${where}.bounds.${key}`,
        expected: `${size} numbers`,
        received: String(limit.length),
      });
    }
  }
  for (let i = 0; i < size; i++) {
    const low = typeof bounds.lower === "object" ? bounds.lower[i] : (bounds.lower ?? -Infinity);
    const high = typeof bounds.upper === "object" ? bounds.upper[i] : (bounds.upper ?? Infinity);
    if (low! <= high!) continue;
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: `${where}.bounds`,
      expected: "lower <= upper",
      received: `${low} and ${high} at entry ${i}`,
    });
  }
}
