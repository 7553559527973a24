import type { FastManifold } from "./fast-manifold.ts";
import type { KineticModel } from "./model.ts";

/** How the slow coordinates of a model move, as functions of a whole state on the fast manifold. */
export interface SlowMotion {
  /** Writes ds/dt = L f(x). */
  rhs(t: number, x: Float64Array, out: Float64Array): void;
  /** Writes L df/dx dx/ds, slow x slow, row-major. */
  jacobian(t: number, x: Float64Array, out: Float64Array): void;
}

/** The motion of the slow coordinates s = L x of a manifold, with the derivative by implicit differentiation. */
export function slowMotion(model: KineticModel, manifold: FastManifold): SlowMotion {
  const n = model.states.length;
  const p = manifold.slow.length;
  const f = new Float64Array(n);
  const whole = new Float64Array(n * n);
  return {
    rhs(t, x, out) {
      model.rhs(t, x, f);
      for (let a = 0; a < p; a++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += manifold.pools[a]![i]! * f[i]!;
        out[a] = sum;
      }
    },
    jacobian(t, x, out) {
      model.jacobian(t, x, whole);
      const tangent = manifold.tangent(t, x);
      for (let a = 0; a < p; a++) {
        const weights = new Float64Array(n);
        for (let i = 0; i < n; i++) {
          const w = manifold.pools[a]![i]!;
          if (w !== 0) for (let j = 0; j < n; j++) weights[j]! += w * whole[i * n + j]!;
        }
        for (let b = 0; b < p; b++) {
          let sum = 0;
          for (let j = 0; j < n; j++) sum += weights[j]! * tangent[j * p + b]!;
          out[a * p + b] = sum;
        }
      }
    },
  };
}
