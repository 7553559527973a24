/** Random orders: Fisher & Yates, with Philox words, so that a seed fixes them everywhere. */
import { philox4x32Into, philoxKey } from "./philox.ts";

/** Stream number of orders, apart from those of noise and initial weights. */
const STREAM = 0x5af11e;

/** A random order of 0 .. count - 1. `round` gives further orders from the same seed (an epoch's number). */
export function shuffled(count: number, seed: number, round = 0): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const key = philoxKey(seed);
  const words = new Uint32Array(4);
  for (let i = count - 1; i > 0; i--) {
    const used = (count - 1 - i) % 2;
    if (used === 0) philox4x32Into(words, 0, i, round, STREAM, 0, key[0], key[1]);
    // 53 bits over at most 2^31 places: the bias is below 2^-22.
    const unit = (words[2 * used]! * 0x200000 + (words[2 * used + 1]! >>> 11)) / 2 ** 53;
    const j = Math.floor(unit * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
