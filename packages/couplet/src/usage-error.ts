/** Errors of calls that a program makes wrongly. */
import { CoupletError } from "./error.ts";

/**
 * A USAGE error: `where: expected X, got Y. Hint`.
 *
 * @param where the call and its option, as `fit: epochs`
 */
export function usageError(
  where: string,
  expected: string,
  received: string,
  hint?: string,
): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where,
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
  });
}
