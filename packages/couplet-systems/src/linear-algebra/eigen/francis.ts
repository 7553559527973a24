/**
 * Real Schur form: Hessenberg reduction by Householder reflections and Francis' implicit double-shift QR.
 *
 * Source: EISPACK orthes and hqr2 (Martin & Wilkinson, Handbook for Automatic Computation II).
 */
import { CoupletError } from "couplet/kit";

/** Reduces `h` (n x n, row-major, overwritten) to upper Hessenberg form Q^T A Q; returns Q. */
export function hessenberg(n: number, h: Float64Array): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const v = new Float64Array(n);
  for (let m = 1; m < n - 1; m++) {
    let norm2 = 0;
    for (let i = m; i < n; i++) norm2 += (v[i] = h[i * n + m - 1]!) ** 2;
    let below = 0;
    for (let i = m + 1; i < n; i++) below += v[i]! * v[i]!;
    if (below === 0) continue;
    const alpha = v[m]! > 0 ? -Math.sqrt(norm2) : Math.sqrt(norm2);
    v[m]! -= alpha;
    const beta = 2 / (below + v[m]! * v[m]!);
    for (let j = m - 1; j < n; j++) {
      let f = 0;
      for (let i = m; i < n; i++) f += v[i]! * h[i * n + j]!;
      f *= beta;
      for (let i = m; i < n; i++) h[i * n + j]! -= f * v[i]!;
    }
    for (const target of [h, q]) {
      for (let i = 0; i < n; i++) {
        let f = 0;
        for (let j = m; j < n; j++) f += v[j]! * target[i * n + j]!;
        f *= beta;
        for (let j = m; j < n; j++) target[i * n + j]! -= f * v[j]!;
      }
    }
    for (let i = m + 1; i < n; i++) h[i * n + m - 1] = 0;
  }
  return q;
}

/**
 * Brings the Hessenberg matrix `h` to real Schur form (2 x 2 blocks only for complex pairs), with
 * the same rotations applied to the columns of `v`. Returns the eigenvalues in the order of the diagonal.
 */
export function francis(
  n: number,
  h: Float64Array,
  v: Float64Array,
): { re: Float64Array; im: Float64Array } {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  let norm = 0;
  for (let i = 0; i < n; i++)
    for (let j = Math.max(i - 1, 0); j < n; j++) norm += Math.abs(h[i * n + j]!);
  let high = n - 1;
  let shiftSum = 0;
  let iteration = 0;
  while (high >= 0) {
    const low = smallSubdiagonal(n, h, high, norm);
    if (low === high) {
      h[high * n + high]! += shiftSum;
      re[high] = h[high * n + high]!;
      high--;
      iteration = 0;
    } else if (low === high - 1) {
      h[high * n + high]! += shiftSum;
      h[low * n + low]! += shiftSum;
      splitPair(n, h, v, high, re, im);
      high -= 2;
      iteration = 0;
    } else {
      iteration++;
      // EISPACK stops at 30 per eigenvalue; the exceptional shifts at 10 and 20 break cycles.
      if (iteration > 90) {
        throw new CoupletError({
          code: "NOT_CONVERGED",
          where: "eigenGeneral",
          expected: "an eigenvalue within 90 QR steps",
          received: `none for the leading ${high + 1} rows`,
        });
      }
      shiftSum = doubleShiftStep(n, h, v, low, high, iteration, shiftSum);
    }
  }
  return { re, im };
}

function smallSubdiagonal(n: number, h: Float64Array, high: number, norm: number): number {
  let l = high;
  while (l > 0) {
    let s = Math.abs(h[(l - 1) * n + l - 1]!) + Math.abs(h[l * n + l]!);
    if (s === 0) s = norm;
    if (Math.abs(h[l * n + l - 1]!) <= Number.EPSILON * s) {
      h[l * n + l - 1] = 0;
      break;
    }
    l--;
  }
  return l;
}

