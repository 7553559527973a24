/** Counts, seeds and row numbers from users, checked at the door. */
import { CoupletError } from "./error.ts";

/**
 * Nothing, when `value` is a whole number from `least` up to 2^53 - 1. A seed of 0.5 or NaN would otherwise
 * silently be that of 0.
 *
 * @throws CoupletError USAGE
 */
export function checkInteger(where: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new CoupletError({
    code: "USAGE",
    where,
    expected: `a whole number from ${least} up`,
    received: typeof value === "number" ? String(value) : JSON.stringify(value),
  });
}
