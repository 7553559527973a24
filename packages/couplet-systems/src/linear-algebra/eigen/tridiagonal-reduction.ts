/**
 * Reduction of dense symmetric and Hermitian matrices to real tridiagonal ones by Householder reflections.
 *
 * Sources: Wilkinson & Reinsch, Handbook for Automatic Computation II (tred2, htridi); Golub & Van Loan, Matrix
 * Computations, section 8.3.
 */

/** Householder reduction (tred2): on return `z` holds Q with A = Q T Q^T, T = tridiag(off, diagonal). */
export function tridiagonalize(n: number, z: Float64Array, d: Float64Array, e: Float64Array): void {
  for (let j = 0; j < n; j++) d[j] = z[(n - 1) * n + j]!;
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    let h = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
    if (scale === 0) {
      e[i] = d[i - 1]!;
      for (let j = 0; j < i; j++) {
        d[j] = z[(i - 1) * n + j]!;
        z[i * n + j] = 0;
        z[j * n + i] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k]! /= scale;
        h += d[k]! * d[k]!;
      }
      let f = d[i - 1]!;
      let g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      e.fill(0, 0, i);
      for (let j = 0; j < i; j++) {
        f = d[j]!;
        z[j * n + i] = f;
        g = e[j]! + z[j * n + j]! * f;
        for (let k = j + 1; k < i; k++) {
          g += z[k * n + j]! * d[k]!;
          e[k]! += z[k * n + j]! * f;
        }
        e[j] = g;
      }
      f = 0;
      for (let j = 0; j < i; j++) {
        e[j]! /= h;
        f += e[j]! * d[j]!;
      }
      const hh = f / (h + h);
      for (let j = 0; j < i; j++) e[j]! -= hh * d[j]!;
      for (let k = 0; k < i; k++) {
        // Only the lower triangle is updated: rows k, columns j <= k.
        for (let j = 0; j <= k; j++) z[k * n + j]! -= d[j]! * e[k]! + e[j]! * d[k]!;
      }
      for (let j = 0; j < i; j++) {
        d[j] = z[(i - 1) * n + j]!;
        z[i * n + j] = 0;
      }
    }
    d[i] = h;
  }
  accumulateReflections(n, z, d);
  e[0] = 0;
}

function accumulateReflections(n: number, z: Float64Array, d: Float64Array): void {
  const g = new Float64Array(n);
  for (let i = 0; i < n - 1; i++) {
    z[(n - 1) * n + i] = z[i * n + i]!;
    z[i * n + i] = 1;
    const h = d[i + 1]!;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = z[k * n + i + 1]! / h;
      g.fill(0, 0, i + 1);
      for (let k = 0; k <= i; k++) {
        const w = z[k * n + i + 1]!;
        for (let j = 0; j <= i; j++) g[j]! += w * z[k * n + j]!;
      }
      for (let k = 0; k <= i; k++) for (let j = 0; j <= i; j++) z[k * n + j]! -= g[j]! * d[k]!;
    }
    for (let k = 0; k <= i; k++) z[k * n + i + 1] = 0;
  }
  for (let j = 0; j < n; j++) {
    d[j] = z[(n - 1) * n + j]!;
    z[(n - 1) * n + j] = 0;
  }
  if (n > 0) z[n * n - 1] = 1;
}

/**
 * Complex Householder reduction of the Hermitian (re, im), which it overwrites:
 * A = Q T Q^H with T real, symmetric and tridiagonal; returns Q.
 */
