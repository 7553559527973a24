/** The Z2 indices of a time-reversal invariant insulator, by two methods that must agree. */
import { CoupletError, checkOptions } from "couplet/kit";
import type { Matrix } from "../linear-algebra/matrix/matrix.ts";
import type { TightBindingModel } from "./model.ts";
import { checkOccupied, gapSteps, requireOpen } from "./occupied.ts";
import type { DirectGap } from "./occupied.ts";
import { indicesFromParities, inversionDefect, occupiedParities } from "./parity.ts";
import type { Inversion, MomentumParity } from "./parity.ts";
import { finish } from "./steps.ts";
import { judgeTimeReversal } from "./time-reversal.ts";
import type { TimeReversalDefect } from "./time-reversal.ts";
import { z2PlaneSteps } from "./wilson.ts";
import type { Z2Plane, Z2PlaneResult } from "./wilson.ts";

/** Entries of P H(k) - H(-k) P up to this part of the gap are noise of a file. */
const largestInversionNoise = 0.05;

/** Options of {@link z2Indices}. */
export interface Z2Options {
  readonly model: TightBindingModel;
  /** Number of occupied bands, even. */
  readonly occupied: number;
  /** The inversion operator; with it the indices are computed from parities too. */
  readonly inversion?: Inversion;
  /**
   * The unitary part U of time reversal, T = U K (see `spinTimeReversal`): the occupied states are then checked to
   * have it. Without it only its consequences are checked: E(k) = E(-k) and Kramers pairs of the occupied bands.
   */
  readonly timeReversal?: Matrix;
  /** Called with the stage and the fraction of it that is done. */
  readonly onProgress?: (progress: Z2Progress) => void;
}

/** Progress of {@link z2Indices}: the search for the smallest gap, then the Wilson loops of all planes. */
export interface Z2Progress {
  readonly stage: "gap" | "planes";
  readonly fraction: number;
}

/** Indices (strong; weak). In 2 axes `strong` is the Z2 invariant, and weak indices do not exist. */
export interface Z2Set {
  readonly strong: 0 | 1;
  readonly weak: readonly (0 | 1)[];
  /** "(0;001)", or "1" in 2 axes. */
  readonly label: string;
}

/** The Z2 indices and the evidence for them. */
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
  /** How much the occupied bands break time reversal. */
  readonly timeReversalDefect: TimeReversalDefect;
  /** Limits of the indices, as sentences; empty if none apply. */
  readonly warnings: readonly string[];
}

/**
 * The Z2 indices (nu0; nu1 nu2 nu3) of a 3-D, or the Z2 invariant of a 2-D, time-reversal invariant insulator.
 *
 * By Wilson loops on the planes k_j = 0 and pi: nu0 = z(0) + z(pi) mod 2, nu_j = z(k_j = pi); with
 * an inversion operator also by the parities at the invariant momenta.
 *
 * Files from first-principles codes break time reversal a little. The occupied bands may do so by 15 % of the gap:
 * the indices are then those of the invariant model nearby, and `warnings` says how far away it is.
 *
 * @throws CoupletError DATA_INVALID if time reversal is broken by more or the gap closes; the indices are then not
 *   defined (they are not 0)
 * @see Fu, Kane & Mele 2007, PRL 98, 106803; Fu & Kane 2007, PRB 76, 045302
 * @example
 * import { bhzInversion, bhzStack, z2Indices } from "couplet-systems/topology";
 * const model = bhzStack({ inPlane: 1, curvature: 1, mass: 1, stackCurvature: 0.2, stackSpinOrbit: 0.2 });
 * const { label } = z2Indices({ model, occupied: 2, inversion: bhzInversion }); // "(0;001)", a weak insulator
 */
export function z2Indices(options: Z2Options): Z2Result {
  checkOptions("z2Indices", options, {
    model: true,
    occupied: 0,
    inversion: true,
    timeReversal: true,
    onProgress: "function",
  });
  return finish(z2Steps(options), options.onProgress);
}

/**
 * The steps of {@link z2Indices}.
 * @param known the gap, where it has been found already
 */
