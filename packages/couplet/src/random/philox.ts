/**
 * Philox4x32-10: a counter-based random number generator. The n-th block of a stream is a pure
 * function of (counter, key), so any row of any draw can be made again, in any order, on any thread.
 *
 * Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9; // golden ratio
const W1 = 0xbb67ae85; // sqrt(3) - 1
const ROUNDS = 10;

/** Four 32-bit words: (low, high) of an index, then two words that name the stream. */
export type PhiloxCounter = readonly [number, number, number, number];
/** Two 32-bit words; made from a seed. */
export type PhiloxKey = readonly [number, number];

/** High 32 bits of the unsigned product of two 32-bit words. */
function mulHigh(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  // (2^16 - 1)^2 + 2^16 - 1 is below 2^32: no sum here carries out of its word.
  const middle = Math.imul(ah, bl) + (Math.imul(al, bl) >>> 16);
  const middleLow = Math.imul(al, bh) + (middle & 0xffff);
  return (Math.imul(ah, bh) + (middle >>> 16) + (middleLow >>> 16)) >>> 0;
}

/**
 * Writes one Philox4x32-10 block (four unsigned 32-bit words) to `out` at `offset`.
 *
 * @param out    receives 4 words
 * @param offset where in `out`
 */
export function philox4x32Into(
  out: Uint32Array,
  offset: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(M0, c0 >>> 0);
    const low0 = Math.imul(M0, c0);
    const high1 = mulHigh(M1, c2 >>> 0);
    const low1 = Math.imul(M1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/**
 * One Philox4x32-10 block: four unsigned 32-bit words, a bijection of `counter` for each `key`.
 *
 *   philox4x32([0, 0, 0, 0], [0, 0])  ->  6627e8d5 e169c58d bc57ac4c 9b00dbd8
 */
export function philox4x32(counter: PhiloxCounter, key: PhiloxKey): Uint32Array {
  const out = new Uint32Array(4);
  philox4x32Into(out, 0, counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
  return out;
}

/** The key of a seed: its low and high 32-bit words. `seed` is a non-negative safe integer. */
export function philoxKey(seed: number): PhiloxKey {
  return [seed >>> 0, Math.floor(seed / 0x100000000) >>> 0];
}

/**
 * A uniform number in the open interval (0, 1) from two words: 52 bits and a half,
 *
 *   u = (floor(a / 2^6) * 2^26 + floor(b / 2^6) + 1/2) / 2^52
 *
 * which a double holds exactly, so that neither 0 nor 1 ever comes (logarithms and quantiles stay finite).
 */
export function uniformFromWords(a: number, b: number): number {
  return ((a >>> 6) * 0x4000000 + (b >>> 6) + 0.5) / 0x10000000000000;
}

const words = new Uint32Array(4);

/** Where a number sits in the counter space: a row, a stream in that row, a draw of that stream. */
export interface PhiloxAddress {
  readonly seed: number;
  /** Row index, a non-negative safe integer. */
  readonly row: number;
  /** Which number of the row (a column, a dimension). Default 0. */
  readonly stream?: number;
  /** Which repetition. Default 0. */
  readonly draw?: number;
}

/** Two independent uniforms in (0, 1) at an address, written to `out[0..1]`. */
export function philoxUniformPair(address: PhiloxAddress, out: Float64Array): void {
  const { seed, row, stream = 0, draw = 0 } = address;
  philox4x32Into(
    words,
    0,
    row >>> 0,
    Math.floor(row / 0x100000000) >>> 0,
    stream >>> 0,
    draw >>> 0,
    seed >>> 0,
    Math.floor(seed / 0x100000000) >>> 0,
  );
  out[0] = uniformFromWords(words[0]!, words[1]!);
  out[1] = uniformFromWords(words[2]!, words[3]!);
}

const pair = new Float64Array(2);

/** A uniform number in (0, 1) at an address: the same for the same address, for ever. */
export function philoxUniform(address: PhiloxAddress): number {
  philoxUniformPair(address, pair);
  return pair[0]!;
}

/**
 * A standard normal number at an address, in float64, by Box and Muller's transform of the address's two uniforms:
 *
 *   z = sqrt(-2 log u0) cos(2 pi u1)
 */
export function philoxNormal(address: PhiloxAddress): number {
  philoxUniformPair(address, pair);
  return Math.sqrt(-2 * Math.log(pair[0]!)) * Math.cos(2 * Math.PI * pair[1]!);
}
