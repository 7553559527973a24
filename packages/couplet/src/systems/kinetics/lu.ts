/**
 * Dense LU factorisations with partial pivoting, in place, for the Newton systems of the integrator:
 * one real matrix and one complex matrix a step, both of the size of the state.
 */

/** Factors of a real matrix; `singular` if a pivot vanished. */
export interface RealLu {
  readonly singular: boolean;
  /** Solves A x = b in place. */
  solve(b: Float64Array): void;
}

/** @param a row-major n x n, overwritten */
export function realLu(a: Float64Array, n: number): RealLu {
  const swap = new Int32Array(n);
  let singular = false;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[best * n + k])) best = i;
    swap[k] = best;
    if (best !== k) swapRows(a, n, k, best);
    const pivot = a[k * n + k];
    if (!(Math.abs(pivot) > 0)) {
      singular = true;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = (a[i * n + k] /= pivot);
      if (factor !== 0) for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return {
    singular,
    solve(b): void {
      for (let k = 0; k < n; k++) {
        const p = swap[k];
        if (p !== k) [b[k], b[p]] = [b[p], b[k]];
      }
      for (let i = 1; i < n; i++) {
        let sum = b[i];
        for (let j = 0; j < i; j++) sum -= a[i * n + j] * b[j];
        b[i] = sum;
      }
      for (let i = n - 1; i >= 0; i--) {
        let sum = b[i];
        for (let j = i + 1; j < n; j++) sum -= a[i * n + j] * b[j];
        b[i] = sum / a[i * n + i];
      }
    },
  };
}

/** Factors of a complex matrix. */
export interface ComplexLu {
  readonly singular: boolean;
  /** Solves A x = b in place, b = re + i im. */
  solve(re: Float64Array, im: Float64Array): void;
}

/** @param re, im row-major n x n, overwritten */
export function complexLu(re: Float64Array, im: Float64Array, n: number): ComplexLu {
  const swap = new Int32Array(n);
  let singular = false;
  for (let k = 0; k < n; k++) {
    let best = k;
    let size = -1;
    for (let i = k; i < n; i++) {
      const here = Math.abs(re[i * n + k]) + Math.abs(im[i * n + k]);
      if (here > size) [best, size] = [i, here];
    }
    swap[k] = best;
    if (best !== k) swapRows(re, n, k, best), swapRows(im, n, k, best);
    const pr = re[k * n + k];
    const pi = im[k * n + k];
    const norm = pr * pr + pi * pi;
    if (!(norm > 0)) {
      singular = true;
      continue;
    }
    for (let i = k + 1; i < n; i++) {
      const at = i * n + k;
      const fr = (re[at] * pr + im[at] * pi) / norm;
      const fi = (im[at] * pr - re[at] * pi) / norm;
      re[at] = fr;
      im[at] = fi;
      if (fr === 0 && fi === 0) continue;
      for (let j = k + 1; j < n; j++) {
        const [ur, ui] = [re[k * n + j], im[k * n + j]];
        re[i * n + j] -= fr * ur - fi * ui;
        im[i * n + j] -= fr * ui + fi * ur;
      }
    }
  }
  return {
    singular,
    solve(br, bi): void {
      for (let k = 0; k < n; k++) {
        const p = swap[k];
        if (p !== k) [br[k], br[p], bi[k], bi[p]] = [br[p], br[k], bi[p], bi[k]];
      }
      for (let i = 1; i < n; i++) {
        for (let j = 0; j < i; j++) {
          const at = i * n + j;
          br[i] -= re[at] * br[j] - im[at] * bi[j];
          bi[i] -= re[at] * bi[j] + im[at] * br[j];
        }
      }
      for (let i = n - 1; i >= 0; i--) {
        for (let j = i + 1; j < n; j++) {
          const at = i * n + j;
          br[i] -= re[at] * br[j] - im[at] * bi[j];
          bi[i] -= re[at] * bi[j] + im[at] * br[j];
        }
        const d = i * n + i;
        const norm = re[d] * re[d] + im[d] * im[d];
        const x = (br[i] * re[d] + bi[i] * im[d]) / norm;
        bi[i] = (bi[i] * re[d] - br[i] * im[d]) / norm;
        br[i] = x;
      }
    },
  };
}

function swapRows(a: Float64Array, n: number, i: number, j: number): void {
  for (let k = 0; k < n; k++) [a[i * n + k], a[j * n + k]] = [a[j * n + k], a[i * n + k]];
}
