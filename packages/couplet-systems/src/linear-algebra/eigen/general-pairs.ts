/** Eigenpairs of operators that are not Hermitian. */
import { norm } from "couplet/kit";
import { toComplexDense, toDense } from "../matrix/convert.ts";
import type { AnyOperator, LinearOperator } from "../matrix/matrix.ts";
import { eigenGeneral } from "./dense-general.ts";
import { complexApply, krylovSchur } from "./krylov-schur.ts";
import type { GeneralEnd } from "./krylov-schur.ts";
import { usage } from "./options.ts";
import type { SpectrumEnd, SpectrumOptions, SpectrumResult } from "./options.ts";
import { addMultiple } from "./vector.ts";

/** The wanted pairs by Krylov-Schur or a dense solver. */
export function general(
  options: SpectrumOptions,
  map: LinearOperator,
  method: SpectrumResult["method"],
  n: number,
  k: number,
  which: SpectrumEnd,
  tolerance: number,
  maxProducts: number,
  seed: number,
  onRestart: (products: number, converged: number) => void,
): SpectrumResult {
  if (which === "SA" || which === "LA" || options.near !== undefined) {
    throw usage(
      "which",
      '"LR", "SR" or "LM" for an operator that is not Hermitian',
      options.near === undefined ? `"${which}"` : "`near`",
    );
  }
  if ((options.deflate?.length ?? 0) > 0)
    throw usage(
      "deflate",
      "no deflation for an operator that is not Hermitian",
      "deflated vectors",
    );
  if (method === "dense") return denseGeneral(options.operator, map, k, which, tolerance);
  if (method !== "krylovSchur")
    throw usage(
      "method",
      '"dense" or "krylovSchur" for an operator that is not Hermitian',
      `"${method}"`,
    );
  const found = krylovSchur({
    operator: map,
    count: k,
    which,
    tolerance,
    maxProducts,
    seed,
    basisSize: options.basisSize,
    onRestart,
  });
  return {
    values: Float64Array.from(found.re),
    imaginary: Float64Array.from(found.im),
    vectors: found.vectors,
    residuals: Float64Array.from(found.residuals),
    converged:
      found.vectors.length === k && found.residuals.every((r) => r <= tolerance * found.norm),
    method: "krylovSchur",
    products: found.products,
    proven: undefined,
  };
}

function denseGeneral(
  operator: AnyOperator,
  map: LinearOperator,
  k: number,
  which: GeneralEnd,
  tolerance: number,
): SpectrumResult {
  const { re, im, vectors } = eigenGeneral(
    map.complex ? toComplexDense(operator) : toDense(operator),
  );
  const weight = (i: number): number =>
    which === "LR" ? re[i]! : which === "SR" ? -re[i]! : Math.hypot(re[i]!, im[i]!);
  const order = Array.from(re, (_, i) => i)
    .sort((a, b) => weight(b) - weight(a) || im[b]! - im[a]!)
    .slice(0, k);
  const apply = complexApply(map);
  let scale = 0;
  const residuals = Float64Array.from(order, (i) => {
    const v = vectors[i]!;
    const image = new Float64Array(v.length);
    apply(v, image);
    scale = Math.max(scale, norm(image));
    addMultiple(v, image, -re[i]!, -im[i]!);
    return norm(image);
  });
  return {
    values: Float64Array.from(order, (i) => re[i]!),
    imaginary: Float64Array.from(order, (i) => im[i]!),
    vectors: order.map((i) => vectors[i]!),
    residuals,
    converged: residuals.every(
      (r) => r <= Math.max(tolerance, 1e-12) * Math.max(scale, Number.MIN_VALUE),
    ),
    method: "dense",
    products: order.length,
    proven: undefined,
  };
}
