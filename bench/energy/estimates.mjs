/** Estimates from one trained model: log Z with its error many times over, modes, and averages beside Hamiltonian chains. */
import { assess, energyTarget, hamiltonianChains } from "couplet/energy";

const ESTIMATES = 20;
const DRAWS = 2000;

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Results of seeds, those of as many steps together: longer trainings are other models. */
export function ofEqualSteps(results) {
  const groups = new Map();
  for (const result of results)
    groups.set(result.steps, [...(groups.get(result.steps) ?? []), result]);
  return [...groups.values()];
}

/** What a trained model is worth: the first assessment (heated chains, rows of the target where they can be had), and 20 estimates. */
export async function estimatesOf(model, target, seed) {
  const truth = target.sample?.(DRAWS, seed);
  const { logWeights, ...first } = await assess(model, target.energy, {
    rows: DRAWS,
    seed: 1000 * seed,
    ...(truth === undefined ? {} : { target: truth }),
  });
  const estimates = [];
  for (let e = 1; e <= ESTIMATES; e++) {
    const { logZ, logZError } = await assess(model, target.energy, {
      rows: DRAWS,
      // Other latent values for each trained model, too: the same ones would make their errors alike.
      seed: 1000 * seed + e,
      heat: 1,
    });
    estimates.push({ logZ, logZError });
  }
  // `sample` and `assess` draw the same rows from the same seed.
  const rows = Float64Array.from(await model.sample(DRAWS, { seed: 1000 * seed }));
  return {
    first,
    estimates,
    modes: modesSeen(rows, target),
    averages: (target.observables ?? []).map((observable) => ({
      name: observable.name,
      ...weightedMean(logWeights, valuesOf(observable, rows, target.dims)),
    })),
  };
}

const valuesOf = ({ of }, rows, dims) =>
  Array.from({ length: rows.length / dims }, (_, r) => of(rows.subarray(r * dims, (r + 1) * dims)));

/** Modes with at least one of the draws. */
function modesSeen(rows, { modes, dims }) {
  if (modes === undefined) return undefined;
  const count = rows.length / dims;
  const seen = modes.filter(({ contains }) => {
    for (let r = 0; r < count; r++)
      if (contains(rows.subarray(r * dims, (r + 1) * dims))) return true;
    return false;
  });
  return { seen: seen.length, of: modes.length };
}

/** Self-normalised importance sampling and its error (delta method). */
function weightedMean(logWeights, values) {
  const most = Math.max(...logWeights);
  const weights = Array.from(logWeights, (l) => Math.exp(l - most));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const value = weights.reduce((sum, w, i) => sum + w * values[i], 0) / total;
  const square = weights.reduce((sum, w, i) => sum + (w * (values[i] - value)) ** 2, 0);
  return { value, error: Math.sqrt(square) / total };
}

/** Averages of a target's observables over long Hamiltonian chains from hot starts; the error is that of independent chains. */
export async function chainAverages(target, { chains = 64, moves = 600, adapt = 200 } = {}) {
  const { dims, observables = [] } = target;
  const start = Array.from({ length: chains }, (_, c) =>
    Array.from({ length: dims }, (_, j) => target.units.scale * Math.sin(1 + 37 * c + 11 * j)),
  );
  const sums = observables.map(() => new Float64Array(chains));
  const { acceptance } = await hamiltonianChains(energyTarget(target.energy, dims), start, {
    moves,
    adapt,
    scale: 0.6 * target.units.scale,
    onMove: (rows, move) => {
      if (move < adapt) return;
      for (const [k, observable] of observables.entries())
        valuesOf(observable, rows, dims).forEach((value, c) => (sums[k][c] += value));
    },
  });
  const averages = observables.map(({ name }, k) => {
    const means = Array.from(sums[k], (sum) => sum / (moves - adapt));
    const value = mean(means);
    const variance = means.reduce((sum, m) => sum + (m - value) ** 2, 0) / (chains - 1);
    return { name, value, error: Math.sqrt(variance / chains) };
  });
  return { acceptance, averages };
}
