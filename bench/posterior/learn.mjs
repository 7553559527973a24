/** A posterior from simulations, by couplet: a conditional spline flow of parameters given observations. */
import { fit, neuralSpline } from "couplet";

/**
 * @param theta parameters of each simulation, `x` what was observed
 * @returns draws of the posterior, within the prior
 */
export async function posteriorOf(task, theta, x, { threads, epochs = 60 }) {
  const validation = Math.round(theta.length / 10);
  const model = await fit(
    neuralSpline({ dims: task.dims, context: x[0].length }),
    theta.slice(validation),
    {
      context: x.slice(validation),
      validation: { rows: theta.slice(0, validation), context: x.slice(0, validation) },
      batch: 100,
      epochs,
      patience: 20,
      learningRate: 1e-3,
      seed: 1,
      threads,
    },
  );
  return {
    model,
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
