/**
 * Locally optimal block preconditioned conjugate gradients: the smallest eigenpairs of huge Hermitian
 * operators with a preconditioner.
 *
 * Source: Knyazev 2001, SIAM J. Sci. Comput. 23, 517; basis orthonormalised as in Duersch, Shao, Yang
 * & Gu 2018, https://arxiv.org/abs/1704.07458.
 */
import { innerProduct, norm } from "couplet/kit";
import type { HermitianPairs, HermitianTask } from "./lanczos.ts";
import { eigenHermitian, eigenSymmetric } from "./dense-symmetric.ts";
import { combinations, innerProducts, removeAll } from "./block-vectors.ts";
import { addMultiple, orthonormalize, randomVector, scaleBy } from "./vector.ts";

/** A {@link HermitianTask} for the small end, with its preconditioner: z becomes about A^-1 r. */
export interface LobpcgTask extends HermitianTask {
  readonly precondition: ((r: Float64Array, z: Float64Array) => void) | undefined;
  /** Gives a better preconditioner, called once, after 50 steps without the end in sight; undefined: go on as before. */
  readonly better?: () => ((r: Float64Array, z: Float64Array) => void) | undefined;
  /** Vectors iterated beyond the requested ones: they make the last wanted one converge sooner. */
  readonly guard: number;
}

interface Pair {
  readonly vector: Float64Array;
  /** A times the vector, carried along through every linear combination. */
  readonly image: Float64Array;
}

/** The smallest eigenpairs; the result says by its residuals whether it converged. */
// oxlint-disable-next-line eslint/max-lines-per-function -- one iteration over the blocks X, R, P and their images
export function lobpcg(task: LobpcgTask): HermitianPairs {
  const { operator, deflate, tolerance, maxProducts } = task;
  let { precondition } = task;
  const complex = operator.complex;
  const width = (complex ? 2 : 1) * operator.rows;
  const wanted = Math.min(task.count, operator.rows - deflate.length);
  const block = Math.min(wanted + task.guard, operator.rows - deflate.length);
  // Vectors of the last step are written over in the next: fresh memory costs as much as filling it.
  const spare: Float64Array[] = [];
  const room = (): Float64Array => spare.pop() ?? new Float64Array(width);
  let products = 0;
  const imageOf = (vector: Float64Array): Pair => {
    const image = room();
    operator.apply(vector, image);
    products++;
    return { vector, image };
  };
  const combined = (basis: readonly Pair[], c: readonly Float64Array[]): Pair[] => {
    const vectors = combinations(
      basis.map((p) => p.vector),
      c,
      complex,
      room,
    );
    const images = combinations(
      basis.map((p) => p.image),
      c,
      complex,
      room,
    );
    return vectors.map((vector, i) => ({ vector, image: images[i]! }));
  };
  let current: Pair[] = [];
  for (let seed = task.seed; current.length < block; seed++) {
    const start = randomVector(width, seed);
    if (orthonormalize(start, [...deflate, ...current.map((p) => p.vector)], complex) > 0)
      current.push(imageOf(start));
  }
  let directions: Pair[] = [];
  let { values, wanted: coefficients } = rayleighRitz(current, block, complex);
  current = combined(current, coefficients);
  let scale = 0;
  for (let iteration = 1; ; iteration++) {
    // Every 20 steps the images are computed anew and block and directions made orthonormal again, so that the rounding
    // of many linear combinations cannot grow.
    if (iteration % 20 === 0) {
      const before: Float64Array[] = deflate.slice();
      for (const { vector } of current) {
        orthonormalize(vector, before, complex);
        before.push(vector);
      }
      current = current.map((p) => imageOf(p.vector));
      directions = independent(directions, before, deflate.length, current, complex);
    }
    for (const p of current) scale = Math.max(scale, norm(p.image));
    const residualVectors = current.map(({ vector, image }, i) => {
      const r = room();
      for (let k = 0; k < width; k++) r[k] = image[k]! - values[i]! * vector[k]!;
      return r;
    });
    const residuals = residualVectors.map((r) => norm(r));
    const converged = residuals.slice(0, wanted).filter((r) => r <= tolerance * scale).length;
    task.onRestart?.(products, converged);
    if (converged === wanted || products + block > maxProducts) {
      return finish(current.slice(0, wanted), values, operator, products, scale);
    }
    if (iteration === 50) precondition = task.better?.() ?? precondition;
    const searched: Float64Array[] = [];
    residualVectors.forEach((r, i) => {
      const open = residuals[i]! > tolerance * scale;
      if (open && precondition === undefined) {
        searched.push(r);
        return;
      }
      if (open) {
        const w = room();
        precondition!(r, w);
        searched.push(w);
      }
      spare.push(r);
    });
    // Orthonormal basis [X, P, W]: what is linearly dependent is dropped.
    const basis = [...current, ...directions];
    const away = [...deflate, ...basis.map((p) => p.vector)];
    for (const w of searched) scaleBy(w, 1 / (norm(w) || 1));
    removeAll(searched, away, complex);
    const found: Float64Array[] = [];
    for (const w of searched) {
      removeAll([w], found, complex);
      const length = norm(w);
      if (length < 1e-10) {
        spare.push(w);
        continue;
      }
      scaleBy(w, 1 / length);
      found.push(w);
    }
    // A second pass takes away what rounding left in the first; in a block, then among themselves.
    removeAll(found, away, complex);
    found.forEach((w, i) => {
      removeAll([w], found.slice(0, i), complex);
      scaleBy(w, 1 / norm(w));
      basis.push(imageOf(w));
    });
    ({ values, wanted: coefficients } = rayleighRitz(basis, block, complex));
    const changes = conjugate(coefficients, basis.length, current.length, complex);
    current = combined(basis, coefficients);
    directions = combined(basis, changes);
    for (const { vector, image } of basis) spare.push(vector, image);
  }
}

