/** Memory of the host that cannot be had, as an error of the library's own. */
import { CoupletError } from "../../error.ts";

/**
 * Runs `body`; an array that the engine refuses to make becomes OUT_OF_MEMORY.
 *
 * @param hint what makes it smaller
 */
export async function orOutOfMemory<T>(
  where: string,
  hint: string,
  body: () => T | Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    // V8 says "Array buffer allocation failed" or "Invalid typed array length: 1e12"; others likewise.
    if (!(cause instanceof RangeError && /alloc|length|memory/i.test(cause.message))) throw cause;
    throw new CoupletError({
      code: "OUT_OF_MEMORY",
      where,
      problem: `out of memory (${cause.message})`,
      expected: "enough memory",
      received: cause.message,
      hint,
      cause,
    });
  }
}
