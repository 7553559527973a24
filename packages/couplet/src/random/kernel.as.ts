/* Words of Philox for the host: what initial parameters are made of. */
import { philoxRounds } from "./kernel/philox";

/**
 * The first two words of the blocks of counters (first + i, 0, stream, 0), i < count: first words at `to`, second words at
 * `to` + 4 count. `count` is a multiple of 4. Scratch: 64 bytes.
 */
export function philoxWords(
  to: usize,
  count: i32,
  first: u32,
  stream: u32,
  k0: u32,
  k1: u32,
  scratch: usize,
): void {
  const second = to + ((<usize>count) << 2);
  const zero = i32x4.splat(0),
    streams = i32x4.splat(stream);
  for (let i = 0; i < count; i += 4) {
    const counters = i32x4.add(i32x4.splat(first + i), i32x4(0, 1, 2, 3));
    philoxRounds(counters, zero, streams, zero, k0, k1, scratch);
    v128.store(to + ((<usize>i) << 2), v128.load(scratch));
    v128.store(second + ((<usize>i) << 2), v128.load(scratch, 16));
  }
}
