/**
 * Thick-restart Lanczos with full reorthogonalisation, locking and deflation, for Hermitian operators.
 *
 * Source: Wu & Simon 2000, SIAM J. Matrix Anal. Appl. 22, 602.
 */
import { innerProduct, norm } from "couplet/kit";
import type { LinearOperator } from "../matrix/matrix.ts";
import { eigenSymmetric } from "./dense-symmetric.ts";
import {
  addMultiple,
  combination,
  orthonormalize,
  randomVector,
  residualNorm,
  scaleBy,
} from "./vector.ts";

/** The task of a Hermitian solver. */
export interface HermitianTask {
  readonly operator: LinearOperator;
  readonly count: number;
  /** Wanted end of the spectrum: smallest, largest, or largest modulus. */
  readonly which: "SA" | "LA" | "LM";
  /** Orthonormal vectors whose span is left out (known eigenvectors). */
  readonly deflate: readonly Float64Array[];
  /** A pair has converged when |A v - lambda v| <= tolerance * |A| (estimated). */
  readonly tolerance: number;
  /** Most products with the operator. */
  readonly maxProducts: number;
  readonly seed: number;
  /** Largest size of the Krylov basis. */
  readonly basisSize: number | undefined;
  /** Whether to look once more, from a new start, for a wanted eigenvalue that was missed (a repeated one). */
  readonly verify: boolean;
  /** Called between restarts; throws to stop. */
  readonly onRestart: ((products: number, converged: number) => void) | undefined;
}

/** Pairs found, converged or not, best first. */
export interface HermitianPairs {
  readonly values: number[];
  readonly vectors: Float64Array[];
  readonly residuals: number[];
  readonly products: number;
  /** Estimate of |A| against which the residuals are judged. */
  readonly norm: number;
}

/** Runs the method; a result with fewer or worse pairs than requested means it did not converge. */
export function lanczos(task: HermitianTask): HermitianPairs {
  const { operator, count, which, deflate, tolerance, maxProducts } = task;
  const complex = operator.complex;
  const width = (complex ? 2 : 1) * operator.rows;
  const free = operator.rows - deflate.length;
  const wanted = Math.min(count, free);
  const size = Math.min(free, task.basisSize ?? Math.max(2 * wanted + 20, 40));
  const rank = ranking(which);
  const locked: { value: number; vector: Float64Array; residual: number }[] = [];
  let products = 0;
  let scale = 0;
  let seed = task.seed;
  // Outer loop: a run that exhausts an invariant subspace, and the check for repeated eigenvalues,
  // both start again from a random vector orthogonal to everything that is locked.
  let leftovers: HermitianPairs | undefined;
  for (let checking = false; products < maxProducts;) {
    const away = [...deflate, ...locked.map((pair) => pair.vector)];
    const target = checking ? 1 : wanted - locked.length;
    if (target <= 0 || away.length >= operator.rows) break;
    const start = randomVector(width, seed++);
    if (orthonormalize(start, away, complex) === 0) break;
    const run = restartedRun({
      operator,
      complex,
      away,
      target,
      size: Math.min(size, operator.rows - away.length),
      rank,
      tolerance,
      start,
      scale,
      budget: maxProducts - products,
      onRestart: task.onRestart,
    });
    products += run.products;
    scale = Math.max(scale, run.norm);
    const done = run.values.flatMap((value, i) =>
      run.residuals[i]! <= tolerance * scale
        ? [{ value, vector: run.vectors[i]!, residual: run.residuals[i]! }]
        : [],
    );
    if (done.length < Math.min(target, run.values.length)) {
      leftovers = run;
      locked.push(...done);
      break;
    }
    if (checking) {
      const worst = locked.reduce((w, pair) => (rank(pair.value, w.value) > 0 ? pair : w));
      // Not better than the worst one that is known: nothing was missed.
      if (done.length === 0 || rank(done[0]!.value, worst.value) >= -tolerance * scale) break;
      locked.splice(locked.indexOf(worst), 1, done[0]!);
    } else {
      locked.push(...done);
      checking = locked.length >= wanted;
      if (checking && !task.verify) break;
    }
  }
  const missing =
    leftovers === undefined
      ? []
      : leftovers.values
          .map((value, i) => ({
            value,
            vector: leftovers.vectors[i]!,
            residual: leftovers.residuals[i]!,
          }))
          .filter((pair) => pair.residual > tolerance * scale);
  const best = [...locked, ...missing].slice(0, wanted).sort((a, b) => rank(a.value, b.value));
  return {
    values: best.map((p) => p.value),
    vectors: best.map((p) => p.vector),
    residuals: best.map((p) => p.residual),
    products,
    norm: scale,
  };
}

