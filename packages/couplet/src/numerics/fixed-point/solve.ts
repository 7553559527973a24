import { CoupletError } from "../../error.ts";
import {
  fixedPointIteration,
  type FixedPointIteration,
  type FixedPointResult,
  type FixedPointSettings,
  type IterationRecord,
} from "./fixed-point.ts";

/** State that a map changes while it is evaluated, so that the same step can be repeated. */
export interface Checkpointed {
  /** A copy of the state. */
  save(): unknown;
  /** Goes back to a copy; must leave the copy usable. */
  restore(state: unknown): void;
}

/** A map with everything around it. */
export interface FixedPointOptions<Image> extends FixedPointSettings {
  /** H. May throw CoupletError DIVERGED or NOT_CONVERGED to say that it has no value here. */
  readonly map: (x: Float64Array) => Image;
  /** Saved before the first evaluation, restored before each later one: this makes H a function of x alone. */
  readonly participants?: readonly Checkpointed[];
  /** Looked at before every evaluation; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Called after each evaluation. */
  readonly onIteration?: (record: IterationRecord) => void;
}

/**
 * Finds `x = H(x)` for a black-box map, with acceleration.
 *
 *   const result = await fixedPoint({ map: (x) => x.map(Math.cos), start: new Float64Array(1) });
 *   result.status  // "converged"
 *   result.x[0]    // 0.7390851332...
 *
 * An iteration that does not converge is a result with its residual history, not an exception.
 *
 * @throws CoupletError SPEC_INVALID, SHAPE_MISMATCH, NON_FINITE_INPUT for settings that cannot work; whatever the map throws,
 *   except DIVERGED and NOT_CONVERGED; `signal.reason` when aborted
 */
export async function fixedPoint(
  options: FixedPointOptions<Float64Array | Promise<Float64Array>>,
): Promise<FixedPointResult> {
  const iteration = fixedPointIteration(options);
  const restore = checkpoints(options.participants);
  while (!iteration.done) {
    options.signal?.throwIfAborted();
    restore();
    try {
      const mapped = await options.map(iteration.point.slice());
      accept(iteration, mapped, options);
    } catch (error) {
      absorb(iteration, error);
    }
  }
  return iteration.result();
}

/** {@link fixedPoint} for a map that returns at once. */
export function fixedPointSync(options: FixedPointOptions<Float64Array>): FixedPointResult {
  const iteration = fixedPointIteration(options);
  const restore = checkpoints(options.participants);
  while (!iteration.done) {
    options.signal?.throwIfAborted();
    restore();
    try {
      accept(iteration, options.map(iteration.point.slice()), options);
    } catch (error) {
      absorb(iteration, error);
    }
  }
  return iteration.result();
}

function accept(
  iteration: FixedPointIteration,
  mapped: Float64Array,
  options: FixedPointOptions<unknown>,
): void {
  const record = iteration.accept(mapped);
  options.onIteration?.(record);
}

/** A solver that says it has no solution at a point ends the iteration; any other error is the caller's. */
function absorb(iteration: FixedPointIteration, error: unknown): void {
  const solver =
    error instanceof CoupletError && (error.code === "DIVERGED" || error.code === "NOT_CONVERGED");
  if (!solver || iteration.done) throw error;
  iteration.fail(error);
}

function checkpoints(participants: readonly Checkpointed[] = []): () => void {
  const states = participants.map((participant) => participant.save());
  let first = true;
  return () => {
    if (!first) participants.forEach((participant, i) => participant.restore(states[i]));
    first = false;
  };
}
