import type { Acceleration, Aitken, ConstantRelaxation, NoAcceleration } from "./acceleration.ts";
import { internalError } from "../../error.ts";
import { combine, dot, subtract } from "../vector.ts";

/** Plain, constant and Aitken steps: `x + w r` with w = 1, w fixed, or w from the last two residuals. */
export function relaxation(spec: NoAcceleration | ConstantRelaxation | Aitken): Acceleration {
  const start =
    spec.kind === "none" ? 1 : spec.kind === "constant" ? spec.factor : spec.initialFactor;
  let factor = start;
  let last: { x: Float64Array; mapped: Float64Array; residual: Float64Array } | undefined;
  return {
    kind: spec.kind,
    observe(x: Float64Array, mapped: Float64Array, residual: Float64Array): void {
      if (spec.kind === "aitken" && last !== undefined) {
        const change = subtract(residual, last.residual);
        const length = dot(change, change);
        const quotient = (-factor * dot(last.residual, change)) / length;
        // Equal residuals make 0/0, and a factor of exactly 0 could never recover.
        if (Number.isFinite(quotient) && quotient !== 0) {
          const size = Math.min(Math.max(Math.abs(quotient), spec.smallest), spec.largest);
          factor = Math.sign(quotient) * size;
        }
      }
      last = { x, mapped, residual };
    },
    propose() {
      if (last === undefined)
        throw internalError("a step was proposed before anything was observed");
      if (spec.kind === "none")
        return { next: last.mapped.slice(), step: "plain", columns: 0, dropped: 0 };
      return {
        next: combine(last.x, factor, last.residual),
        step: "relaxed",
        factor,
        columns: 0,
        dropped: 0,
      };
    },
    reset(): void {
      factor = start;
      last = undefined;
    },
    endWindow(): void {
      factor = Math.sign(factor) * Math.min(Math.abs(start), Math.abs(factor));
      last = undefined;
    },
  };
}
