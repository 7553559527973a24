import type { AccelerationSpec } from "./acceleration.ts";

/**
 * What to do when an iteration makes no progress: no residual below the best so far in `wait` evaluations.
 *
 * - `reset`: forget the acceleration's columns and take `recoverySweeps` free sweeps, plain after the first, third, ... stall
 *   and relaxed by `recoveryFactor` after the second, fourth, ...
 * - `stop`: end as not converged.
 * - `ignore`: go on.
 */
export interface StallRule {
  readonly action: "reset" | "stop" | "ignore";
  /**
   * Default `unknowns + 2`, at most 30. Not shorter on purpose: on a linear problem whose plain iteration diverges, quasi-Newton
   * residuals grow until the secant space is complete, and an early reset destroys that.
   */
  readonly wait?: number;
  /** Default 3. */
  readonly recoverySweeps?: number;
  /** Default 0.5. */
  readonly recoveryFactor?: number;
}

/** Watches residuals for a stall. */
export interface StallWatch {
  /** Takes a residual in; true when a stall is declared now. */
  observe(residual: number): boolean;
  /** The relaxation factor of a free sweep, while recovering. */
  readonly recovery: number | undefined;
  readonly stopped: boolean;
  readonly wait: number;
}

/** The watch for one iteration. */
export function stallWatch(
  rule: StallRule | undefined,
  kind: AccelerationSpec["kind"],
  unknowns: number,
): StallWatch {
  const action = rule?.action ?? (kind === "iqnIls" || kind === "iqnImvj" ? "reset" : "ignore");
  const wait = rule?.wait ?? Math.min(unknowns + 2, 30);
  const sweeps = rule?.recoverySweeps ?? 3;
  let best = Infinity;
  let without = 0;
  let left = 0;
  let stalls = 0;
  return {
    wait,
    get stopped(): boolean {
      return action === "stop" && stalls > 0;
    },
    get recovery(): number | undefined {
      if (left === 0) return undefined;
      return stalls % 2 === 1 ? 1 : (rule?.recoveryFactor ?? 0.5);
    },
    observe(residual: number): boolean {
      if (left > 0) left--;
      without = residual < best ? 0 : without + 1;
      best = Math.min(best, residual);
      if (action === "ignore" || left > 0 || without < wait) return false;
      stalls++;
      without = 0;
      best = residual;
      if (action === "reset") left = sweeps;
      return true;
    },
  };
}
