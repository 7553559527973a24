// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"):
// a random number is a function of its address, so a run is reproducible whatever its order.

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

// @ts-ignore: decorator
@inline
function low(even: v128, odd: v128): v128 {
  return v128.shuffle<i32>(even, odd, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function high(even: v128, odd: v128): v128 {
  return v128.shuffle<i32>(even, odd, 1, 3, 5, 7);
}

/** Four counters, one per lane; writes 64 bytes: four words of 128 random bits each. */
export function philox4(out: usize, c0: v128, c1: v128, c2: v128, c3: v128, key0: u32, key1: u32): void {
  const m0 = i32x4.splat(M0), m1 = i32x4.splat(M1);
  for (let round = 0; round < 10; round++) {
    const p0a = i64x2.extmul_low_i32x4_u(c0, m0), p0b = i64x2.extmul_high_i32x4_u(c0, m0);
    const p1a = i64x2.extmul_low_i32x4_u(c2, m1), p1b = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(high(p1a, p1b), c1), i32x4.splat(key0));
    c2 = v128.xor(v128.xor(high(p0a, p0b), c3), i32x4.splat(key1));
    c1 = low(p1a, p1b);
    c3 = low(p0a, p0b);
    key0 += W0;
    key1 += W1;
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
}

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
    philox4(
      buffer + ((<usize>b) << 6), lanes((<u32>nextBlock) << 2), i32x4.splat(<u32>(nextBlock >> 30)),
      i32x4.splat(0), i32x4.splat(streamId), seed0, seed1,
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
