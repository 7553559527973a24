// Ising spins of 128 independent replicas, one per bit, updated together (asynchronous multi-spin
// coding). A site is one v128; bit b of it is the spin of that site in replica b (1 = up).
//
// The flip probability of a spin depends only on how many neighbours of each bond group are aligned
// with it: its class. A uniform number with 32 bits is compared with the probability bit by bit, from
// the top, for all replicas at once; each step decides half of the undecided ones, so about nine random
// words do instead of 32.
import { philoxRounds } from "../../../../../couplet/src/random/kernel/philox";
import { lanes } from "../kernel/philox";

const planes = memory.data(64, 16);
const counts = memory.data(64 * 16, 16);

// Layout of a site type's descriptor, int32 each; the host writes it (host.ts).
const NEIGHBOURS = 0; // slots of a site, grouped
const GROUPS = 4;
const GROUP_SIZES = 8; // pointer to int32[groups]
const TABLE = 12; // pointer to uint32[cells][neighbours], byte offsets into `spins`
const ALWAYS_COUNT = 16;
const ALWAYS = 20; // pointer to uint32: byte offsets into the class masks
const RANDOM_COUNT = 24;
const RANDOM = 28; // pointer to uint32
const THRESHOLDS = 32; // pointer to v128[32 planes][random classes], most significant plane first
const DESCRIPTOR_BYTES = 48;

/** Writes the one-hot count of aligned neighbours, n + 1 masks, to `masks`. */
// @ts-ignore: decorator
@inline
function countGroup(masks: usize, spin: v128, spins: usize, slot: usize, n: i32): void {
  v128.store(masks, i32x4.splat(-1));
  for (let j = 0; j < n; j++) {
    const differs = v128.xor(spin, v128.load(spins + load<u32>(slot + ((<usize>j) << 2))));
    let below = v128.load(masks);
    v128.store(masks, v128.and(below, differs));
    for (let k = 1; k <= j; k++) {
      const at = masks + ((<usize>k) << 4);
      const here = v128.load(at);
      v128.store(at, v128.bitselect(here, below, differs));
      below = here;
    }
    v128.store(masks + ((<usize>(j + 1)) << 4), v128.andnot(below, differs));
  }
}

/** Writes the masks of all classes (mixed radix, first group slowest); returns nothing. */
// @ts-ignore: decorator
@inline
function classify(type: usize, spins: usize, spin: v128, slot: usize, masks: usize, scratch: usize): void {
  const groups = load<i32>(type + GROUPS);
  const sizes = <usize>load<u32>(type + GROUP_SIZES);
  let n = load<i32>(sizes);
  countGroup(masks, spin, spins, slot, n);
  let total = n + 1;
  for (let g = 1; g < groups; g++) {
    slot += (<usize>n) << 2;
    n = load<i32>(sizes + ((<usize>g) << 2));
    countGroup(scratch, spin, spins, slot, n);
    // From the end, so that a mask is read before its place is overwritten.
    for (let c = total - 1; c >= 0; c--) {
      const mask = v128.load(masks + ((<usize>c) << 4));
      const to = masks + ((<usize>(c * (n + 1))) << 4);
      for (let k = 0; k <= n; k++) {
        v128.store(to + ((<usize>k) << 4), v128.and(mask, v128.load(scratch + ((<usize>k) << 4))));
      }
    }
    total *= n + 1;
  }
}

/** Bits set with the probability of each bit's class; `address` is unique to this site and sweep. */
// @ts-ignore: decorator
@inline
function draw(
  type: usize, compact: usize, undecided: v128, flips: v128, random: i32,
  address: u32, sweep: u32, stream: u32, seed0: u32, seed1: u32,
): v128 {
  let threshold = <usize>load<u32>(type + THRESHOLDS);
  for (let block: u32 = 0; block < 8; block++) {
    if (!v128.any_true(undecided)) break;
    philoxRounds(lanes(address << 2), i32x4.splat(block), i32x4.splat(sweep), i32x4.splat(stream), seed0, seed1, planes);
    for (let plane: usize = 0; plane < 64; plane += 16) {
      let p = i32x4.splat(0);
      for (let c = 0; c < random; c++) {
        p = v128.or(p, v128.and(v128.load(compact + ((<usize>c) << 4)), v128.load(threshold)));
        threshold += 16;
      }
      const decided = v128.and(undecided, v128.xor(v128.load(planes + plane), p));
      flips = v128.or(flips, v128.and(decided, p));
      undecided = v128.andnot(undecided, decided);
    }
  }
  return flips;
}

