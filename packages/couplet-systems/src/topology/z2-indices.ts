/** The Z2 indices of a time-reversal invariant insulator, by two methods that must agree. */
import { CoupletError, checkOptions } from "couplet/kit";
import { combine, largestEntry, multiply } from "../linear-algebra/matrix/algebra.ts";
import { toComplexDense } from "../linear-algebra/matrix/convert.ts";
import type { Matrix } from "../linear-algebra/matrix/matrix.ts";
import type { TightBindingModel } from "./model.ts";
import { bandsAt, checkOccupied, requireGap } from "./occupied.ts";
import type { DirectGap } from "./occupied.ts";
import { indicesFromParities, invariantMomenta, occupiedParities } from "./parity.ts";
import type { Inversion, MomentumParity } from "./parity.ts";
import { z2OfPlane } from "./wilson.ts";

/** What {@link z2Indices} is asked about. */
export interface Z2Options {
  readonly model: TightBindingModel;
  /** Number of occupied bands, even. */
  readonly occupied: number;
  /** The inversion operator; with it the indices are computed from parities too. */
  readonly inversion?: Inversion;
  /**
   * The unitary part U of time reversal, T = U K (see `spinTimeReversal`): the model is then checked to
   * have it. Without it only its consequences are checked: E(k) = E(-k) and Kramers pairs.
   */
  readonly timeReversal?: Matrix;
}

/** Indices (strong; weak). In 2 axes `strong` is the Z2 invariant and there are no weak ones. */
export interface Z2Set {
  readonly strong: 0 | 1;
  readonly weak: readonly (0 | 1)[];
  /** "(0;001)", or "1" in 2 axes. */
  readonly label: string;
}

/** The Z2 indices and what they rest on. */
export interface Z2Result extends Z2Set {
  /** From Wilson loops. */
  readonly byWilson: Z2Set;
  /** From parities, if `inversion` was given. */
  readonly byParities: Z2Set | undefined;
  /** Whether both methods agree; undefined if only one was used. */
  readonly agree: boolean | undefined;
  /** The Z2 invariant of each invariant plane, e.g. "k3=pi". */
  readonly planes: Readonly<Record<string, 0 | 1>>;
  readonly parities: readonly MomentumParity[] | undefined;
  readonly gap: DirectGap;
}

/**
 * The Z2 indices (nu0; nu1 nu2 nu3) of a 3-D, or the Z2 invariant of a 2-D, time-reversal invariant insulator.
 *
 * By Wilson loops on the planes k_j = 0 and pi: nu0 = z(0) + z(pi) mod 2, nu_j = z(k_j = pi); with
 * an inversion operator also by the parities at the invariant momenta.
 *
 * @throws CoupletError DATA_INVALID if time reversal is broken or the gap closes; the indices are then not
 *   defined (they are not 0)
 * @see Fu, Kane & Mele 2007, PRL 98, 106803; Fu & Kane 2007, PRB 76, 045302
 */
export function z2Indices(options: Z2Options): Z2Result {
  checkOptions("z2Indices", options, {
    model: true,
    occupied: true,
    inversion: true,
    timeReversal: true,
  });
  const { model, occupied, inversion, timeReversal } = options;
  if (model.axes < 2) {
    throw new CoupletError({
      code: "USAGE",
      where: "z2Indices",
      expected: "a model of 2 or 3 axes",
      received: `${model.axes} axis`,
    });
  }
  checkOccupied("z2Indices", model, occupied, true);
  if (timeReversal !== undefined) requireTimeReversal(model, timeReversal);
  requireKramers(model);
  const gap = requireGap("z2Indices", model, occupied);
  const planes: Record<string, 0 | 1> = {};
  const z = (axis: number, half: 0 | 1): 0 | 1 =>
    (planes[`k${axis + 1}=${half === 0 ? "0" : "pi"}`] ??= planeIndex(model, occupied, axis, half));
  let byWilson: Z2Set;
  if (model.axes === 2) {
    byWilson = labelled(z2OfPlane({ model, occupied, loopAxis: 0, moveAxis: 1, k: [0, 0] }).z2, []);
  } else {
    const sums = [0, 1, 2].map((axis) => (z(axis, 0) + z(axis, 1)) % 2);
    if (sums[0] !== sums[2] || sums[1] !== sums[2]) {
      throw new CoupletError({
        code: "NOT_CONVERGED",
        where: "z2Indices",
        expected: "the same strong index from all three axes",
        received: sums.join(", "),
        hint: "The Wilson loops missed a crossing; the gap may be very small.",
      });
    }
    byWilson = labelled(sums[2] === 0 ? 0 : 1, [z(0, 1), z(1, 1), z(2, 1)]);
  }
  const parities =
    inversion === undefined ? undefined : occupiedParities(model, occupied, inversion);
  let byParities: Z2Set | undefined;
  if (parities !== undefined) {
    const { strong, weak } = indicesFromParities(parities, model.axes);
    byParities = labelled(strong, weak);
  }
  return {
    ...byWilson,
    byWilson,
    byParities,
    agree: byParities === undefined ? undefined : byParities.label === byWilson.label,
    planes,
    parities,
    gap,
  };
}

