/** A posterior from simulations, by couplet: of two conditional flows of parameters given observations, the one that held-out simulations prefer. */
import { fit, neuralSpline, realNvp } from "couplet";

/**
 * Fits both presets and keeps the one with the better held-out log-density: splines bend to any shape, affine layers learn smooth posteriors
 * of many parameters from fewer simulations.
 *
 * @param theta parameters of each simulation, `x` what was observed
 * @returns draws of the posterior, within the prior
 */
export async function posteriorOf(task, theta, x, { threads, epochs = 100 }) {
  const held = Math.round(theta.length / 10);
  const validation = { rows: theta.slice(0, held), context: x.slice(0, held) };
  const meanNats = async (model) => {
    const nats = await model.logProb(validation.rows, { context: validation.context });
    return nats.reduce((sum, value) => sum + value, 0) / held;
  };
  let best;
  for (const preset of [neuralSpline, realNvp]) {
    const model = await fit(preset({ dims: task.dims, context: x[0].length }), theta.slice(held), {
      context: x.slice(held),
      validation,
      batch: 50,
      epochs,
      patience: 20,
      learningRate: 5e-4,
      seed: 1,
      threads,
    });
    const nats = await meanNats(model);
    if (best === undefined || nats > best.nats) {
      best?.model.dispose();
      best = { model, nats, preset: preset.name };
    } else model.dispose();
  }
  const { model } = best;
  return {
    model,
    preset: best.preset,
    dispose: () => model.dispose(),
    /** Draws outside the prior are drawn again. */
    async draw(observed, count, seed) {
      const kept = [];
      for (let round = 0; kept.length < count; round++) {
        const context = Array.from({ length: count }, () => observed);
        const flat = await model.sample(count, { context, seed: 1000 * seed + round });
        for (let r = 0; r < count && kept.length < count; r++) {
          const draw = [...flat.subarray(r * task.dims, (r + 1) * task.dims)];
          if (task.inside(draw)) kept.push(draw);
        }
      }
      return kept;
    },
  };
}
