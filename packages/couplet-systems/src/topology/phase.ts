/** Which insulator a crystal is, and which of its surfaces conduct. */
import { closedGap, gapSteps, type DirectGap } from "./occupied.ts";
import type { Inversion } from "./parity.ts";
import { judgeTimeReversal } from "./time-reversal.ts";
import {
  inStages,
  indicesByParities,
  z2Steps,
  type Z2Options,
  type Z2Progress,
  type Z2Set,
} from "./z2-indices.ts";

/** The phases of a time-reversal invariant crystal; `spinHall` is that of a sheet. */
export type TopologicalPhase = "ordinary" | "weak" | "strong" | "spinHall" | "gapless";

/** Whether a surface has states at energies in the gap of the bulk. */
export type SurfaceConduction = "conducts" | "insulates";

/** The phase with these indices, of a crystal of 2 or 3 axes. */
export function phaseOf({ strong, weak }: Pick<Z2Set, "strong" | "weak">): TopologicalPhase {
  if (strong === 1) return weak.length === 0 ? "spinHall" : "strong";
  return weak.includes(1) ? "weak" : "ordinary";
}

/**
 * Whether the surface normal to each axis conducts, from the indices alone. With a strong index every surface conducts. With
 * weak indices (nu1 nu2 nu3) every surface conducts but the one whose normal is that reciprocal vector: the product of parities is
 * the same at all its invariant momenta. Without an index every surface insulates, apart from states that no symmetry protects.
 *
 * @see Fu, Kane & Mele 2007, PRL 98, 106803
 */
export function surfaceStates({
  strong,
  weak,
}: Pick<Z2Set, "strong" | "weak">): Readonly<Record<string, SurfaceConduction>> {
  const axes = weak.length === 0 ? ["x", "y"] : ["x", "y", "z"];
  return Object.fromEntries(
    axes.map((axis, a) => {
      const layered = weak.some((nu, b) => nu !== (a === b ? 1 : 0)) && weak.includes(1);
      return [axis, strong === 1 || layered ? "conducts" : "insulates"];
    }),
  );
}

/** The phase of one model of a sweep. */
export interface PhasePoint {
  readonly phase: TopologicalPhase;
  /** "(0;001)"; "gapless" where the gap is closed and indices do not exist. */
  readonly label: string;
  /** Smallest direct gap of the bulk. */
  readonly gap: number;
  /** Limits of the indices, as sentences; empty if none apply. */
  readonly warnings: readonly string[];
}

/** Whether the gap of a model is closed: the bands touch, and indices do not exist. */
export const isClosed = ({ gap, bandwidth }: DirectGap): boolean => !(gap > closedGap * bandwidth);

/**
 * The steps that find the phase of a model: by parities if it has inversion symmetry, otherwise by Wilson loops.
 * @throws CoupletError what `z2Indices` throws, but for a closed gap, which is the phase `gapless`
 */
export function* phaseSteps(
  options: Omit<Z2Options, "onProgress"> & { readonly inversion?: Inversion },
): Generator<Z2Progress, PhasePoint> {
  const { model, occupied, inversion } = options;
  const found = yield* inStages(gapSteps(model, occupied), (fraction) => ({
    stage: "gap",
    fraction,
  }));
  if (isClosed(found)) return { phase: "gapless", label: "gapless", gap: found.gap, warnings: [] };
  const { label, strong, weak, warnings } =
    inversion === undefined
      ? yield* z2Steps(options, found)
      : byParities(options, inversion, found);
  return { phase: phaseOf({ strong, weak }), label, gap: found.gap, warnings };
}

function byParities(
  options: Z2Options,
  inversion: Inversion,
  gap: DirectGap,
): Z2Set & { readonly warnings: readonly string[] } {
  const judged = judgeTimeReversal(options.model, options.occupied, gap, options.timeReversal);
  const { indices, warnings } = indicesByParities(options, inversion, gap);
  return {
    ...indices,
    warnings: [...(options.model.warnings ?? []), ...judged.warnings, ...warnings],
  };
}
