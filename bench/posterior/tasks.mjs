/**
 * Two tasks of the benchmark of simulation-based inference (Lueckmann et al. 2021, appendix T): a prior, a simulator, and exact draws of the
 * posterior.
 */

/** Two crescents: x = p + (-|t0 + t1|, t1 - t0) / sqrt(2), p on a noisy half circle of radius 0.1. */
const twoMoons = {
  name: "two moons",
  dims: 2,
  prior: ({ uniform }) => [2 * uniform() - 1, 2 * uniform() - 1],
  simulate([a, b], random) {
    const [p, q] = crescent(random);
    return [p - Math.abs(a + b) / Math.SQRT2, q + (b - a) / Math.SQRT2];
  },
  /** The noise p and the sign of t0 + t1 give the parameters back; the prior is flat, and so is the Jacobian. */
  posterior([x, y], random) {
    for (;;) {
      const [p, q] = crescent(random);
      const along = (p - x) * (random.uniform() < 0.5 ? -1 : 1);
      const across = y - q;
      const theta = [(along - across) / Math.SQRT2, (along + across) / Math.SQRT2];
      if (p >= x && theta.every((t) => Math.abs(t) <= 1)) return theta;
    }
  },
  inside: (theta) => theta.every((t) => Math.abs(t) <= 1),
};

function crescent({ uniform, normal }) {
  const angle = Math.PI * (uniform() - 0.5);
  const radius = 0.1 + 0.01 * normal();
  return [radius * Math.cos(angle) + 0.25, radius * Math.sin(angle)];
}

const VARIANCE = 0.1;
const gaussianLinear = {
  name: "Gaussian linear",
  dims: 10,
  prior: ({ normal }) => Array.from({ length: 10 }, () => Math.sqrt(VARIANCE) * normal()),
  simulate: (theta, { normal }) => theta.map((t) => t + Math.sqrt(VARIANCE) * normal()),
  posterior: (x, { normal }) => x.map((v) => v / 2 + Math.sqrt(VARIANCE / 2) * normal()),
  inside: () => true,
};

export const tasks = { twoMoons, gaussianLinear };
