/** How far a model is from time-reversal invariant, and its invariant part. */
import { CoupletError } from "couplet/kit";
import { adjointOf } from "../linear-algebra/matrix/builders.ts";
import { multiply } from "../linear-algebra/matrix/algebra.ts";
import { toComplexDense } from "../linear-algebra/matrix/convert.ts";
import type { ComplexDenseMatrix, Matrix } from "../linear-algebra/matrix/matrix.ts";
import { matvec } from "../linear-algebra/matrix/product.ts";
import { singularValues } from "../linear-algebra/eigen/svd.ts";
import { modelFromTerms } from "./model.ts";
import type { TightBindingModel } from "./model.ts";
import { bandsAt } from "./occupied.ts";
import type { DirectGap } from "./occupied.ts";
import { invariantMomenta } from "./parity.ts";
import { overlap } from "./wilson.ts";

/** How much the occupied bands of a model break time reversal. */
export interface TimeReversalDefect {
  /** Largest |E(k) - E(-k)| of an occupied band, and largest splitting of an occupied Kramers pair. */
  readonly energy: number;
  /** `energy` over the smallest direct gap. */
  readonly ofGap: number;
  /**
   * Sine of the largest angle between the occupied states at k and the reversed ones at -k; undefined without the
   * operator. Below 1 the two spaces can be turned into each other, so that the projector has an invariant part.
   */
  readonly angle: number | undefined;
}

/** A defect above this part of the gap is more than noise: the index would be one of another model. */
const largestOfGap = 0.15;
/** About 17 degrees: far below 1, and more than noise of that size turns the states by. */
const largestAngle = 0.3;
/** Energies of files with 6 decimals keep E(k) = E(-k) to this part of the bandwidth, and states to this angle. */
const printed = { ofBandwidth: 1e-5, angle: 1e-4 };

/** Wave vectors off the planes that symmetries of a lattice single out. */
const probes = [
  [0.7, 1.9, -1.1],
  [2.3, 0.4, 1.3],
  [-0.9, 2.8, 0.6],
] as const;

/**
 * Checks that the occupied bands are those of a time-reversal invariant model, up to noise that is small against the gap.
 *
 * @param timeReversal U of T = U K, with U conj(U) = -1
 * @returns the defect, and a warning where it is more than the rounding of a printed file
 * @throws CoupletError USAGE if U conj(U) is not -1; DATA_INVALID if the defect is not small
 */
export function judgeTimeReversal(
  model: TightBindingModel,
  occupied: number,
  gap: DirectGap,
  timeReversal?: Matrix,
): { readonly defect: TimeReversalDefect; readonly warnings: readonly string[] } {
  const u = timeReversal === undefined ? undefined : checkedOperator(model, timeReversal);
  let [energy, angle, received] = [0, 0, ""];
  const atLeast = (difference: number, message: () => string): void => {
    if (difference > energy) [energy, received] = [difference, message()];
  };
  for (const probe of probes) {
    const k = probe.slice(0, model.axes);
    const [plus, minus] = [bandsAt(model, k), bandsAt(model, opposite(k))];
    for (let i = 0; i < occupied; i++) {
      const [e, f] = [plus.values[i]!, minus.values[i]!];
      atLeast(
        Math.abs(e - f),
        () => `E(k) = ${e} but E(-k) = ${f} in band ${i + 1} at k = (${k.join(", ")})`,
      );
    }
    if (u !== undefined)
      angle = Math.max(angle, angleBetween(plus.vectors, minus.vectors, occupied, u));
  }
  for (const momentum of invariantMomenta(model.axes)) {
    const { values, vectors } = bandsAt(
      model,
      momentum.map((half) => half * Math.PI),
    );
    for (let i = 0; i < occupied; i += 2) {
      const split = values[i + 1]! - values[i]!;
      atLeast(
        split,
        () => `bands ${i + 1} and ${i + 2} split by ${split} at (${momentum.join(", ")}) pi`,
      );
    }
    if (u !== undefined) angle = Math.max(angle, angleBetween(vectors, vectors, occupied, u));
  }
  const ofGap = energy / gap.gap;
  if (ofGap > largestOfGap)
    throw broken(
      `${received}, ${(100 * ofGap).toPrecision(2)} % of the gap of ${gap.gap.toPrecision(4)}`,
    );
  if (angle > largestAngle)
    throw broken(
      `occupied states at k and reversed ones at -k that are ${((180 / Math.PI) * Math.asin(Math.min(1, angle))).toFixed(1)} degrees apart`,
    );
  const isNoise = energy <= printed.ofBandwidth * gap.bandwidth && angle <= printed.angle;
  return {
    defect: { energy, ofGap, angle: u === undefined ? undefined : angle },
    warnings: isNoise
      ? []
      : [
          `time reversal is broken by ${energy.toPrecision(2)} (${(100 * ofGap).toPrecision(2)} % of the gap): the indices are those of the invariant model nearby` +
            (u === undefined
              ? ""
              : "; symmetriseTimeReversal, or `symmetrise` in a problem file, takes the rest away"),
        ],
  };
}