/** `sweeps` sweeps over all sites in order. `work` holds 16 * (2 * classes + 64) bytes. */
export function multispinSweeps(
  spins: usize, types: usize, typeCount: i32, cells: i32, work: usize, classes: i32,
  seed0: u32, seed1: u32, stream: u32, firstSweep: u32, sweeps: i32,
): void {
  const compact = work + ((<usize>classes) << 4);
  const scratch = compact + ((<usize>classes) << 4);
  for (let t = 0; t < sweeps; t++) {
    let type = types;
    let site = spins;
    let address: u32 = 0;
    for (let a = 0; a < typeCount; a++) {
      let slot = <usize>load<u32>(type + TABLE);
      const slotBytes = (<usize>load<i32>(type + NEIGHBOURS)) << 2;
      const always = load<i32>(type + ALWAYS_COUNT), alwaysAt = <usize>load<u32>(type + ALWAYS);
      const random = load<i32>(type + RANDOM_COUNT), randomAt = <usize>load<u32>(type + RANDOM);
      for (let i = 0; i < cells; i++) {
        const spin = v128.load(site);
        classify(type, spins, spin, slot, work, scratch);
        let flips = i32x4.splat(0), undecided = i32x4.splat(0);
        for (let c = 0; c < always; c++) {
          flips = v128.or(flips, v128.load(work + load<u32>(alwaysAt + ((<usize>c) << 2))));
        }
        for (let c = 0; c < random; c++) {
          const mask = v128.load(work + load<u32>(randomAt + ((<usize>c) << 2)));
          v128.store(compact + ((<usize>c) << 4), mask);
          undecided = v128.or(undecided, mask);
        }
        flips = draw(type, compact, undecided, flips, random, address, firstSweep + t, stream, seed0, seed1);
        v128.store(site, v128.xor(spin, flips));
        site += 16;
        slot += slotBytes;
        address++;
      }
      type += DESCRIPTOR_BYTES;
    }
  }
}

// @ts-ignore: decorator
@inline
function sum3(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

// @ts-ignore: decorator
@inline
function majority(a: v128, b: v128, c: v128): v128 {
  return v128.bitselect(c, a, v128.xor(a, b));
}

// @ts-ignore: decorator
@inline
function word(spins: usize, pairs: usize, i: i32, n: i32): v128 {
  if (i >= n) return i32x4.splat(0);
  const at = pairs + ((<usize>i) << 3);
  return v128.not(v128.xor(v128.load(spins + load<u32>(at)), v128.load(spins + load<u32>(at, 4))));
}

/**
 * For each replica, how many of the n pairs (two byte offsets each) hold equal spins; int32[128].
 * A magnetisation is counted the same way, with a constant word as the second of each pair.
 * Carry-save adders (Harley-Seal) add eight words before anything ripples.
 */
export function multispinCountEqual(spins: usize, pairs: usize, n: i32, out: usize): void {
  let ones = i32x4.splat(0), twos = i32x4.splat(0), fours = i32x4.splat(0);
  memory.fill(counts, 0, 64 * 16);
  for (let i = 0; i < n; i += 8) {
    const a0 = word(spins, pairs, i, n), a1 = word(spins, pairs, i + 1, n);
    const t0 = majority(ones, a0, a1);
    ones = sum3(ones, a0, a1);
    const a2 = word(spins, pairs, i + 2, n), a3 = word(spins, pairs, i + 3, n);
    const t1 = majority(ones, a2, a3);
    ones = sum3(ones, a2, a3);
    const f0 = majority(twos, t0, t1);
    twos = sum3(twos, t0, t1);
    const a4 = word(spins, pairs, i + 4, n), a5 = word(spins, pairs, i + 5, n);
    const t2 = majority(ones, a4, a5);
    ones = sum3(ones, a4, a5);
    const a6 = word(spins, pairs, i + 6, n), a7 = word(spins, pairs, i + 7, n);
    const t3 = majority(ones, a6, a7);
    ones = sum3(ones, a6, a7);
    const f1 = majority(twos, t2, t3);
    twos = sum3(twos, t2, t3);
    let carry = majority(fours, f0, f1);
    fours = sum3(fours, f0, f1);
    for (let at = counts + 48; v128.any_true(carry); at += 16) {
      const digit = v128.load(at);
      v128.store(at, v128.xor(digit, carry));
      carry = v128.and(digit, carry);
    }
  }
  v128.store(counts, ones);
  v128.store(counts, twos, 16);
  v128.store(counts, fours, 32);
  let digits = 32;
  while (digits > 3 && !v128.any_true(v128.load(counts + ((<usize>(digits - 1)) << 4)))) digits--;
  for (let b: usize = 0; b < 128; b++) {
    let total: u32 = 0;
    for (let d = 0; d < digits; d++) {
      total |= ((<u32>load<u8>(counts + ((<usize>d) << 4) + (b >> 3)) >> (<u32>b & 7)) & 1) << d;
    }
    store<u32>(out + (b << 2), total);
  }
}

/** One block of the random number generator, for its known-answer test: four numbers. */
export function magnetPhilox(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  philoxRounds(i32x4.splat(c0), i32x4.splat(c1), i32x4.splat(c2), i32x4.splat(c3), key0, key1, planes);
  for (let i: usize = 0; i < 4; i++) store<u32>(out + (i << 2), load<u32>(planes + (i << 4)));
}
