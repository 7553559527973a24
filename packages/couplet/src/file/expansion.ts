/** Errors for packed files that are not whole, or that unpack to more than they can mean. */
import { CoupletError } from "../error.ts";

/** A packed file that is cut or damaged. */
export function damagedFile(
  name: string,
  packing: string,
  received: string,
  cause?: unknown,
): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: name,
    expected: `a whole ${packing} file`,
    received,
    hint: "The file may be cut off: copy it again.",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** So much is unpacked before anybody asks. */
const FREE_BYTES = 64 << 20;

/** Rows or images that pack better than this say next to nothing: constants, one row again and again. */
const MOST_RATIO = 250;

const AT_MOST = `at most ${MOST_RATIO} times the file's size when unpacked`;

/** Whether an error is that of {@link checkExpansion}. */
export function expandsWithoutEnd(error: unknown): boolean {
  return error instanceof CoupletError && error.expected === AT_MOST;
}

/**
 * Refuses what unpacks without end: a few bytes that stand for gigabytes of the same.
 *
 * @param packed bytes on disk
 * @param unpacked bytes that came out so far, or that it says will
 * @throws CoupletError FILE_INVALID
 */
export function checkExpansion(name: string, packed: number, unpacked: number): void {
  if (unpacked <= FREE_BYTES || unpacked <= MOST_RATIO * packed) return;
  throw new CoupletError({
    code: "FILE_INVALID",
    where: name,
    expected: AT_MOST,
    received: `${(unpacked / 1e6).toFixed(0)} MB and no end from ${(packed / 1e6).toFixed(2)} MB`,
    hint: "If the file is genuine, unpack it first (gzip -d, zstd -d, unzip).",
  });
}
