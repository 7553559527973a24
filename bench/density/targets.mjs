/** Densities that are known: the shapes, mixtures of many dimensions, heavy tails and bounds. */
import { stream } from "./random.mjs";
import { logNormal, logSum, shapes } from "./shapes.mjs";

/** Gaussians of equal weight with random centres and scales, all turned by one reflection, which mixes every variable. */
function mixture(dims, components) {
  const { normal, uniform } = stream(dims);
  const parts = Array.from({ length: components }, () =>
    Array.from({ length: dims }, () => [1.5 * normal(), 0.2 + uniform()]),
  );
  const axis = Array.from({ length: dims }, () => normal());
  const squared = axis.reduce((sum, v) => sum + v * v, 0);
  const reflected = (x) => {
    const along = (2 * x.reduce((sum, v, i) => sum + v * axis[i], 0)) / squared;
    return x.map((v, i) => v - along * axis[i]);
  };
  return {
    dims,
    sample(random) {
      const part = parts[Math.floor(random.uniform() * components)];
      return reflected(part.map(([mean, s]) => mean + s * random.normal()));
    },
    logDensity(x) {
      const z = reflected(x);
      return (
        logSum(
          parts.map((part) =>
            part.reduce((sum, [mean, s], i) => sum + logNormal(z[i], mean, s), 0),
          ),
        ) - Math.log(components)
      );
    },
  };
}

/** Student's t in 4 variables with 3 degrees of freedom, each variable leaning on the one before it. */
const FREEDOM = 3;
const LEAN = 0.7;
const heavyTails = {
  dims: 4,
  tails: "heavy",
  sample({ normal, gamma }) {
    const scale = Math.sqrt(FREEDOM / (2 * gamma(FREEDOM / 2)));
    const x = [];
    for (let i = 0; i < 4; i++) x.push(scale * normal() + (i === 0 ? 0 : LEAN * x[i - 1]));
    return x;
  },
  logDensity(x) {
    const square = x.reduce((sum, v, i) => sum + (v - (i === 0 ? 0 : LEAN * x[i - 1])) ** 2, 0);
    // ln Gamma((3 + 4) / 2) - ln Gamma(3 / 2): a product of 5/2 and 3/2.
    const constant = Math.log((5 / 2) * (3 / 2)) - 2 * Math.log(FREEDOM * Math.PI);
    return constant - 0.5 * (FREEDOM + 4) * Math.log1p(square / FREEDOM);
  },
};

/** Three variables in [0, 1]: a beta law, a power law that depends on it, and an exponential cut at 1 that depends on both. */
const bounded = {
  dims: 3,
  sample({ uniform }) {
    // Beta(2, 1) by its inverse, x^2; then the same with exponents and rates that move.
    const a = Math.sqrt(uniform());
    const power = 1 + 3 * a;
    const b = uniform() ** (1 / power);
    const rate = 1 + 4 * a * b;
    return [a, b, -Math.log1p(uniform() * Math.expm1(-rate)) / rate];
  },
  logDensity([a, b, c]) {
    if ([a, b, c].some((v) => v < 0 || v > 1)) return -Infinity;
    const power = 1 + 3 * a;
    const rate = 1 + 4 * a * b;
    return (
      Math.log(2 * a) +
      Math.log(power) +
      (power - 1) * Math.log(b) +
      Math.log(rate / -Math.expm1(-rate)) -
      rate * c
    );
  },
};

export const targets = {
  ...shapes,
  mixture10: mixture(10, 5),
  mixture50: mixture(50, 5),
  mixture100: mixture(100, 3),
  heavyTails,
  bounded,
};

/** So many points of a target, each an array. */
export function draw(target, count, seed) {
  const random = stream(seed);
  return Array.from({ length: count }, () => target.sample(random));
}
