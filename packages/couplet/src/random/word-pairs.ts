/** Pairs of random words for many counters in a row. */
import { philox4x32Into } from "./philox.ts";
import type { PhiloxKey } from "./philox.ts";

/** Most counters that a source is asked for at once. */
export const MOST_PAIRS = 4096;

/** The first two Philox words of the counters (first + i, 0, stream, 0), i < count, `count` at most `MOST_PAIRS`; valid until the next call. */
export type WordPairs = (
  first: number,
  count: number,
  stream: number,
  key: PhiloxKey,
) => readonly [first: Uint32Array, second: Uint32Array];

/** Without a device: the same words, a few times slower. */
export function wordPairs(): WordPairs {
  const block = new Uint32Array(4);
  const words = [new Uint32Array(MOST_PAIRS), new Uint32Array(MOST_PAIRS)] as const;
  return (first, count, stream, key) => {
    for (let i = 0; i < count; i++) {
      philox4x32Into(block, 0, first + i, 0, stream, 0, key[0], key[1]);
      words[0][i] = block[0]!;
      words[1][i] = block[1]!;
    }
    return words;
  };
}
