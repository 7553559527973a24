/**
 * Locally optimal block preconditioned conjugate gradients: the smallest eigenpairs of huge Hermitian
 * operators with a preconditioner.
 *
 * Source: Knyazev 2001, SIAM J. Sci. Comput. 23, 517; basis orthonormalised as in Duersch, Shao, Yang
 * & Gu 2018, https://arxiv.org/abs/1704.07458.
 */
import type { HermitianPairs, HermitianTask } from "./lanczos.ts";
import { eigenHermitian, eigenSymmetric } from "./dense-symmetric.ts";
import { innerProduct } from "./svd.ts";
import { addMultiple, norm, orthonormalize, randomVector, scaleBy } from "./vector.ts";

/** A {@link HermitianTask} for the small end, with its preconditioner: z becomes about A^-1 r. */
export interface LobpcgTask extends HermitianTask {
  readonly precondition: ((r: Float64Array, z: Float64Array) => void) | undefined;
  /** Vectors iterated beyond those asked for: they make the last wanted one converge sooner. */
  readonly guard: number;
}

interface Pair {
  readonly vector: Float64Array;
  /** A times the vector, carried along through every linear combination. */
  readonly image: Float64Array;
}

/** The smallest eigenpairs; the result says by its residuals whether it converged. */
export function lobpcg(task: LobpcgTask): HermitianPairs {
  const { operator, deflate, tolerance, maxProducts, precondition } = task;
  const complex = operator.complex;
  const width = (complex ? 2 : 1) * operator.rows;
  const wanted = Math.min(task.count, operator.rows - deflate.length);
  const block = Math.min(wanted + task.guard, operator.rows - deflate.length);
  let products = 0;
  const imageOf = (vector: Float64Array): Pair => {
    const image = new Float64Array(width);
    operator.apply(vector, image);
    products++;
    return { vector, image };
  };
  let current: Pair[] = [];
  for (let seed = task.seed; current.length < block; seed++) {
    const start = randomVector(width, seed);
    if (orthonormalize(start, [...deflate, ...current.map((p) => p.vector)], complex) > 0)
      current.push(imageOf(start));
  }
  let directions: Pair[] = [];
  let { values, rotated } = rayleighRitz(current, block, complex);
  current = rotated.map((r) => r.whole);
  let scale = 0;
  for (let iteration = 1; ; iteration++) {
    // Every 20 steps the images are computed anew, so that their rounding cannot grow.
    if (iteration % 20 === 0) current = current.map((p) => imageOf(p.vector));
    for (const p of current) scale = Math.max(scale, norm(p.image) / norm(p.vector));
    const residualVectors = current.map(({ vector, image }, i) =>
      image.map((v, r) => v - values[i]! * vector[r]!),
    );
    const residuals = residualVectors.map((r) => norm(r));
    const converged = residuals.slice(0, wanted).filter((r) => r <= tolerance * scale).length;
    task.onRestart?.(products, converged);
    if (converged === wanted || products + block > maxProducts) {
      return finish(current.slice(0, wanted), values, operator, products, scale);
    }
    const active = residualVectors.filter((_, i) => residuals[i]! > tolerance * scale);
    const searched = active.map((r) => {
      if (precondition === undefined) return r;
      const z = new Float64Array(width);
      precondition(r, z);
      return z;
    });
    // Orthonormal basis [X, W, P]: what is linearly dependent is dropped.
    const fixed = deflate.length;
    const taken = current.slice();
    const away = [...deflate, ...current.map((p) => p.vector)];
    for (const w of searched) {
      scaleBy(w, 1 / (norm(w) || 1));
      removeAll(w, away, complex);
      const length = norm(w);
      if (length < 1e-10) continue;
      scaleBy(w, 1 / length);
      removeAll(w, away, complex);
      scaleBy(w, 1 / norm(w));
      taken.push(imageOf(w));
      away.push(w);
    }
    const kept = independent(directions, away, fixed, taken, complex);
    const all = [...taken, ...kept];
    ({ values, rotated } = rayleighRitz(all, block, complex, current.length));
    current = rotated.map((r) => r.whole);
    directions = rotated.map((r) => r.change);
  }
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

function removeAll(x: Float64Array, basis: readonly Float64Array[], complex: boolean): void {
  for (const v of basis) {
    const [re, im] = innerProduct(v, x, complex);
    addMultiple(v, x, -re, -im);
  }
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

interface Rotated {
  readonly whole: Pair;
  /** The part of the new vector outside the old block: the conjugate direction. */
  readonly change: Pair;
}

/** The `count` smallest Ritz pairs in the span of an orthonormal basis. */
function rayleighRitz(
  basis: readonly Pair[],
  count: number,
  complex: boolean,
  old = 0,
): { values: number[]; rotated: Rotated[] } {
  const n = basis.length;
  const re = new Float64Array(n * n);
  const im = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const [x, y] = innerProduct(basis[i]!.vector, basis[j]!.image, complex);
      re[i * n + j] = re[j * n + i] = x;
      im[i * n + j] = i === j ? 0 : y;
      im[j * n + i] = i === j ? 0 : -y;
    }
  }
  const { values, vectors } = complex
    ? eigenHermitian({ kind: "complexDense", rows: n, cols: n, re, im })
    : eigenSymmetric({ kind: "dense", rows: n, cols: n, values: re });
  const length = basis[0]!.vector.length;
  const rotated = vectors.slice(0, count).map((c): Rotated => {
    const sum = (
      from: number,
      to: number,
      part: keyof Pair,
      start?: Float64Array,
    ): Float64Array => {
      const out = start === undefined ? new Float64Array(length) : start.slice();
      for (let j = from; j < to; j++)
        addMultiple(basis[j]![part], out, c[j]!, complex ? c[n + j]! : 0);
      return out;
    };
    const change: Pair = { vector: sum(old, n, "vector"), image: sum(old, n, "image") };
    return {
      change,
      whole: {
        vector: sum(0, old, "vector", change.vector),
        image: sum(0, old, "image", change.image),
      },
    };
  });
  return { values: Array.from(values.slice(0, count)), rotated };
}