/** Splits the 2 x 2 block that ends at `k`: rotates a real pair apart, records a complex pair. */
function splitPair(
  n: number,
  h: Float64Array,
  v: Float64Array,
  k: number,
  re: Float64Array,
  im: Float64Array,
): void {
  const w = h[k * n + k - 1]! * h[(k - 1) * n + k]!;
  let p = (h[(k - 1) * n + k - 1]! - h[k * n + k]!) / 2;
  let q = p * p + w;
  let z = Math.sqrt(Math.abs(q));
  const x = h[k * n + k]!;
  if (q < 0) {
    re[k - 1] = re[k] = x + p;
    im[k - 1] = z;
    im[k] = -z;
    return;
  }
  z = p >= 0 ? p + z : p - z;
  re[k - 1] = x + z;
  re[k] = z === 0 ? x + z : x - w / z;
  const c = h[k * n + k - 1]!;
  const r = Math.hypot(c, z);
  if (r !== 0) {
    p = c / r;
    q = z / r;
    for (let j = k - 1; j < n; j++) {
      const t = h[(k - 1) * n + j]!;
      h[(k - 1) * n + j] = q * t + p * h[k * n + j]!;
      h[k * n + j] = q * h[k * n + j]! - p * t;
    }
    for (const target of [h, v]) {
      const rows = target === h ? k + 1 : n;
      for (let i = 0; i < rows; i++) {
        const t = target[i * n + k - 1]!;
        target[i * n + k - 1] = q * t + p * target[i * n + k]!;
        target[i * n + k] = q * target[i * n + k]! - p * t;
      }
    }
  }
  h[k * n + k - 1] = 0;
}

// oxlint-disable-next-line eslint/max-lines-per-function -- one bulge chase: a kernel of scalars
function doubleShiftStep(
  n: number,
  h: Float64Array,
  v: Float64Array,
  low: number,
  high: number,
  iteration: number,
  shiftSum: number,
): number {
  let x = h[high * n + high]!;
  let y = h[(high - 1) * n + high - 1]!;
  let w = h[high * n + high - 1]! * h[(high - 1) * n + high]!;
  let sum = shiftSum;
  if (iteration % 10 === 0) {
    // Wilkinson's exceptional shift.
    sum += x;
    for (let i = 0; i <= high; i++) h[i * n + i]! -= x;
    const s = Math.abs(h[high * n + high - 1]!) + Math.abs(h[(high - 1) * n + high - 2]!);
    x = y = 0.75 * s;
    w = -0.4375 * s * s;
  }
  let [p, q, r] = [0, 0, 0];
  let m = high - 2;
  for (; m >= low; m--) {
    const z = h[m * n + m]!;
    const rr = x - z;
    const ss = y - z;
    p = (rr * ss - w) / h[(m + 1) * n + m]! + h[m * n + m + 1]!;
    q = h[(m + 1) * n + m + 1]! - z - rr - ss;
    r = h[(m + 2) * n + m + 1]!;
    const s = Math.abs(p) + Math.abs(q) + Math.abs(r);
    p /= s;
    q /= s;
    r /= s;
    if (m === low) break;
    const left = Math.abs(h[m * n + m - 1]!) * (Math.abs(q) + Math.abs(r));
    const right =
      Math.abs(p) *
      (Math.abs(h[(m - 1) * n + m - 1]!) + Math.abs(z) + Math.abs(h[(m + 1) * n + m + 1]!));
    if (left < Number.EPSILON * right) break;
  }
  for (let i = m + 2; i <= high; i++) {
    h[i * n + i - 2] = 0;
    if (i > m + 2) h[i * n + i - 3] = 0;
  }
  for (let k = m; k < high; k++) {
    const three = k !== high - 1;
    if (k !== m) {
      p = h[k * n + k - 1]!;
      q = h[(k + 1) * n + k - 1]!;
      r = three ? h[(k + 2) * n + k - 1]! : 0;
      x = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (x === 0) continue;
      p /= x;
      q /= x;
      r /= x;
    }
    const s = p < 0 ? -Math.hypot(p, q, r) : Math.hypot(p, q, r);
    if (s === 0) continue;
    if (k !== m) h[k * n + k - 1] = -s * x;
    else if (low !== m) h[k * n + k - 1] = -h[k * n + k - 1]!;
    p += s;
    x = p / s;
    y = q / s;
    const z = r / s;
    q /= p;
    r /= p;
    for (let j = k; j < n; j++) {
      let f = h[k * n + j]! + q * h[(k + 1) * n + j]!;
      if (three) {
        f += r * h[(k + 2) * n + j]!;
        h[(k + 2) * n + j]! -= f * z;
      }
      h[k * n + j]! -= f * x;
      h[(k + 1) * n + j]! -= f * y;
    }
    for (const target of [h, v]) {
      const rows = target === h ? Math.min(high, k + 3) + 1 : n;
      for (let i = 0; i < rows; i++) {
        let f = x * target[i * n + k]! + y * target[i * n + k + 1]!;
        if (three) {
          f += z * target[i * n + k + 2]!;
          target[i * n + k + 2]! -= f * r;
        }
        target[i * n + k]! -= f;
        target[i * n + k + 1]! -= f * q;
      }
    }
  }
  return sum;
}
