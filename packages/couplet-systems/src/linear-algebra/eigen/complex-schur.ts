/**
 * Complex Schur form A = Q T Q^H: Hessenberg reduction and single-shift QR with Givens rotations.
 *
 * Source: Golub & Van Loan, Matrix Computations, section 7.5; EISPACK comqr2 for the exceptional shifts.
 */
import { CoupletError } from "couplet/kit";
import { squareSize } from "../matrix/matrix.ts";
import type { ComplexDenseMatrix } from "../matrix/matrix.ts";

/** T (upper triangular) and Q (unitary), row-major, real and imaginary parts. */
export interface ComplexSchur {
  readonly n: number;
  readonly tr: Float64Array;
  readonly ti: Float64Array;
  readonly qr: Float64Array;
  readonly qi: Float64Array;
}

/** A rotation [c, s; -conj(s), c] with real c, that maps (a, b) to (r, 0). */
interface Rotation {
  readonly c: number;
  readonly sr: number;
  readonly si: number;
}

/** The Schur form of a complex square matrix. @throws CoupletError NOT_CONVERGED */
export function complexSchur(a: ComplexDenseMatrix): ComplexSchur {
  const n = squareSize("complexSchur", a);
  const [tr, ti] = [a.re.slice(), a.im.slice()];
  const [qr, qi] = [new Float64Array(n * n), new Float64Array(n * n)];
  for (let i = 0; i < n; i++) qr[i * n + i] = 1;
  const schur: ComplexSchur = { n, tr, ti, qr, qi };
  reduce(schur);
  let high = n - 1;
  let iteration = 0;
  while (high > 0) {
    let low = high;
    while (low > 0) {
      const p = low * n + low - 1;
      const scale =
        Math.abs(tr[p - n]!) + Math.abs(ti[p - n]!) + Math.abs(tr[p + 1]!) + Math.abs(ti[p + 1]!);
      if (Math.abs(tr[p]!) + Math.abs(ti[p]!) <= Number.EPSILON * scale) {
        tr[p] = ti[p] = 0;
        break;
      }
      low--;
    }
    if (low === high) {
      high--;
      iteration = 0;
      continue;
    }
    iteration++;
    if (iteration > 90) {
      throw new CoupletError({
        code: "NOT_CONVERGED",
        where: "complexSchur",
        expected: "an eigenvalue within 90 QR steps",
        received: `none for the leading ${high + 1} rows`,
      });
    }
    const [sr, si] =
      iteration % 10 === 0 ? exceptionalShift(schur, high) : wilkinsonShift(schur, high);
    qrStep(schur, low, high, sr, si);
  }
  // Rounding leaves nothing below the diagonal that the rotations have not set to zero.
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) tr[i * n + j] = ti[i * n + j] = 0;
  return schur;
}

/** Hessenberg form by Givens rotations: simple, and dominated by the QR steps that follow. */
function reduce(schur: ComplexSchur): void {
  const { n, tr, ti } = schur;
  for (let j = 0; j < n - 2; j++) {
    for (let i = n - 1; i > j + 1; i--) {
      const [p, q] = [(i - 1) * n + j, i * n + j];
      if (tr[q] === 0 && ti[q] === 0) continue;
      const rotation = rotationFor(tr[p]!, ti[p]!, tr[q]!, ti[q]!);
      rotateRows(schur, i - 1, rotation, j, n);
      rotateColumns(schur, i - 1, rotation, n);
      tr[q] = ti[q] = 0;
    }
  }
}

/** The rotation that zeroes b below a. */
export function rotationFor(ar: number, ai: number, br: number, bi: number): Rotation {
  const size = Math.hypot(ar, ai);
  const norm = Math.hypot(size, br, bi);
  if (norm === 0) return { c: 1, sr: 0, si: 0 };
  if (size === 0) return { c: 0, sr: br / norm, si: -bi / norm };
  // s = (a / |a|) conj(b) / norm
  const [ur, ui] = [ar / size, ai / size];
  return { c: size / norm, sr: (ur * br + ui * bi) / norm, si: (ui * br - ur * bi) / norm };
}

