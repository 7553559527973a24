import type { KineticModel, OdeSystem } from "./model.ts";
import { dependentSpecies, type Moiety } from "./moieties.ts";

/** A model without its conserved sums: one species of each moiety is computed from the others. */
export interface IndependentModel extends OdeSystem {
  readonly full: KineticModel;
  readonly moieties: readonly Moiety[];
  /** The value of each moiety, from the start state; amounts. */
  readonly totals: Float64Array;
  /** Species that are computed, not integrated. */
  readonly dependent: readonly string[];
  /** The whole state that belongs to an independent one. */
  expand(y: Float64Array): Float64Array;
  /** The independent part of a whole state. */
  restrict(whole: ArrayLike<number>): Float64Array;
}

/**
 * Removes the conserved moieties of a model, so that its Jacobian is no longer singular because of them.
 *
 *   x_d = total_d - sum_i c_di x_i,   J_red = J_ii - J_id C
 *
 * @param initial whole start state, which fixes the totals; default the model's own
 */
export function removeMoieties(
  model: KineticModel,
  initial: ArrayLike<number> = model.initial,
): IndependentModel {
  const n = model.states.length;
  const relations = dependentSpecies(model.states, model.moieties, initial);
  const isDependent = new Set(relations.map((r) => r.dependent));
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => !isDependent.has(i));
  const totals = Float64Array.from(model.moieties, (m) =>
    model.states.reduce((sum, name, i) => sum + (m.weights[name] ?? 0) * initial[i]!, 0),
  );
  const constant = relations.map((r) =>
    r.combination.reduce((sum, w, k) => sum + w * totals[k]!, 0),
  );
  const whole = new Float64Array(n);
  const fill = (y: Float64Array): Float64Array => {
    kept.forEach((i, k) => {
      whole[i] = y[k]!;
    });
    relations.forEach((r, k) => {
      let x = constant[k]!;
      for (const i of kept) if (r.coefficients[i] !== 0) x -= r.coefficients[i]! * whole[i]!;
      whole[r.dependent] = x;
    });
    return whole;
  };
  const f = new Float64Array(n);
  const jacobian = new Float64Array(n * n);
  return {
    full: model,
    moieties: model.moieties,
    totals,
    dependent: relations.map((r) => model.states[r.dependent]!),
    states: kept.map((i) => model.states[i]!),
    initial: Float64Array.from(kept, (i) => initial[i]!),
    expand: (y) => fill(y).slice(),
    restrict: (x) => Float64Array.from(kept, (i) => x[i]!),
    rhs(t, y, out): void {
      model.rhs(t, fill(y), f);
      kept.forEach((i, k) => {
        out[k] = f[i]!;
      });
    },
    jacobian(t, y, out): void {
      model.jacobian(t, fill(y), jacobian);
      kept.forEach((i, row) => {
        kept.forEach((j, column) => {
          let x = jacobian[i * n + j]!;
          for (const r of relations) x -= jacobian[i * n + r.dependent]! * r.coefficients[j]!;
          out[row * kept.length + column] = x;
        });
      });
    },
  };
}