/**
 * The conjugate directions in the coordinates of the basis: what each new vector has outside the old block, made
 * orthonormal to the new vectors and to each other. Few coordinates instead of long vectors.
 */
function conjugate(
  coefficients: readonly Float64Array[],
  size: number,
  old: number,
  complex: boolean,
): Float64Array[] {
  const away = coefficients.slice();
  const out: Float64Array[] = [];
  for (const c of coefficients) {
    const change = c.slice();
    change.fill(0, 0, old);
    if (complex) change.fill(0, size, size + old);
    if (orthonormalize(change, away, complex) === 0) continue;
    out.push(change);
    away.push(change);
  }
  return out;
}

function finish(
  pairs: readonly Pair[],
  values: readonly number[],
  operator: HermitianTask["operator"],
  products: number,
  scale: number,
): HermitianPairs {
  const vectors = pairs.map((p) => p.vector);
  const residuals = vectors.map((v, i) => {
    scaleBy(v, 1 / norm(v));
    const av = new Float64Array(v.length);
    operator.apply(v, av);
    addMultiple(v, av, -values[i]!, 0);
    return norm(av);
  });
  return {
    values: values.slice(0, pairs.length),
    vectors,
    residuals,
    products: products + pairs.length,
    norm: scale,
  };
}

/**
 * The pairs made orthonormal to `away` and to each other, images along with them; dependent ones are
 * left out. The first `fixed` vectors of `away` are deflated: the pairs are orthogonal to them up to
 * rounding, so they do not change an image. The others are those of `known`, in order.
 */
function independent(
  pairs: readonly Pair[],
  away: readonly Float64Array[],
  fixed: number,
  known: readonly Pair[],
  complex: boolean,
): Pair[] {
  const out: Pair[] = [];
  const vectors = away.slice();
  const images = known.map((p) => p.image);
  for (const { vector, image } of pairs) {
    let length = norm(vector);
    if (length === 0) continue;
    const scaled = 1 / length;
    scaleBy(vector, scaled);
    scaleBy(image, scaled);
    for (let pass = 0; pass < 2; pass++) {
      vectors.forEach((v, i) => {
        const [re, im] = innerProduct(v, vector, complex);
        addMultiple(v, vector, -re, -im);
        if (i >= fixed) addMultiple(images[i - fixed]!, image, -re, -im);
      });
      length = norm(vector);
      if (length < 1e-8) break;
      scaleBy(vector, 1 / length);
      scaleBy(image, 1 / length);
    }
    if (length < 1e-8) continue;
    out.push({ vector, image });
    vectors.push(vector);
    images.push(image);
  }
  return out;
}

/** The `count` smallest Ritz values in the span of an orthonormal basis, and their vectors' coordinates. */
function rayleighRitz(
  basis: readonly Pair[],
  count: number,
  complex: boolean,
): { values: number[]; wanted: Float64Array[] } {
  const n = basis.length;
  const { re, im } = innerProducts(
    basis.map((p) => p.vector),
    basis.map((p) => p.image),
    complex,
    true,
  );
  const { values, vectors } = complex
    ? eigenHermitian({ kind: "complexDense", rows: n, cols: n, re, im })
    : eigenSymmetric({ kind: "dense", rows: n, cols: n, values: re });
  return { values: Array.from(values.slice(0, count)), wanted: vectors.slice(0, count) };
}
