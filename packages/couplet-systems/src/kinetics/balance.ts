import { CoupletError } from "couplet/kit";
import { denseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { eigenGeneral } from "../linear-algebra/eigen/dense-general.ts";
import type { Expression } from "../formula/expression.ts";
import { fastManifold } from "./fast-manifold.ts";
import type { Balanced, KineticModel } from "./model.ts";
import { slowMotion } from "./slow-motion.ts";

/**
 * The model with the reactions marked `fast` in balance at all times, from the start on: `integrate` follows the sums that those
 * reactions leave alone, and the other species follow from
 *
 *   0 = N_f v_f(x),   s = L x,   ds/dt = L N_s v_s(x),   L N_f = 0
 *
 * A start out of balance goes at once to the balance that the fast reactions alone lead to. This is what SBML's `fast` means; the
 * rates of fast reactions count only by where they vanish, not by their size.
 *
 * @throws CoupletError NOT_SUPPORTED for a model with events
 */
export function inBalance(model: KineticModel): KineticModel {
  // what never runs has no balance to find
  const runs = (rate: Expression): boolean => rate.kind !== "number" || rate.value !== 0;
  const fast = model.processes.filter((p) => p.fast && runs(p.rate)).map((p) => p.name);
  if (fast.length === 0) return model;
  if (model.events !== undefined) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: model.name,
      expected: "fast reactions or events",
      received: `both (${fast[0]}, ${model.events.names[0]})`,
    });
  }
  return {
    ...model,
    balance: (t, y) => balanced(model, fast, t, y),
    withParameters: (values) => inBalance(model.withParameters(values)),
  };
}

function balanced(
  model: KineticModel,
  fast: readonly string[],
  t0: number,
  y0: Float64Array,
): Balanced {
  const manifold = fastManifold(model, { reactions: fast });
  const motion = slowMotion(model, manifold);
  const initial = manifold.settle(t0, y0);
  let x = initial;
  const at = (t: number, s: Float64Array): Float64Array => (x = manifold.solve(t, s, x));
  return {
    slow: {
      states: manifold.slow,
      initial: manifold.slowOf(y0),
      rhs: (t, s, out) => motion.rhs(t, at(t, s), out),
      jacobian: (t, s, out) => motion.jacobian(t, at(t, s), out),
    },
    initial,
    expand: (t, s, guess) => manifold.solve(t, s, guess),
    check(t, whole) {
      const { size, values } = manifold.fastJacobian(t, whole);
      const { re, im } = eigenGeneral(denseMatrix({ rows: size, cols: size, values }));
      const largest = Math.max(...re.map((value, i) => Math.hypot(value, im[i]!)));
      const worst = Math.max(...re);
      if (worst <= 1e-8 * largest) return;
      throw new CoupletError({
        code: "NOT_CONVERGED",
        where: model.name,
        expected: "fast reactions that return to their balance",
        received: `a mode that grows at ${worst.toPrecision(3)} at time ${t}`,
      });
    },
  };
}