export function* z2Steps(options: Z2Options, known?: DirectGap): Generator<Z2Progress, Z2Result> {
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
  const gap = requireOpen(
    "z2Indices",
    occupied,
    known ??
      (yield* inStages(gapSteps(model, occupied), (fraction) => ({ stage: "gap", fraction }))),
  );
  const judged = judgeTimeReversal(model, occupied, gap, timeReversal);
  const warnings = [...(options.model.warnings ?? []), ...judged.warnings];
  const planes: Record<string, 0 | 1> = {};
  let byWilson: Z2Set;
  if (model.axes === 2) {
    const sheet = { model, occupied, loopAxis: 0, moveAxis: 1, k: [0, 0] };
    byWilson = labelled((yield* planeSteps(sheet, 0, 1)).z2, []);
  } else {
    const sums: number[] = [];
    for (const axis of [0, 1, 2]) {
      let sum = 0;
      for (const half of [0, 1] as const) {
        const [loopAxis, moveAxis] = [0, 1, 2].filter((a) => a !== axis) as [number, number];
        const k = [0, 0, 0].map((_, a) => (a === axis ? half * Math.PI : 0));
        const plane = { model, occupied, loopAxis, moveAxis, k };
        const { z2 } = yield* planeSteps(plane, 2 * axis + half, 6);
        planes[`k${axis + 1}=${half === 0 ? "0" : "pi"}`] = z2;
        sum += z2;
      }
      sums.push(sum % 2);
    }
    if (sums[0] !== sums[2] || sums[1] !== sums[2]) {
      throw new CoupletError({
        code: "NOT_CONVERGED",
        where: "z2Indices",
        expected: "the same strong index from all three axes",
        received: sums.join(", "),
        hint: "The Wilson loops missed a crossing; the gap may be very small.",
      });
    }
    byWilson = labelled(
      sums[2] === 0 ? 0 : 1,
      [1, 2, 3].map((axis) => planes[`k${axis}=pi`]!),
    );
  }
  const even = inversion === undefined ? undefined : indicesByParities(options, inversion, gap);
  warnings.push(...(even?.warnings ?? []));
  return {
    ...byWilson,
    byWilson,
    byParities: even?.indices,
    agree: even === undefined ? undefined : even.indices.label === byWilson.label,
    planes,
    parities: even?.parities,
    gap,
    timeReversalDefect: judged.defect,
    warnings,
  };
}

/**
 * The indices of a model by its parities, where noise may break inversion a little.
 * @throws CoupletError USAGE for no inversion of the model, DATA_INVALID for parities far from +-1
 */
export function indicesByParities(
  { model, occupied }: Pick<Z2Options, "model" | "occupied">,
  inversion: Inversion,
  gap: DirectGap,
): {
  readonly indices: Z2Set;
  readonly parities: readonly MomentumParity[];
  readonly warnings: readonly string[];
} {
  const parities = occupiedParities(model, occupied, inversion, largestInversionNoise * gap.gap);
  const { defect } = inversionDefect(model, inversion);
  const { strong, weak } = indicesFromParities(parities, model.axes);
  return {
    indices: labelled(strong, weak),
    parities,
    // What a file with 6 decimals leaves.
    warnings:
      defect > 1e-5 * gap.bandwidth
        ? [
            `inversion is broken by ${defect.toPrecision(2)} (${((100 * defect) / gap.gap).toPrecision(2)} % of the gap): the parities are those of the symmetric model nearby`,
          ]
        : [],
  };
}

function labelled(strong: 0 | 1, weak: readonly (0 | 1)[]): Z2Set {
  return {
    strong,
    weak,
    label: weak.length === 0 ? String(strong) : `(${strong};${weak.join("")})`,
  };
}

/** One of several planes, its progress as a part of that of all. */
function planeSteps(
  plane: Z2Plane,
  position: number,
  count: number,
): Generator<Z2Progress, Z2PlaneResult> {
  return inStages(z2PlaneSteps(plane), (fraction) => ({
    stage: "planes",
    fraction: (position + fraction) / count,
  }));
}

/** The steps of a calculation as progress of a longer one. */
export function* inStages<Step, Result>(
  steps: Generator<Step, Result>,
  as: (step: Step) => Z2Progress,
): Generator<Z2Progress, Result> {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    yield as(next.value);
  }
}
