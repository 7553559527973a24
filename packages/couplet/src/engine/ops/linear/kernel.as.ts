/*
 * Bias and activation in one pass, and its vector-Jacobian product with the bias's gradient.
 *
 * Kinds: 0 none, 1 relu, 2 tanh, 3 gelu (tanh form), 4 silu. The switch stands outside the loops;
 * the inlined bodies get `kind` as a constant and lose the branches.
 */
import { exp4 } from "../../device/cpu/kernel/exp";
import { storeLanes } from "../../device/cpu/kernel/lanes";
import { madd } from "../../device/cpu/kernel/madd";
import { tanh4 } from "../../device/cpu/kernel/tanh";

/** z += bias (when bias is not 0; kept only when z and h differ), h = act(z). h may be z. */
export function biasActivate(z: usize, bias: usize, h: usize, rows: i32, n: i32, kind: i32): void {
  if (kind == 0) {
    if (bias == 0 && z == h) return;
    biasActivateOf(z, bias, h, rows, n, 0);
  } else if (kind == 1) biasActivateOf(z, bias, h, rows, n, 1);
  else if (kind == 2) biasActivateOf(z, bias, h, rows, n, 2);
  else if (kind == 3) biasActivateOf(z, bias, h, rows, n, 3);
  else biasActivateOf(z, bias, h, rows, n, 4);
}

/**
 * gz = gh act'(at), and adds the column sums of gz to `gradBias` unless that is 0. `at` is the
 * output h for none, relu and tanh, the pre-activation z for gelu and silu. gz may be gh.
 */
export function activateVjp(
  gh: usize, at: usize, gz: usize, gradBias: usize, rows: i32, n: i32, kind: i32,
): void {
  if (kind == 0) {
    if (gradBias == 0 && gh == gz) return;
    activateVjpOf(gh, at, gz, gradBias, rows, n, 0);
  } else if (kind == 1) activateVjpOf(gh, at, gz, gradBias, rows, n, 1);
  else if (kind == 2) activateVjpOf(gh, at, gz, gradBias, rows, n, 2);
  else if (kind == 3) activateVjpOf(gh, at, gz, gradBias, rows, n, 3);
  else activateVjpOf(gh, at, gz, gradBias, rows, n, 4);
}

// @ts-ignore: decorator
@inline
function biasActivateOf(z: usize, bias: usize, h: usize, rows: i32, n: i32, kind: i32): void {
  const stride = (<usize>n) << 2;
  const body = stride & ~15;
  const tail = n & 3;
  const keep = z != h;
  for (let r = 0; r < rows; r++) {
    let j: usize = 0;
    if (!keep && bias != 0) {
      // What almost every layer is: a cache line at a time, nothing to decide on the way.
      for (const lines = stride & ~63; j < lines; j += 64) {
        const v0 = f32x4.add(v128.load(z + j), v128.load(bias + j));
        const v1 = f32x4.add(v128.load(z + j, 16), v128.load(bias + j, 16));
        const v2 = f32x4.add(v128.load(z + j, 32), v128.load(bias + j, 32));
        const v3 = f32x4.add(v128.load(z + j, 48), v128.load(bias + j, 48));
        v128.store(z + j, activate4(v0, kind));
        v128.store(z + j, activate4(v1, kind), 16);
        v128.store(z + j, activate4(v2, kind), 32);
        v128.store(z + j, activate4(v3, kind), 48);
      }
    }
    for (; j < body; j += 16) {
      let v = v128.load(z + j);
      if (bias != 0) v = f32x4.add(v, v128.load(bias + j));
      if (keep && kind != 0) v128.store(z + j, v);
      v128.store(h + j, activate4(v, kind));
    }
    if (tail != 0) {
      let v = v128.load(z + body);
      if (bias != 0) v = f32x4.add(v, v128.load(bias + body));
      if (keep && kind != 0) storeLanes(z + body, v, tail);
      storeLanes(h + body, activate4(v, kind), tail);
    }
    z += stride;
    h += stride;
  }
}

