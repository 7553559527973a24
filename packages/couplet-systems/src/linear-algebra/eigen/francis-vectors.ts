/** Eigenvectors of a real quasi-triangular matrix by back substitution (EISPACK hqr2, second half). */

/**
 * Overwrites the columns of `v` (the Schur vectors) with eigenvectors of the original matrix, and
 * uses the upper triangle of the Schur form `h` as workspace. A complex pair (j, j + 1) leaves the
 * real and imaginary part of the vector of its first eigenvalue (positive imaginary part).
 */
export function quasiTriangularEigenvectors(
  n: number,
  h: Float64Array,
  v: Float64Array,
  re: Float64Array,
  im: Float64Array,
): void {
  let norm = 0;
  for (let i = 0; i < n; i++)
    for (let j = Math.max(i - 1, 0); j < n; j++) norm += Math.abs(h[i * n + j]!);
  if (norm === 0) return;
  for (let k = n - 1; k >= 0; k--) {
    if (im[k] === 0) realColumn(n, h, k, re, im, norm);
    else if (im[k]! < 0) complexColumns(n, h, k, re, im, norm);
  }
  for (let j = n - 1; j >= 0; j--) {
    for (let i = 0; i < n; i++) {
      let z = 0;
      for (let k = 0; k <= j; k++) z += v[i * n + k]! * h[k * n + j]!;
      v[i * n + j] = z;
    }
  }
}

function realColumn(
  n: number,
  h: Float64Array,
  k: number,
  re: Float64Array,
  im: Float64Array,
  norm: number,
): void {
  const p = re[k]!;
  let l = k;
  let z = 0;
  let s = 0;
  h[k * n + k] = 1;
  for (let i = k - 1; i >= 0; i--) {
    const w = h[i * n + i]! - p;
    let r = 0;
    for (let j = l; j <= k; j++) r += h[i * n + j]! * h[j * n + k]!;
    if (im[i]! < 0) {
      z = w;
      s = r;
      continue;
    }
    l = i;
    if (im[i] === 0) {
      h[i * n + k] = -r / (w === 0 ? Number.EPSILON * norm : w);
    } else {
      const x = h[i * n + i + 1]!;
      const y = h[(i + 1) * n + i]!;
      const q = (re[i]! - p) ** 2 + im[i]! ** 2;
      const t = (x * s - z * r) / q;
      h[i * n + k] = t;
      h[(i + 1) * n + k] = Math.abs(x) > Math.abs(z) ? (-r - w * t) / x : (-s - y * t) / z;
    }
    // Overflow control: growth beyond 1 / sqrt(eps)^2 is scaled back.
    const t = Math.abs(h[i * n + k]!);
    if (Number.EPSILON * t * t > 1) for (let j = i; j <= k; j++) h[j * n + k]! /= t;
  }
}

function complexColumns(
  n: number,
  h: Float64Array,
  k: number,
  re: Float64Array,
  im: Float64Array,
  norm: number,
): void {
  const p = re[k]!;
  const q = im[k]!;
  let l = k - 1;
  let [z, r, s] = [0, 0, 0];
  const at = (i: number, j: number): number => h[i * n + j]!;
  if (Math.abs(at(k, k - 1)) > Math.abs(at(k - 1, k))) {
    h[(k - 1) * n + k - 1] = q / at(k, k - 1);
    h[(k - 1) * n + k] = -(at(k, k) - p) / at(k, k - 1);
  } else {
    [h[(k - 1) * n + k - 1], h[(k - 1) * n + k]] = divide(
      0,
      -at(k - 1, k),
      at(k - 1, k - 1) - p,
      q,
    );
  }
  h[k * n + k - 1] = 0;
  h[k * n + k] = 1;
  for (let i = k - 2; i >= 0; i--) {
    let ra = 0;
    let sa = 0;
    for (let j = l; j <= k; j++) {
      ra += at(i, j) * at(j, k - 1);
      sa += at(i, j) * at(j, k);
    }
    const w = at(i, i) - p;
    if (im[i]! < 0) {
      [z, r, s] = [w, ra, sa];
      continue;
    }
    l = i;
    if (im[i] === 0) {
      [h[i * n + k - 1], h[i * n + k]] = divide(-ra, -sa, w, q);
    } else {
      const x = at(i, i + 1);
      const y = at(i + 1, i);
      let vr = (re[i]! - p) ** 2 + im[i]! ** 2 - q * q;
      const vi = (re[i]! - p) * 2 * q;
      if (vr === 0 && vi === 0)
        vr =
          Number.EPSILON *
          norm *
          (Math.abs(w) + Math.abs(q) + Math.abs(x) + Math.abs(y) + Math.abs(z));
      [h[i * n + k - 1], h[i * n + k]] = divide(
        x * r - z * ra + q * sa,
        x * s - z * sa - q * ra,
        vr,
        vi,
      );
      if (Math.abs(x) > Math.abs(z) + Math.abs(q)) {
        h[(i + 1) * n + k - 1] = (-ra - w * at(i, k - 1) + q * at(i, k)) / x;
        h[(i + 1) * n + k] = (-sa - w * at(i, k) - q * at(i, k - 1)) / x;
      } else {
        [h[(i + 1) * n + k - 1], h[(i + 1) * n + k]] = divide(
          -r - y * at(i, k - 1),
          -s - y * at(i, k),
          z,
          q,
        );
      }
    }
    const t = Math.max(Math.abs(at(i, k - 1)), Math.abs(at(i, k)));
    if (Number.EPSILON * t * t > 1) {
      for (let j = i; j <= k; j++) {
        h[j * n + k - 1]! /= t;
        h[j * n + k]! /= t;
      }
    }
  }
}

/** (a + ib) / (c + id), scaled against overflow (Smith 1962). */
function divide(a: number, b: number, c: number, d: number): [number, number] {
  if (Math.abs(c) > Math.abs(d)) {
    const r = d / c;
    const m = c + r * d;
    return [(a + r * b) / m, (b - r * a) / m];
  }
  const r = c / d;
  const m = d + r * c;
  return [(r * a + b) / m, (r * b - a) / m];
}
