/** Surface Green functions of semi-infinite stacks by decimation: repeated Schur complements. */
import { CoupletError, requireOptions } from "couplet/kit";
import { requireNames } from "../../spec-value.ts";
import { combine, largestEntry, multiply } from "../matrix/algebra.ts";
import { adjointOf } from "../matrix/builders.ts";
import { toComplexDense } from "../matrix/convert.ts";
import { mismatch, squareSize } from "../matrix/matrix.ts";
import type { ComplexDenseMatrix, Matrix } from "../matrix/matrix.ts";
import { inverse } from "./lu.ts";
import { shiftDiagonal } from "./complement.ts";

/** A semi-infinite stack, its energy and broadening. */
export interface DecimationSpec {
  /** The block of one layer, Hermitian. */
  readonly onSite: Matrix;
  /** The block from layer n to layer n + 1 (away from the surface). */
  readonly hopping: Matrix;
  readonly energy: number;
  /** Broadening eta > 0, in the units of the energy. */
  readonly eta: number;
}

/** Green functions (z - H)^-1, z = E + i eta, restricted to one layer. */
export interface SurfaceGreen {
  /** At the surface of the half-infinite stack that continues along +n. */
  readonly surface: ComplexDenseMatrix;
  /** At the surface of the half-infinite stack that continues along -n. */
  readonly opposite: ComplexDenseMatrix;
  /** In the infinite stack. */
  readonly bulk: ComplexDenseMatrix;
  /** Doubling steps: 2^steps layers were eliminated. */
  readonly steps: number;
}

/**
 * Surface and bulk Green functions of a semi-infinite stack. Every step eliminates every second
 * layer, so it converges in about log2(decay length / layers) steps:
 *
 *   g = (z - e)^-1,  e_s += a g b,  e += a g b + b g a,  a := a g a,  b := b g b
 *
 * @throws CoupletError USAGE if eta <= 0; NOT_CONVERGED if the couplings do not die out in 60 steps
 * @see Lopez Sancho, Lopez Sancho & Rubio 1985, J. Phys. F 15, 851
 */
export function surfaceGreen(spec: DecimationSpec): SurfaceGreen {
  requireOptions("surfaceGreen", spec, { onSite: true, hopping: true, energy: 0, eta: 0 });
  requireNames("surfaceGreen", spec, ["onSite", "hopping"]);
  const { energy, eta } = spec;
  const n = squareSize("surfaceGreen: onSite", spec.onSite);
  if (spec.hopping.rows !== n || spec.hopping.cols !== n) {
    throw mismatch(
      "surfaceGreen: hopping",
      `${n} x ${n}`,
      `${spec.hopping.rows} x ${spec.hopping.cols}`,
    );
  }
  if (!(eta > 0) || !Number.isFinite(energy)) {
    throw new CoupletError({
      code: "USAGE",
      where: "surfaceGreen",
      expected: "a finite energy and eta > 0",
      received: `energy ${energy}, eta ${eta}`,
    });
  }
  let bulk = toComplexDense(spec.onSite);
  let [surface, opposite] = [bulk, bulk];
  let forward = toComplexDense(spec.hopping);
  let back = adjointOf(forward);
  // 60 doublings would be 1e18 layers; the couplings die out once 2^steps layers exceed the decay length.
  const scale = Math.max(largestEntry(bulk), largestEntry(forward), eta);
  for (let steps = 0; steps <= 60; steps++) {
    if (Math.max(largestEntry(forward), largestEntry(back)) <= 1e-15 * scale) {
      return {
        surface: green(surface, energy, eta),
        opposite: green(opposite, energy, eta),
        bulk: green(bulk, energy, eta),
        steps,
      };
    }
    const g = green(bulk, energy, eta);
    const [fg, bg] = [multiply(forward, g), multiply(back, g)];
    const [fgb, bgf] = [multiply(fg, back), multiply(bg, forward)];
    surface = plus(surface, fgb);
    opposite = plus(opposite, bgf);
    bulk = plus(plus(bulk, fgb), bgf);
    forward = multiply(fg, forward);
    back = multiply(bg, back);
  }
  throw new CoupletError({
    code: "NOT_CONVERGED",
    where: "surfaceGreen",
    expected: "couplings that die out within 60 doublings",
    received: `a coupling of ${largestEntry(forward)}`,
    hint: "Increase eta.",
  });
}

function plus(a: ComplexDenseMatrix, b: ComplexDenseMatrix): ComplexDenseMatrix {
  return toComplexDense(combine(1, a, 1, b));
}

/** (E + i eta - H)^-1 */
function green(h: ComplexDenseMatrix, energy: number, eta: number): ComplexDenseMatrix {
  const negative = { ...h, re: h.re.map((v) => -v), im: h.im.map((v) => -v) };
  return inverse(toComplexDense(shiftDiagonal(negative, energy, eta)));
}

/** The density of states of a Green function, -Im tr G / pi, per unit energy and summed over the layer. */
export function densityOfStates(green_: ComplexDenseMatrix): number {
  let trace = 0;
  for (let i = 0; i < green_.rows; i++) trace += green_.im[i * green_.cols + i]!;
  return -trace / Math.PI;
}
