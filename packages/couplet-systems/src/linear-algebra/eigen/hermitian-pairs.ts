/** Checks and results of the Hermitian solvers, and the dense one among them. */
import { innerProduct, norm } from "couplet/kit";
import { checkFinite, checkLength } from "../matrix/matrix.ts";
import type { AnyOperator, LinearOperator } from "../matrix/matrix.ts";
import { toComplexDense, toDense } from "../matrix/convert.ts";
import { asOperator } from "../matrix/product.ts";
import { eigenHermitian, eigenSymmetric } from "./dense-symmetric.ts";
import { ranking } from "./lanczos.ts";
import { usage } from "./options.ts";
import type { SpectrumResult } from "./options.ts";
import { addMultiple, orthonormalize, randomVector } from "./vector.ts";

/** max over two random pairs of |x^H A y - (A x)^H y| / (|A x| |y|). */
export function hermitianDefect(map: LinearOperator): number {
  const width = (map.complex ? 2 : 1) * map.rows;
  const [x, y] = [randomVector(width, 101), randomVector(width, 202)];
  const [ax, ay] = [new Float64Array(width), new Float64Array(width)];
  map.apply(x, ax);
  map.apply(y, ay);
  checkFinite("spectrum: operator times a vector", ax);
  const [ar, ai] = innerProduct(x, ay, map.complex);
  const [br, bi] = innerProduct(ax, y, map.complex);
  const size = Math.max(norm(ax) * norm(y), norm(ay) * norm(x));
  return size === 0 ? 0 : Math.hypot(ar - br, ai - bi) / size;
}

/** Known eigenvectors made orthonormal. @throws CoupletError USAGE for a vector that is not an eigenvector */
export function orthonormalDeflation(
  map: LinearOperator,
  vectors: readonly Float64Array[],
): Float64Array[] {
  const width = (map.complex ? 2 : 1) * map.rows;
  const basis: Float64Array[] = [];
  const probe = randomVector(width, 303);
  const image = new Float64Array(width);
  map.apply(probe, image);
  const scale = norm(image) / norm(probe);
  vectors.forEach((vector, i) => {
    checkLength(`spectrum: deflate[${i}]`, vector, width);
    const unit = vector.slice();
    if (orthonormalize(unit, basis, map.complex) === 0) return;
    map.apply(unit, image);
    const [value] = innerProduct(unit, image, map.complex);
    addMultiple(unit, image, -value, 0);
    // 1e-8: a deflated vector may come from an earlier, less exact solve.
    if (norm(image) > 1e-8 * scale) {
      throw usage(
        `deflate[${i}]`,
        "an eigenvector",
        `a vector with residual ${norm(image).toExponential(2)}`,
      );
    }
    basis.push(unit);
  });
  return basis;
}

/** Pairs in ascending order, with the verdict on their residuals. */
export function hermitianResult(
  found: { values: number[]; vectors: Float64Array[]; residuals: number[]; products: number },
  scale: number,
  k: number,
  tolerance: number,
  method: SpectrumResult["method"],
  proven: SpectrumResult["proven"],
): SpectrumResult {
  const order = found.values.map((_, i) => i).sort((a, b) => found.values[a]! - found.values[b]!);
  const residuals = Float64Array.from(order, (i) => found.residuals[i]!);
  return {
    values: Float64Array.from(order, (i) => found.values[i]!),
    imaginary: new Float64Array(order.length),
    vectors: order.map((i) => found.vectors[i]!),
    residuals,
    converged: order.length === k && residuals.every((r) => r <= tolerance * scale),
    method,
    products: found.products,
    proven,
  };
}

/** The wanted pairs of all, by a dense solver. */
export function denseHermitian(
  operator: AnyOperator,
  k: number,
  end: "SA" | "LA" | "LM",
  near: number | undefined,
  deflate: readonly Float64Array[],
  tolerance: number,
): SpectrumResult {
  const map = asOperator(operator);
  const { values, vectors } = map.complex
    ? eigenHermitian(toComplexDense(operator))
    : eigenSymmetric(toDense(operator));
  const rank =
    near === undefined
      ? ranking(end)
      : (a: number, b: number) => Math.abs(a - near) - Math.abs(b - near);
  const scale = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  // With repeated eigenvalues the computed vectors may mix with the deflated ones: take those out first.
  const away = deflate.slice();
  const pairs: { value: number; vector: Float64Array; residual: number }[] = [];
  for (const i of Array.from(values, (_, j) => j).sort((a, b) => rank(values[a]!, values[b]!))) {
    if (pairs.length === k) break;
    const vector = vectors[i]!.slice();
    if (deflate.length > 0) {
      // Little is left: the vector was (nearly) in the span of the deflated ones and those taken.
      // Others of the same eigenvalue have more of the direction that is still missing.
      const before = vector.slice();
      if (orthonormalize(before, away, map.complex) < 0.01) continue;
      vector.set(before);
    }
    const image = new Float64Array(vector.length);
    map.apply(vector, image);
    addMultiple(vector, image, -values[i]!, 0);
    pairs.push({ value: values[i]!, vector, residual: norm(image) });
    away.push(vector);
  }
  const found = {
    values: pairs.map((p) => p.value),
    vectors: pairs.map((p) => p.vector),
    residuals: pairs.map((p) => p.residual),
    products: pairs.length,
  };
  // Dense solvers are exact to rounding: 1e-12 |A| if a tolerance below that was asked for.
  return hermitianResult(
    found,
    scale,
    k,
    Math.max(tolerance, 1e-12),
    "dense",
    near === undefined ? undefined : [-Infinity, Infinity],
  );
}
