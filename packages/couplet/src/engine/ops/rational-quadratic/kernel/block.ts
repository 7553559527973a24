/*
 * Work on a block of vectors (four variables each) goes in phases: exponentials of all, bins of all,
 * the spline of all. Within a phase nothing waits for anything else, where one vector after another
 * would mostly wait for its own last result. What one phase leaves for the next lies in scratch, a slot
 * for each vector; a block's slots stay in the first-level cache.
 */
import { softplus4 } from "../../../device/cpu/kernel/log";

/** Vectors in a block. */
export const BLOCK: i32 = 8;

// Constants, at the beginning of scratch (byte offsets):
export const BOUND: usize = 0; // B
export const SCALE: usize = 16; // logit scale
export const SCALE2: usize = 32; // the same for powers of 2
export const STEP: usize = 48; // 2 B minBin
export const SPREAD: usize = 64; // 2 B (1 - K minBin)
export const SHIFT: usize = 80; // c with min + softplus(c) = 1
export const OFFSET: usize = 96; // 1 - softplus(c) as the kernels compute it, so that a zero logit gives exactly 1
export const TAILS: usize = 112; // how the spline goes on outside the box (tails.ts), as int32
const SLOTS: usize = 128;

// A slot. Where the vector comes from, as int32:
export const AT_PARAMS: usize = 0; // address of its first parameter
export const AT_VALUE: usize = 4; // byte offset of the variables
export const AT_ROW: usize = 8; // byte offset of the row's float64
// The argument, and later the result; cotangents of the result and of log-slope:
export const VALUE: usize = 16;
export const G: usize = 32;
export const TURNS: usize = G; // in encode and decode with circular tails: what the argument is beyond its place on the circle
export const GL: usize = 48;
// What `locate` leaves: corner, size, derivative logits at both ends (shifted) and number (int32) of the bin.
export const XL: usize = 64;
export const W: usize = 80;
export const YL: usize = 96;
export const H: usize = 112;
export const U0: usize = 128;
export const U1: usize = 144;
export const INDEX: usize = 160;
// What `exponentials` leaves: 1 / sum of them, and themselves, K of the widths, K of the heights.
export const SHARE_W: usize = 176;
export const SHARE_H: usize = 192;
/** log dy/dx, of encode and decode. */
export const LOG_SLOPE: usize = 208;
// What the pull-back leaves, in the place of the bin. The cotangent of a logit is its exponential times
// AFTER, beyond the bin; AFTER xor BEFORE is what counts before it, AFTER xor AT in it. Those of the derivative logits.
export const AFTER_W: usize = XL;
export const BEFORE_W: usize = W;
export const AT_W: usize = SHARE_W;
export const AFTER_H: usize = YL;
export const BEFORE_H: usize = H;
export const AT_H: usize = SHARE_H;
export const G_U0: usize = U0;
export const G_U1: usize = U1;
export const EXPS: usize = 224;

// @ts-ignore: decorator
@inline
export function slotBytes(bins: i32): usize {
  return EXPS + ((<usize>bins) << 5);
}

/** Address of the first slot. */
// @ts-ignore: decorator
@inline
export function slots(s: usize): usize {
  return s + SLOTS;
}

/** Parameters per variable: K - 1 derivative logits for identity tails, K for circular ones, K + 1 for the others. */
// @ts-ignore: decorator
@inline
export function parametersOf(bins: i32, s: usize): i32 {
  const tails = load<i32>(s, TAILS);
  return 3 * bins + (tails == 0 ? -1 : tails == 2 ? 0 : 1);
}

/** Address of a place for a block's gathered parameters, after the slots. */
// @ts-ignore: decorator
@inline
export function gathered(s: usize, bins: i32): usize {
  return slots(s) + <usize>BLOCK * slotBytes(bins);
}

export function prepare(s: usize, bins: i32, bound: f32, minBin: f32, shift: f32, logitScale: f32, tails: i32): void {
  store<i32>(s, tails, TAILS);
  v128.store(s, f32x4.splat(bound), BOUND);
  v128.store(s, f32x4.splat(logitScale), SCALE);
  v128.store(s, f32x4.splat(<f32>(<f64>logitScale * 1.4426950408889634)), SCALE2);
  v128.store(s, f32x4.splat(<f32>(2 * <f64>bound * <f64>minBin)), STEP);
  v128.store(s, f32x4.splat(<f32>(2 * <f64>bound * (1 - <f64>bins * <f64>minBin))), SPREAD);
  v128.store(s, f32x4.splat(shift), SHIFT);
  v128.store(s, f32x4.sub(f32x4.splat(1), softplus4(f32x4.splat(shift))), OFFSET);
}