export function tridiagonalizeHermitian(
  n: number,
  re: Float64Array,
  im: Float64Array,
  d: Float64Array,
  e: Float64Array,
): [Float64Array, Float64Array] {
  const qr = new Float64Array(n * n);
  const qi = new Float64Array(n * n);
  for (let i = 0; i < n; i++) qr[i * n + i] = 1;
  const [vr, vi, pr, pi] = [
    new Float64Array(n),
    new Float64Array(n),
    new Float64Array(n),
    new Float64Array(n),
  ];
  // The phases that make the subdiagonal real and non-negative: T_real = D^H T D.
  const [phr, phi] = [new Float64Array(n).fill(1), new Float64Array(n)];
  // Columns of a matrix of low rank shrink until their squares underflow and a reflection would divide by 0; what is below
  // this moves no eigenvalue by a digit.
  let floor = 0;
  for (let p = 0; p < n * n; p++) floor = Math.max(floor, Math.abs(re[p]!), Math.abs(im[p]!));
  floor *= Number.EPSILON ** 2;
  for (let k = 0; k < n - 1; k++) {
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm = Math.hypot(norm, re[i * n + k]!, im[i * n + k]!);
    if (norm <= floor) norm = 0;
    const [ar, ai] = norm === 0 ? [0, 0] : [re[(k + 1) * n + k]!, im[(k + 1) * n + k]!];
    const size = Math.hypot(ar, ai);
    let [tr, ti] = [ar, ai];
    if (norm > size) {
      // alpha = -e^{i arg a} * norm; v = x - alpha e_1; H = I - 2 v v^H / |v|^2
      const [cr, ci] = size === 0 ? [1, 0] : [ar / size, ai / size];
      [tr, ti] = [-cr * norm, -ci * norm];
      let vv = 0;
      for (let i = k + 1; i < n; i++) {
        vr[i] = re[i * n + k]! - (i === k + 1 ? tr : 0);
        vi[i] = im[i * n + k]! - (i === k + 1 ? ti : 0);
        vv += vr[i]! * vr[i]! + vi[i]! * vi[i]!;
      }
      const beta = 2 / vv;
      reflectBothSides(n, k + 1, beta, re, im, vr, vi, pr, pi);
      reflectRight(n, k + 1, beta, qr, qi, vr, vi);
    }
    const length = Math.hypot(tr, ti);
    e[k + 1] = length;
    // u_{k+1} = u_k * (t / |t|)
    const [sr, si] = length === 0 ? [1, 0] : [tr / length, ti / length];
    phr[k + 1] = phr[k]! * sr - phi[k]! * si;
    phi[k + 1] = phr[k]! * si + phi[k]! * sr;
  }
  for (let i = 0; i < n; i++) d[i] = re[i * n + i]!;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [x, y] = [qr[i * n + j]!, qi[i * n + j]!];
      qr[i * n + j] = x * phr[j]! - y * phi[j]!;
      qi[i * n + j] = x * phi[j]! + y * phr[j]!;
    }
  }
  return [qr, qi];
}

/** A := H A H on the trailing block from `start`, H = I - beta v v^H: A -= v w^H + w v^H. */
function reflectBothSides(
  n: number,
  start: number,
  beta: number,
  re: Float64Array,
  im: Float64Array,
  vr: Float64Array,
  vi: Float64Array,
  pr: Float64Array,
  pi: Float64Array,
): void {
  let vp = 0;
  for (let i = start; i < n; i++) {
    let x = 0;
    let y = 0;
    for (let j = start; j < n; j++) {
      const [a, b] = [re[i * n + j]!, im[i * n + j]!];
      x += a * vr[j]! - b * vi[j]!;
      y += a * vi[j]! + b * vr[j]!;
    }
    pr[i] = beta * x;
    pi[i] = beta * y;
    vp += vr[i]! * pr[i]! + vi[i]! * pi[i]!;
  }
  const half = (beta * vp) / 2;
  for (let i = start; i < n; i++) {
    pr[i]! -= half * vr[i]!;
    pi[i]! -= half * vi[i]!;
  }
  for (let i = start; i < n; i++) {
    const [vri, vii, pri, pii] = [vr[i]!, vi[i]!, pr[i]!, pi[i]!];
    for (let j = start; j < n; j++) {
      re[i * n + j]! -= vri * pr[j]! + vii * pi[j]! + pri * vr[j]! + pii * vi[j]!;
      im[i * n + j]! -= vii * pr[j]! - vri * pi[j]! + pii * vr[j]! - pri * vi[j]!;
    }
  }
}

/** Q := Q (I - beta v v^H), v zero before `start`. */
function reflectRight(
  n: number,
  start: number,
  beta: number,
  qr: Float64Array,
  qi: Float64Array,
  vr: Float64Array,
  vi: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    let x = 0;
    let y = 0;
    for (let j = start; j < n; j++) {
      const [a, b] = [qr[i * n + j]!, qi[i * n + j]!];
      x += a * vr[j]! - b * vi[j]!;
      y += a * vi[j]! + b * vr[j]!;
    }
    x *= beta;
    y *= beta;
    for (let j = start; j < n; j++) {
      qr[i * n + j]! -= x * vr[j]! + y * vi[j]!;
      qi[i * n + j]! -= y * vr[j]! - x * vi[j]!;
    }
  }
}
