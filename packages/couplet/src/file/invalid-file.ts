/** Errors of files that are not what they should be. */
import { CoupletError } from "../error.ts";

/**
 * A FILE_INVALID error: `where: expected X, got Y. Hint`.
 *
 * @param where the file's name, or the call and its option
 */
export function invalidFile(
  where: string,
  expected: string,
  received: string,
  hint?: string,
  cause?: unknown,
): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where,
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
