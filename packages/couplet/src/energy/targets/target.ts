/** A target with known answers: its energy, and what is known of it. */
import type { Energy } from "../energy.ts";

/** A density exp(-u) / Z to test samplers on. */
export interface EnergyTarget {
  readonly name: string;
  readonly dims: number;
  readonly energy: Energy;
  /** log Z, in nats; undefined where it is not known in closed form. */
  readonly logZ: number | undefined;
  /** Exact draws, rows x dims, the same for the same seed; undefined where none can be had. */
  readonly sample: ((rows: number, seed: number) => Float64Array<ArrayBuffer>) | undefined;
  /** Units in which the bulk of the target is about +-1 to 3, for `fitEnergy`. */
  readonly units: { readonly shift: number; readonly scale: number };
  /** Names of modes and whether a row is in each, with its exact probability. */
  readonly modes?: readonly {
    readonly name: string;
    readonly probability: number;
    /** Whether the row lies in the mode. */
    contains(row: ArrayLike<number>): boolean;
  }[];
  /** Numbers of a row whose averages tell something of the target, to be held against chains where log Z is not known. */
  readonly observables?: readonly {
    readonly name: string;
    /** The number of one row. */
    of(row: Float64Array): number;
  }[];
}

/** An energy from its value and gradient at one row; `gradient` adds into `grad` from `at` on. */
export function rowByRow(
  dims: number,
  energyAt: (rows: Float64Array, at: number, grad: Float64Array) => number,
): Energy {
  return (rows, { count }) => {
    const u = new Float64Array(count);
    const grad = new Float64Array(count * dims);
    for (let r = 0; r < count; r++) u[r] = energyAt(rows, r * dims, grad);
    return { u, grad };
  };
}