// Column sums stay in registers over the whole tile: 16 columns (one cache line) at a time.
// @ts-ignore: decorator
@inline
function activateVjpOf(
  gh: usize, at: usize, gz: usize, gradBias: usize, rows: i32, n: i32, kind: i32,
): void {
  const stride = (<usize>n) << 2;
  const body = stride & ~63;
  const write = kind != 0 || gh != gz;
  for (let j: usize = 0; j < body; j += 64) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let g = gh + j, a = at + j, o = gz + j;
    for (let r = 0; r < rows; r++) {
      const v0 = pullBack4(v128.load(g), a, kind);
      const v1 = pullBack4(v128.load(g, 16), a + 16, kind);
      const v2 = pullBack4(v128.load(g, 32), a + 32, kind);
      const v3 = pullBack4(v128.load(g, 48), a + 48, kind);
      s0 = f32x4.add(s0, v0);
      s1 = f32x4.add(s1, v1);
      s2 = f32x4.add(s2, v2);
      s3 = f32x4.add(s3, v3);
      if (write) {
        v128.store(o, v0);
        v128.store(o, v1, 16);
        v128.store(o, v2, 32);
        v128.store(o, v3, 48);
      }
      g += stride;
      a += stride;
      o += stride;
    }
    if (gradBias != 0) {
      const b = gradBias + j;
      v128.store(b, f32x4.add(v128.load(b), s0));
      v128.store(b, f32x4.add(v128.load(b, 16), s1), 16);
      v128.store(b, f32x4.add(v128.load(b, 32), s2), 32);
      v128.store(b, f32x4.add(v128.load(b, 48), s3), 48);
    }
  }
  for (let j = body; j < stride; j += 16) {
    const count = min<i32>(4, <i32>((stride - j) >> 2));
    let s = f32x4.splat(0);
    let g = gh + j, a = at + j, o = gz + j;
    for (let r = 0; r < rows; r++) {
      const v = pullBack4(v128.load(g), a, kind);
      s = f32x4.add(s, v);
      if (write) storeLanes(o, v, count);
      g += stride;
      a += stride;
      o += stride;
    }
    if (gradBias != 0) storeLanes(gradBias + j, f32x4.add(v128.load(gradBias + j), s), count);
  }
}

// @ts-ignore: decorator
@inline
function activate4(z: v128, kind: i32): v128 {
  // pmax keeps NaN, which stands first.
  if (kind == 1) return f32x4.pmax(z, f32x4.splat(0));
  if (kind == 2) return tanh4(z);
  // 1/2 (1 + tanh u) = sigmoid(2u): keeps its digits where the tanh form cancels.
  if (kind == 3) return f32x4.div(z, f32x4.add(f32x4.splat(1), exp4(geluExponent(z))));
  if (kind == 4) return f32x4.div(z, f32x4.add(f32x4.splat(1), exp4(f32x4.neg(z))));
  return z;
}

// @ts-ignore: decorator
@inline
function pullBack4(g: v128, at: usize, kind: i32): v128 {
  if (kind == 0) return g;
  const a = v128.load(at);
  const one = f32x4.splat(1);
  if (kind == 1) return v128.and(g, f32x4.gt(a, f32x4.splat(0)));
  if (kind == 2) return f32x4.mul(g, f32x4.sub(one, f32x4.mul(a, a)));
  if (kind == 3) {
    const s = f32x4.div(one, f32x4.add(one, exp4(geluExponent(a))));
    // 2u' = 2 sqrt(2/pi) (1 + 3 * 0.044715 z^2)
    const slope = madd(
      f32x4.mul(a, a),
      f32x4.splat(1.5957691216057308 * 3 * 0.044715),
      f32x4.splat(1.5957691216057308),
    );
    const inner = f32x4.mul(f32x4.mul(a, slope), f32x4.sub(one, s));
    return f32x4.mul(g, f32x4.mul(s, f32x4.add(one, inner)));
  }
  const s = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(a))));
  return f32x4.mul(g, f32x4.mul(s, madd(a, f32x4.sub(one, s), one)));
}

// -2u, u = sqrt(2/pi) (z + 0.044715 z^3)
// @ts-ignore: decorator
@inline
function geluExponent(z: v128): v128 {
  const cubic = madd(f32x4.mul(z, z), f32x4.splat(0.044715), f32x4.splat(1));
  return f32x4.mul(f32x4.mul(z, f32x4.splat(-1.5957691216057308)), cubic);
}
