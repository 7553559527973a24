/** Counts, seeds and row numbers from users, checked at the door. */
import { CoupletError } from "./error.ts";

/**
 * Throws USAGE unless `value` is an integer from `least` to `most`, 2^53 - 1 where none is given. A seed of 0.5 or NaN would otherwise
 * silently be that of 0.
 *
 * @throws CoupletError USAGE
 */
export function checkInteger(where: string, value: number, least: number, most?: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= (most ?? Infinity)) return;
  throw new CoupletError({
    code: "USAGE",
    where,
    expected:
      most === undefined ? `an integer of ${least} or more` : `an integer from ${least} to ${most}`,
    received: typeof value === "number" ? String(value) : JSON.stringify(value),
  });
}
