import type { Acceleration, IqnIls, Proposal } from "./acceleration.ts";
import { internalError } from "../../error.ts";
import { type FieldLayout, type Preconditioner, residualSum } from "./residual-sum.ts";
import { secantSystem, type SecantSystem } from "./secant-qr.ts";
import { addScaled, combine, subtract } from "../vector.ts";

/** One evaluation: a point, its image, their difference. */
export interface Evaluation {
  readonly x: Float64Array;
  readonly mapped: Float64Array;
  readonly residual: Float64Array;
}

/** One secant pair: a difference of residuals, the same difference of images, and when it was seen. */
export interface SecantPair {
  readonly residual: Float64Array;
  readonly mapped: Float64Array;
  readonly window: number;
}

/** The secant pairs of an iteration with their filtered factorisation, newest first. */
export interface SecantStore {
  readonly pairs: readonly SecantPair[];
  readonly system: SecantSystem;
  readonly scaling: Preconditioner | undefined;
  /** Takes an evaluation in; from the second of a window on it makes a pair. */
  observe(evaluation: Evaluation): void;
  /** Filters; returns how many pairs were dropped. */
  filter(): number;
  scale(vector: Float64Array): Float64Array;
  /** Drops pairs for which `keep` is false. */
  retain(keep: (pair: SecantPair) => boolean): void;
  readonly window: number;
  readonly last: Evaluation;
  nextWindow(): void;
  reset(): void;
}

/**
 * Whether a difference of residuals is more than the rounding of H(x) - x in some entry. A repeated point teaches nothing, and its
 * zero column would break the factorisation; where H(x) - x never changes (H(x) = x + 1), steps by rounding led 10^15 away, where
 * a relative measure holds.
 */
function teaches(difference: Float64Array, here: Evaluation, before: Evaluation): boolean {
  return difference.some((value, i) => {
    const size = Math.max(
      Math.abs(here.x[i]!),
      Math.abs(here.mapped[i]!),
      Math.abs(before.x[i]!),
      Math.abs(before.mapped[i]!),
    );
    return Math.abs(value) > 2 * Number.EPSILON * size;
  });
}

/** An empty {@link SecantStore}. */
export function secantStore(
  options: Pick<IqnIls, "maxColumns" | "filter" | "preconditioner">,
  fields: readonly FieldLayout[],
): SecantStore {
  const scaling = options.preconditioner === "residualSum" ? residualSum(fields) : undefined;
  const system = secantSystem(options.filter);
  const scale = (vector: Float64Array): Float64Array => scaling?.apply(vector) ?? vector;
  let pairs: SecantPair[] = [];
  let last: Evaluation | undefined;
  let window = 0;
  const refill = (): void => system.replace(pairs.map((pair) => scale(pair.residual)));
  return {
    system,
    scaling,
    scale,
    get pairs(): readonly SecantPair[] {
      return pairs;
    },
    get window(): number {
      return window;
    },
    get last(): Evaluation {
      if (last === undefined)
        throw internalError("a step was proposed before anything was observed");
      return last;
    },
    observe(evaluation: Evaluation): void {
      const rescaled = scaling?.update(evaluation.residual) ?? false;
      if (last !== undefined) {
        const pair = {
          residual: subtract(evaluation.residual, last.residual),
          mapped: subtract(evaluation.mapped, last.mapped),
          window,
        };
        if (teaches(pair.residual, evaluation, last)) {
          pairs = [pair, ...pairs];
          if (!rescaled) system.insert(scale(pair.residual));
        }
        while (pairs.length > options.maxColumns) {
          pairs.pop();
          if (!rescaled) system.remove(pairs.length);
        }
      }
      if (rescaled) refill();
      last = evaluation;
    },
    filter(): number {
      const dropped = new Set(system.filter());
      if (dropped.size > 0) pairs = pairs.filter((_, j) => !dropped.has(j));
      return dropped.size;
    },
    retain(keep: (pair: SecantPair) => boolean): void {
      const kept = pairs.filter(keep);
      if (kept.length === pairs.length) return;
      pairs = kept;
      refill();
    },
    nextWindow(): void {
      last = undefined;
      window++;
      scaling?.endWindow();
    },
    reset(): void {
      pairs = [];
      last = undefined;
      refill();
    },
  };
}

/** The state of IQN-ILS; the method is described at `iqnIls`. */
export function quasiNewton(spec: IqnIls, fields: readonly FieldLayout[]): Acceleration {
  const store = secantStore(spec, fields);
  return {
    kind: spec.kind,
    observe(x: Float64Array, mapped: Float64Array, residual: Float64Array): void {
      store.observe({ x, mapped, residual });
    },
    propose(): Proposal {
      const dropped = store.filter();
      const { x, mapped, residual } = store.last;
      if (store.pairs.length === 0) {
        const factor = spec.initialFactor;
        return { next: combine(x, factor, residual), step: "relaxed", factor, columns: 0, dropped };
      }
      const next = mapped.slice();
      const coefficients = store.system.solve(store.scale(residual));
      store.pairs.forEach((pair, j) => addScaled(next, coefficients[j]!, pair.mapped));
      return { next, step: "quasiNewton", columns: store.pairs.length, dropped };
    },
    reset: store.reset,
    endWindow(converged: boolean): void {
      const { window } = store;
      store.retain(
        (pair) =>
          (converged || pair.window !== window) && pair.window > window - spec.reusedWindows,
      );
      store.nextWindow();
    },
  };
}