/** Negative if a is wanted more than b. */
export function ranking(which: "SA" | "LA" | "LM"): (a: number, b: number) => number {
  if (which === "SA") return (a, b) => a - b;
  if (which === "LA") return (a, b) => b - a;
  return (a, b) => Math.abs(b) - Math.abs(a);
}

interface Run {
  readonly operator: LinearOperator;
  readonly complex: boolean;
  readonly away: readonly Float64Array[];
  readonly target: number;
  readonly size: number;
  readonly rank: (a: number, b: number) => number;
  readonly tolerance: number;
  readonly start: Float64Array;
  readonly scale: number;
  readonly budget: number;
  readonly onRestart: ((products: number, converged: number) => void) | undefined;
}

function restartedRun(run: Run): HermitianPairs {
  const { operator, complex, away, size, rank, tolerance, budget } = run;
  const target = Math.min(run.target, size);
  let basis: Float64Array[] = [run.start];
  // The projected matrix: diagonal, and the coupling of each kept vector to the one after the kept.
  let diagonal: number[] = [];
  let spike: number[] = [];
  let products = 0;
  let scale = run.scale;
  for (;;) {
    const kept = diagonal.length;
    const t = new Float64Array(size * size);
    diagonal.forEach((d, i) => {
      t[i * size + i] = d;
      t[i * size + kept] = t[kept * size + i] = spike[i]!;
    });
    let used = size;
    let beta = 0;
    let next: Float64Array = new Float64Array(0);
    for (let j = kept; j < size; j++) {
      const w = new Float64Array(run.start.length);
      operator.apply(basis[j]!, w);
      products++;
      scale = Math.max(scale, norm(w));
      const [alpha] = innerProduct(basis[j]!, w, complex);
      t[j * size + j] = alpha;
      beta = orthogonalize(w, basis, away, complex);
      next = w;
      // An invariant subspace: rounding is all that is left of the new direction.
      if (beta <= 1e-14 * scale) {
        used = j + 1;
        beta = 0;
        break;
      }
      scaleBy(w, 1 / beta);
      if (j + 1 < size) {
        t[j * size + j + 1] = t[(j + 1) * size + j] = beta;
        basis.push(w);
      }
    }
    const small = new Float64Array(used * used);
    for (let i = 0; i < used; i++)
      for (let j = 0; j < used; j++) small[i * used + j] = t[i * size + j]!;
    const ritz = eigenSymmetric({ kind: "dense", rows: used, cols: used, values: small });
    const order = Array.from(ritz.values, (_, i) => i).sort((a, b) =>
      rank(ritz.values[a]!, ritz.values[b]!),
    );
    const estimate = (i: number): number => Math.abs(beta * ritz.vectors[i]![used - 1]!);
    const converged = order
      .slice(0, target)
      .filter((i) => estimate(i) <= 0.5 * tolerance * scale).length;
    run.onRestart?.(products, converged);
    const finished =
      converged >= Math.min(target, used) || beta === 0 || used === operator.rows - away.length;
    if (finished || products + size - kept > budget) {
      const chosen = order.slice(0, target);
      const vectors = chosen.map((i) => combination(basis, ritz.vectors[i]!));
      const residuals = vectors.map((v, c) => {
        scaleBy(v, 1 / norm(v));
        const av = new Float64Array(v.length);
        operator.apply(v, av);
        products++;
        return residualNorm(av, v, ritz.values[chosen[c]!]!);
      });
      return {
        values: chosen.map((i) => ritz.values[i]!),
        vectors,
        residuals,
        products,
        norm: scale,
      };
    }
    // Keep the wanted pairs and as many more as fit in half the room: Wu and Simon's thick restart.
    const keep = order.slice(0, Math.min(used - 2, target + Math.floor((used - target) / 2)));
    const kept2 = keep.map((i) => combination(basis, ritz.vectors[i]!));
    diagonal = keep.map((i) => ritz.values[i]!);
    spike = keep.map((i) => beta * ritz.vectors[i]![used - 1]!);
    basis = [...kept2, next];
  }
}

/** Two passes of Gram-Schmidt against the deflated vectors and the basis; returns |w|. */
function orthogonalize(
  w: Float64Array,
  basis: readonly Float64Array[],
  away: readonly Float64Array[],
  complex: boolean,
): number {
  for (let pass = 0; pass < 2; pass++) {
    for (const vectors of [away, basis]) {
      for (const v of vectors) {
        const [re, im] = innerProduct(v, w, complex);
        addMultiple(v, w, -re, -im);
      }
    }
  }
  return norm(w);
}