/** The invariant part of a model. */
export interface SymmetrisedModel {
  readonly model: TightBindingModel;
  /** Largest |entry| of H_R minus its invariant part. */
  readonly removed: number;
}

/**
 * The time-reversal invariant part of a model, (H + T H T^-1) / 2: H_R becomes (H_R + U conj(H_R) U^H) / 2.
 *
 * @param timeReversal U of T = U K, with U conj(U) = -1 (`spinTimeReversal`)
 * @throws CoupletError USAGE if U conj(U) is not -1
 */
export function symmetriseTimeReversal(
  model: TightBindingModel,
  timeReversal: Matrix,
): SymmetrisedModel {
  const u = checkedOperator(model, timeReversal);
  const back = adjointOf(u);
  let removed = 0;
  const terms = model.terms.map(({ cell, matrix }) => {
    const reversed = multiply(multiply(u, conjugate(matrix)), back);
    const mean = (a: Float64Array, b: Float64Array): Float64Array =>
      a.map((v, p) => (v + b[p]!) / 2);
    const even = { ...matrix, re: mean(matrix.re, reversed.re), im: mean(matrix.im, reversed.im) };
    for (let p = 0; p < even.re.length; p++)
      removed = Math.max(
        removed,
        Math.hypot(matrix.re[p]! - even.re[p]!, matrix.im[p]! - even.im[p]!),
      );
    return { cell, matrix: even };
  });
  const { axes, size } = model;
  return { model: modelFromTerms({ axes, size, terms, where: "symmetriseTimeReversal" }), removed };
}

/** U as a complex matrix. @throws CoupletError USAGE unless U conj(U) = -1 */
function checkedOperator(model: TightBindingModel, timeReversal: Matrix): ComplexDenseMatrix {
  const u = toComplexDense(timeReversal);
  const fits =
    u.rows === model.size &&
    u.cols === model.size &&
    multiply(u, conjugate(u)).re.every(
      (v, i) => Math.abs(v + (i % (model.size + 1) === 0 ? 1 : 0)) <= 1e-8,
    );
  if (fits) return u;
  throw new CoupletError({
    code: "USAGE",
    where: "z2Indices: timeReversal",
    expected: `U with U conj(U) = -1 (spin 1/2), ${model.size} x ${model.size}`,
    received: `another matrix, ${u.rows} x ${u.cols}`,
  });
}

const conjugate = (m: ComplexDenseMatrix): ComplexDenseMatrix => ({
  ...m,
  im: m.im.map((v) => -v),
});

const opposite = (k: readonly number[]): number[] => k.map((v) => -v);

/** Sine of the largest angle between the first states at k and U conj of those at -k. */
function angleBetween(
  here: readonly Float64Array[],
  there: readonly Float64Array[],
  occupied: number,
  u: ComplexDenseMatrix,
): number {
  const reversed = there.slice(0, occupied).map((v) =>
    matvec(
      u,
      v.map((x, i) => (i < u.rows ? x : -x)),
    ),
  );
  const { values } = singularValues(overlap(here.slice(0, occupied), reversed));
  const smallest = Math.min(...values);
  return Math.sqrt(Math.max(0, 1 - smallest * smallest));
}

function broken(received: string): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: "z2Indices",
    expected: "a time-reversal invariant model",
    received,
    hint: `Noise of up to ${100 * largestOfGap} % of the gap is accepted. Without time reversal a Z2 index does not exist; a Chern number may be what you want.`,
  });
}