/** Rows (i, i + 1) := G rows, columns from `from` to `to` - 1. */
export function rotateRows(
  schur: ComplexSchur,
  i: number,
  g: Rotation,
  from: number,
  to: number,
): void {
  const { n, tr, ti } = schur;
  const { c, sr, si } = g;
  for (let j = from, p = i * n + from, q = p + n; j < to; j++, p++, q++) {
    const xr = tr[p]!,
      xi = ti[p]!,
      yr = tr[q]!,
      yi = ti[q]!;
    tr[p] = c * xr + sr * yr - si * yi;
    ti[p] = c * xi + sr * yi + si * yr;
    tr[q] = c * yr - (sr * xr + si * xi);
    ti[q] = c * yi - (sr * xi - si * xr);
  }
}

/** Columns (i, i + 1) := columns G^H in the first `rows` rows of T and in all of Q. */
export function rotateColumns(schur: ComplexSchur, i: number, g: Rotation, rows: number): void {
  const { n, tr, ti, qr, qi } = schur;
  const { c, sr, si } = g;
  for (const [re, im, count] of [
    [tr, ti, rows],
    [qr, qi, n],
  ] as const) {
    for (let k = 0, p = i; k < count; k++, p += n) {
      const xr = re[p]!,
        xi = im[p]!,
        yr = re[p + 1]!,
        yi = im[p + 1]!;
      re[p] = c * xr + sr * yr + si * yi;
      im[p] = c * xi + sr * yi - si * yr;
      re[p + 1] = c * yr - (sr * xr - si * xi);
      im[p + 1] = c * yi - (sr * xi + si * xr);
    }
  }
}

/** The eigenvalue of the trailing 2 x 2 block nearest to its last entry. */
function wilkinsonShift({ n, tr, ti }: ComplexSchur, high: number): [number, number] {
  const p = (high - 1) * n + high - 1;
  const [ar, ai, br, bi] = [tr[p]!, ti[p]!, tr[p + 1]!, ti[p + 1]!];
  const [cr, ci, dr, di] = [tr[p + n]!, ti[p + n]!, tr[p + n + 1]!, ti[p + n + 1]!];
  const [hr, hi] = [(ar - dr) / 2, (ai - di) / 2];
  const [xr, xi] = [hr * hr - hi * hi + br * cr - bi * ci, 2 * hr * hi + br * ci + bi * cr];
  let [rr, ri] = complexSqrt(xr, xi);
  // lambda = d + h -+ r; choose the sign that makes |h -+ r| small, i.e. r along h.
  if (hr * rr + hi * ri < 0) [rr, ri] = [-rr, -ri];
  const [kr, ki] = [hr + rr, hi + ri];
  const size = kr * kr + ki * ki;
  if (size === 0) return [dr, di];
  // h - r = -(b c) / (h + r)
  const [mr, mi] = [br * cr - bi * ci, br * ci + bi * cr];
  return [dr - (mr * kr + mi * ki) / size, di - (mi * kr - mr * ki) / size];
}

function exceptionalShift({ n, tr, ti }: ComplexSchur, high: number): [number, number] {
  const p = high * n + high;
  const below = Math.abs(tr[p - 1]!) + Math.abs(ti[p - 1]!);
  return [tr[p]! + 0.75 * below, ti[p]! + 0.25 * below];
}

function complexSqrt(x: number, y: number): [number, number] {
  const size = Math.hypot(x, y);
  if (size === 0) return [0, 0];
  const re = Math.sqrt((size + Math.abs(x)) / 2);
  const im = Math.abs(y) / (2 * re);
  return x >= 0 ? [re, y < 0 ? -im : im] : [im, y < 0 ? -re : re];
}

