// Random numbers of the Monte Carlo kernels: words of Philox by their address, and streams of them. A number is a function
// of its address, so a run is reproducible whatever its order.
import { philoxRounds } from "../../../../../couplet/src/random/kernel/philox";

/** The lane numbers added to `first`: four neighbouring counters. */
// @ts-ignore: decorator
@inline
export function lanes(first: u32): v128 {
  return i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
}

// A stream of 32-bit numbers for code whose demand is not known beforehand (clusters): numbers
// 16 b .. 16 b + 15 of a stream are block b.
const BLOCKS: u32 = 64;
const buffer = memory.data(64 * 64, 16);
let position: u32 = BLOCKS * 16;
let nextBlock: u64 = 0;
let streamId: u32 = 0;
let seed0: u32 = 0;
let seed1: u32 = 0;

/** Sets the stream that `nextU32` reads, from its start. */
export function openStream(low: u32, high: u32, id: u32): void {
  seed0 = low;
  seed1 = high;
  streamId = id;
  nextBlock = 0;
  position = BLOCKS * 16;
}

function refill(): void {
  for (let b: u32 = 0; b < BLOCKS; b++) {
    philoxRounds(
      lanes((<u32>nextBlock) << 2), i32x4.splat(<u32>(nextBlock >> 30)), i32x4.splat(0), i32x4.splat(streamId),
      seed0, seed1, buffer + ((<usize>b) << 6),
    );
    nextBlock++;
  }
  position = 0;
}

// @ts-ignore: decorator
@inline
export function nextU32(): u32 {
  if (position == BLOCKS * 16) refill();
  const bits = load<u32>(buffer + ((<usize>position) << 2));
  position++;
  return bits;
}

/** Uniform on (0, 1), never 0 or 1. */
// @ts-ignore: decorator
@inline
export function nextUnit(): f64 {
  return (<f64>nextU32() + 0.5) * (1.0 / 4294967296.0);
}
