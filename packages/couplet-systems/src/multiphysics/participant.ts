import type { Checkpointed } from "couplet/kit";
import type { PointMesh } from "./point-mesh.ts";

/** Where a participant reads or writes a field. */
export interface FieldSite {
  readonly mesh: PointMesh;
  /** Numbers per point, interleaved. Default 1. */
  readonly components?: number;
  /** Value before the first solve: one number for all, or one per entry. Default 0. Only for fields that are written. */
  readonly initial?: number | Float64Array;
}

/** One time step that a participant is asked to take. */
export interface Step {
  /** Number of the time window, from 1. */
  readonly window: number;
  /** Start of the step. */
  readonly start: number;
  /** End of the step; infinite for a steady problem. */
  readonly end: number;
  /** `end - start`; infinite for a steady problem, so that 1 / size vanishes. */
  readonly size: number;
  /** Sweep within the window, from 1. */
  readonly iteration: number;
  readonly signal: AbortSignal | undefined;
}

/** Values by field name. */
export type FieldValues = Readonly<Record<string, Float64Array>>;

/**
 * A solver that takes part in a coupled computation: a black box with inputs, outputs and a state.
 *
 * `solve` takes the state one step on. `save` and `restore` go back to the start of a time window, so that the same window
 * can be repeated with better inputs: without them no implicit coupling is possible.
 */
export interface Participant extends Checkpointed {
  readonly name: string;
  readonly reads: Readonly<Record<string, FieldSite>>;
  readonly writes: Readonly<Record<string, FieldSite>>;
  /** Longest step it takes; a longer time window is sub-cycled. */
  readonly timeStep?: number;
  /**
   * @param input values of all fields it reads, at the end of the step; must not be modified
   * @returns values of all fields it writes, at the end of the step
   * @throws CoupletError DIVERGED or NOT_CONVERGED if this input has no solution
   */
  solve(input: FieldValues, step: Step): FieldValues | Promise<FieldValues>;
}

/** A participant that answers at once, as all shipped ones do. */
export interface SyncParticipant extends Participant {
  solve(input: FieldValues, step: Step): FieldValues;
}
