/**
 * Krylov-Schur: eigenpairs at an end of the spectrum of operators that are not Hermitian.
 *
 * Source: Stewart 2002, SIAM J. Matrix Anal. Appl. 23, 601.
 */
import { innerProduct, norm } from "couplet/kit";
import type { LinearOperator } from "../matrix/matrix.ts";
import { halves } from "../matrix/product.ts";
import { complexSchur, swapNeighbours, triangularEigenvectors } from "./complex-schur.ts";
import type { ComplexSchur } from "./complex-schur.ts";
import { addMultiple, orthonormalize, randomVector, scaleBy } from "./vector.ts";

/** Wanted end: largest real part, smallest real part, largest modulus. */
export type GeneralEnd = "LR" | "SR" | "LM";

/** Options of {@link krylovSchur}. */
export interface GeneralTask {
  readonly operator: LinearOperator;
  readonly count: number;
  readonly which: GeneralEnd;
  readonly tolerance: number;
  readonly maxProducts: number;
  readonly seed: number;
  readonly basisSize: number | undefined;
  readonly onRestart: ((products: number, converged: number) => void) | undefined;
}

/** Pairs found; vectors are planar complex also for a real operator. */
export interface GeneralPairs {
  readonly re: number[];
  readonly im: number[];
  readonly vectors: Float64Array[];
  readonly residuals: number[];
  readonly products: number;
  readonly norm: number;
}

/** Runs the method in complex arithmetic; a real operator is applied to both parts of a vector. */
export function krylovSchur(task: GeneralTask): GeneralPairs {
  const n = task.operator.rows;
  const size = Math.min(n, task.basisSize ?? Math.max(2 * task.count + 20, 40));
  const apply = complexApply(task.operator);
  const wanted = Math.min(task.count, n);
  let products = 0;
  let scale = 0;
  let seed = task.seed;
  const start = randomVector(2 * n, seed++);
  scaleBy(start, 1 / norm(start));
  let basis: Float64Array[] = [start];
  // B of A V = V B + v b^H; its leading `kept` block is the triangular T of the last restart.
  let [br, bi] = [new Float64Array(size * size), new Float64Array(size * size)];
  for (let kept = 0; ;) {
    let last: Float64Array | undefined;
    let beta = 0;
    for (let j = kept; j < size; j++) {
      const w = new Float64Array(2 * n);
      apply(basis[j]!, w);
      products++;
      scale = Math.max(scale, norm(w));
      for (let pass = 0; pass < 2; pass++) {
        basis.forEach((v, i) => {
          const [re, im] = innerProduct(v, w, true);
          addMultiple(v, w, -re, -im);
          br[i * size + j]! += re;
          bi[i * size + j]! += im;
        });
      }
      beta = norm(w);
      if (beta <= 1e-14 * scale) {
        // An invariant subspace: go on from a new direction, uncoupled from the old ones.
        beta = 0;
        if (j + 1 < size) {
          const fresh = randomVector(2 * n, seed++);
          orthonormalize(fresh, basis, true);
          basis.push(fresh);
        }
        continue;
      }
      scaleBy(w, 1 / beta);
      if (j + 1 < size) {
        br[(j + 1) * size + j] = beta;
        basis.push(w);
      } else last = w;
    }
    const schur = complexSchur({ kind: "complexDense", rows: size, cols: size, re: br, im: bi });
    sortSchur(schur, task.which);
    // b^H Q = beta times the last row of Q.
    const spike = (i: number): [number, number] => [
      beta * schur.qr[(size - 1) * size + i]!,
      beta * schur.qi[(size - 1) * size + i]!,
    ];
    let converged = 0;
    while (converged < wanted && Math.hypot(...spike(converged)) <= 0.1 * task.tolerance * scale)
      converged++;
    task.onRestart?.(products, converged);
    if (converged === wanted || last === undefined || products + size > task.maxProducts) {
      return ritzPairs(schur, basis, wanted, apply, products, scale);
    }
    kept = Math.min(size - 2, wanted + Math.floor((size - wanted) / 2));
    const rotated = Array.from({ length: kept }, (_, i) => {
      const out = new Float64Array(2 * n);
      for (let k = 0; k < size; k++)
        addMultiple(basis[k]!, out, schur.qr[k * size + i]!, schur.qi[k * size + i]!);
      return out;
    });
    [br, bi] = [new Float64Array(size * size), new Float64Array(size * size)];
    for (let i = 0; i < kept; i++) {
      for (let j = i; j < kept; j++) {
        br[i * size + j] = schur.tr[i * size + j]!;
        bi[i * size + j] = schur.ti[i * size + j]!;
      }
      [br[kept * size + i], bi[kept * size + i]] = spike(i);
    }
    basis = [...rotated, last];
  }
}

/** Bubbles the wanted eigenvalues to the front of the Schur form. */
function sortSchur(schur: ComplexSchur, which: GeneralEnd): void {
  const { n, tr, ti } = schur;
  const weight = (i: number): number => {
    const [re, im] = [tr[i * n + i]!, ti[i * n + i]!];
    return which === "LR" ? re : which === "SR" ? -re : Math.hypot(re, im);
  };
  for (let end = n - 1; end > 0; end--) {
    for (let i = 0; i < end; i++) if (weight(i) < weight(i + 1)) swapNeighbours(schur, i);
  }
}

function ritzPairs(
  schur: ComplexSchur,
  basis: readonly Float64Array[],
  wanted: number,
  apply: (x: Float64Array, y: Float64Array) => void,
  products: number,
  scale: number,
): GeneralPairs {
  const { n: size, tr, ti } = schur;
  const coefficients = triangularEigenvectors(schur).slice(0, wanted);
  const [re, im]: [number[], number[]] = [[], []];
  const residuals: number[] = [];
  const vectors = coefficients.map((c, i) => {
    const v = new Float64Array(basis[0]!.length);
    for (let k = 0; k < size; k++) addMultiple(basis[k]!, v, c[k]!, c[size + k]!);
    scaleBy(v, 1 / norm(v));
    const [x, y] = [tr[i * size + i]!, ti[i * size + i]!];
    re.push(x);
    im.push(y);
    const av = new Float64Array(v.length);
    apply(v, av);
    addMultiple(v, av, -x, -y);
    residuals.push(norm(av));
    return v;
  });
  return { re, im, vectors, residuals, products: products + wanted, norm: scale };
}

/** The operator on planar complex vectors. */
export function complexApply(operator: LinearOperator): (x: Float64Array, y: Float64Array) => void {
  if (operator.complex) return (x, y) => operator.apply(x, y);
  return (x, y) => {
    const [xr, xi] = halves(x);
    const [yr, yi] = halves(y);
    operator.apply(xr, yr);
    operator.apply(xi, yi);
  };
}
