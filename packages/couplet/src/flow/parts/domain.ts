/** Domains of variables: the real line, an interval, a circle. */
import * as v from "valibot";
import { CoupletError } from "../../error.ts";

/** Where a variable lives. */
export type Domain =
  | { readonly kind: "real" }
  /** The interval [low, high]; outside the density is 0. */
  | { readonly kind: "box"; readonly low: number; readonly high: number }
  /** A circle: `high` is `low` again. Values beyond are whole turns away from their place, and are taken to it. */
  | { readonly kind: "circle"; readonly low: number; readonly high: number };

const finite = v.pipe(v.number(), v.finite());

export const domainSchema: v.GenericSchema<unknown, Domain> = v.variant("kind", [
  v.strictObject({ kind: v.literal("real") }),
  v.strictObject({ kind: v.literal("box"), low: finite, high: finite }),
  v.strictObject({ kind: v.literal("circle"), low: finite, high: finite }),
]);

/** The whole real line. */
export function real(): Domain {
  return { kind: "real" };
}

/**
 * The interval [low, high].
 *
 * @throws CoupletError SPEC_INVALID unless low is below high, 1e-300 to 1e305 from it
 */
export function box(low: number, high: number): Domain {
  return bounded("box", low, high);
}

/**
 * A circle, cut at `low` (and `high`, the same point). Default: angles from -pi to pi.
 *
 * @throws CoupletError SPEC_INVALID unless low is below high, 1e-300 to 1e305 from it
 */
export function circle(low: number = -Math.PI, high: number = Math.PI): Domain {
  return bounded("circle", low, high);
}

function bounded(kind: "box" | "circle", low: number, high: number): Domain {
  if (areEnds(low, high)) return { kind, low, high };
  throw new CoupletError({
    code: "SPEC_INVALID",
    where: kind,
    expected: ENDS,
    received: `${low} and ${high}`,
  });
}

/** What the ends of a box or a circle have to be. */
export const ENDS = "a finite low below a finite high, 1e-300 to 1e305 from it";

/** Whether they are ends of a box or a circle, whose width is a unit that doubles can be divided by. */
export function areEnds(low: number, high: number): boolean {
  // Numbers only: a difference would read texts and null as such.
  return (
    Number.isFinite(low) && Number.isFinite(high) && high - low >= 1e-300 && high - low <= 1e305
  );
}

/** B: boxes and circles are [-B, B] behind the standardisation. */
export const DOMAIN_BOUND: number = Math.PI;