/** One explicit QR step on rows and columns low .. high. */
function qrStep(schur: ComplexSchur, low: number, high: number, sr: number, si: number): void {
  const { n, tr, ti } = schur;
  const shift = (sign: number): void => {
    for (let i = low; i <= high; i++) {
      tr[i * n + i]! += sign * sr;
      ti[i * n + i]! += sign * si;
    }
  };
  shift(-1);
  const rotations: Rotation[] = [];
  for (let i = low; i < high; i++) {
    const p = i * n + i;
    const g = rotationFor(tr[p]!, ti[p]!, tr[p + n]!, ti[p + n]!);
    rotations.push(g);
    rotateRows(schur, i, g, i, high + 1);
    tr[p + n] = ti[p + n] = 0;
  }
  rotations.forEach((g, k) =>
    rotateColumnsBetween(schur, low + k, g, low, Math.min(low + k + 2, high + 1)),
  );
  shift(1);
  // The parts of T outside the active block follow with the unshifted rotations.
  rotations.forEach((g, k) => {
    rotateRows(schur, low + k, g, high + 1, n);
    rotateColumns(schur, low + k, g, low);
  });
}

function rotateColumnsBetween(
  { n, tr, ti }: ComplexSchur,
  i: number,
  { c, sr, si }: Rotation,
  from: number,
  to: number,
): void {
  for (let k = from, p = from * n + i; k < to; k++, p += n) {
    const xr = tr[p]!,
      xi = ti[p]!,
      yr = tr[p + 1]!,
      yi = ti[p + 1]!;
    tr[p] = c * xr + sr * yr + si * yi;
    ti[p] = c * xi + sr * yi - si * yr;
    tr[p + 1] = c * yr - (sr * xr - si * xi);
    ti[p + 1] = c * yi - (sr * xi + si * xr);
  }
}

/** Exchanges the neighbouring eigenvalues i and i + 1 of the Schur form by one rotation. */
export function swapNeighbours(schur: ComplexSchur, i: number): void {
  const { n, tr, ti } = schur;
  const p = i * n + i;
  const [dr, di] = [tr[p + n + 1]! - tr[p]!, ti[p + n + 1]! - ti[p]!];
  const g = rotationFor(tr[p + 1]!, ti[p + 1]!, dr, di);
  rotateRows(schur, i, g, i, n);
  rotateColumns(schur, i, g, i + 2);
  tr[p + n] = ti[p + n] = 0;
}

/** Unit eigenvectors (planar complex) of A = Q T Q^H, one for each diagonal entry of T. */
export function triangularEigenvectors({ n, tr, ti, qr, qi }: ComplexSchur): Float64Array[] {
  let norm = 0;
  for (let p = 0; p < n * n; p++) norm = Math.max(norm, Math.abs(tr[p]!), Math.abs(ti[p]!));
  const smallest = Number.EPSILON * (norm === 0 ? 1 : norm);
  return Array.from({ length: n }, (_, k) => {
    const [xr, xi] = [new Float64Array(n), new Float64Array(n)];
    xr[k] = 1;
    for (let i = k - 1; i >= 0; i--) {
      let [sr, si] = [0, 0];
      for (let j = i + 1; j <= k; j++) {
        const [a, b] = [tr[i * n + j]!, ti[i * n + j]!];
        sr -= a * xr[j]! - b * xi[j]!;
        si -= a * xi[j]! + b * xr[j]!;
      }
      let [dr, di] = [tr[i * n + i]! - tr[k * n + k]!, ti[i * n + i]! - ti[k * n + k]!];
      if (Math.hypot(dr, di) < smallest) [dr, di] = [smallest, 0];
      const size = dr * dr + di * di;
      xr[i] = (sr * dr + si * di) / size;
      xi[i] = (si * dr - sr * di) / size;
      const growth = Math.hypot(xr[i]!, xi[i]!);
      if (growth > 1e100)
        for (let j = i; j <= k; j++) [xr[j], xi[j]] = [xr[j]! / growth, xi[j]! / growth];
    }
    const vector = new Float64Array(2 * n);
    let square = 0;
    for (let i = 0; i < n; i++) {
      let [a, b] = [0, 0];
      for (let j = 0; j <= k; j++) {
        a += qr[i * n + j]! * xr[j]! - qi[i * n + j]! * xi[j]!;
        b += qr[i * n + j]! * xi[j]! + qi[i * n + j]! * xr[j]!;
      }
      vector[i] = a;
      vector[n + i] = b;
      square += a * a + b * b;
    }
    const length = Math.sqrt(square);
    return vector.map((v) => v / length);
  });
}