function labelled(strong: 0 | 1, weak: readonly (0 | 1)[]): Z2Set {
  return {
    strong,
    weak,
    label: weak.length === 0 ? String(strong) : `(${strong};${weak.join("")})`,
  };
}

function planeIndex(model: TightBindingModel, occupied: number, axis: number, half: 0 | 1): 0 | 1 {
  const [loopAxis, moveAxis] = [0, 1, 2].filter((a) => a !== axis) as [number, number];
  return z2OfPlane({
    model,
    occupied,
    loopAxis,
    moveAxis,
    k: [0, 0, 0].map((_, a) => (a === axis ? half * Math.PI : 0)),
  }).z2;
}

/** U conj(H(-k)) = H(k) U and U conj(U) = -1. */
function requireTimeReversal(model: TightBindingModel, timeReversal: Matrix): void {
  const u = toComplexDense(timeReversal);
  const probe = [0.7, 1.9, -1.1].slice(0, model.axes);
  const conjugate = (m: typeof u): typeof u => ({ ...m, im: m.im.map((v) => -v) });
  const square = multiply(u, conjugate(u));
  if (square.re.some((v, i) => Math.abs(v + (i % (model.size + 1) === 0 ? 1 : 0)) > 1e-8)) {
    throw new CoupletError({
      code: "USAGE",
      where: "z2Indices: timeReversal",
      expected: "U with U conj(U) = -1 (spin 1/2)",
      received: "another matrix",
    });
  }
  const left = multiply(u, conjugate(model.hamiltonian(probe.map((v) => -v))));
  const right = multiply(model.hamiltonian(probe), u);
  const defect = largestEntry(combine(1, left, -1, right)) / largestEntry(right);
  if (defect > 1e-8)
    throw broken(`a difference of ${defect.toExponential(2)} |H| between T H(-k) T^-1 and H(k)`);
}

/** What time reversal implies for the energies: E(k) = E(-k), and pairs at the invariant momenta. */
function requireKramers(model: TightBindingModel): void {
  for (const probe of [
    [0.7, 1.9, -1.1],
    [2.3, 0.4, 1.3],
    [-0.9, 2.8, 0.6],
  ]) {
    const k = probe.slice(0, model.axes);
    const [plus, minus] = [
      bandsAt(model, k).values,
      bandsAt(
        model,
        k.map((v) => -v),
      ).values,
    ];
    const width = plus[plus.length - 1]! - plus[0]!;
    // Energies of _hr.dat files carry 6 decimals: 1e-5 of the bandwidth.
    plus.forEach((e, i) => {
      if (Math.abs(e - minus[i]!) > 1e-5 * width)
        throw broken(
          `E(k) = ${e} but E(-k) = ${minus[i]} in band ${i + 1} at k = (${k.join(", ")})`,
        );
    });
  }
  for (const momentum of invariantMomenta(model.axes)) {
    const { values } = bandsAt(
      model,
      momentum.map((half) => half * Math.PI),
    );
    const width = values[values.length - 1]! - values[0]!;
    for (let i = 0; i + 1 < values.length; i += 2) {
      if (values[i + 1]! - values[i]! > 1e-5 * width)
        throw broken(
          `bands ${i + 1} and ${i + 2} split by ${values[i + 1]! - values[i]!} at (${momentum.join(", ")}) pi`,
        );
    }
  }
}

function broken(received: string): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: "z2Indices",
    expected: "a time-reversal invariant model",
    received,
    hint: "Without time reversal there is no Z2 index; a Chern number may be what you want.",
  });
}
