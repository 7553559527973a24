/**
 * Two-dimensional shapes whose densities are known: each has `sample(random)`, one point, and `logDensity(point)` in nats, exact, or an
 * integral along a curve by the midpoint rule with steps far below the noise.
 */

const LOG_2PI = Math.log(2 * Math.PI);

/** ln of a normal density of deviation s. */
export const logNormal = (x, mean, s) => -0.5 * ((x - mean) / s) ** 2 - Math.log(s) - 0.5 * LOG_2PI;

/** ln sum exp. */
export function logSum(values) {
  const most = Math.max(...values);
  return most === -Infinity
    ? -Infinity
    : most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** Points of a curve with normal noise around it: the density is the mean, over the curve, of the noise's. */
function noisyCurves(curves, deviation, steps) {
  const knots = curves.flatMap((curve) =>
    Array.from({ length: steps }, (_, i) => curve((i + 0.5) / steps)),
  );
  return {
    dims: 2,
    sample({ uniform, normal }) {
      const curve = curves[Math.floor(uniform() * curves.length)];
      const [x, y] = curve(uniform());
      return [x + deviation * normal(), y + deviation * normal()];
    },
    logDensity: ([x, y]) =>
      logSum(knots.map(([a, b]) => logNormal(x, a, deviation) + logNormal(y, b, deviation))) -
      Math.log(knots.length),
  };
}

const moons = noisyCurves(
  [
    (u) => [Math.cos(Math.PI * u), Math.sin(Math.PI * u)],
    (u) => [1 - Math.cos(Math.PI * u), 0.5 - Math.sin(Math.PI * u)],
  ],
  0.1,
  100,
);

const spirals = noisyCurves(
  [1, -1].map((sign) => (u) => {
    const angle = 3 * Math.PI * Math.sqrt(u);
    return [(sign * angle * Math.cos(angle)) / 3, (sign * angle * Math.sin(angle)) / 3];
  }),
  0.1,
  300,
);

const eightGaussians = {
  dims: 2,
  sample({ uniform, normal }) {
    const angle = (Math.PI / 4) * Math.floor(8 * uniform());
    return [2 * Math.cos(angle) + 0.2 * normal(), 2 * Math.sin(angle) + 0.2 * normal()];
  },
  logDensity: ([x, y]) =>
    logSum(
      Array.from({ length: 8 }, (_, k) => {
        const angle = (Math.PI / 4) * k;
        return logNormal(x, 2 * Math.cos(angle), 0.2) + logNormal(y, 2 * Math.sin(angle), 0.2);
      }),
    ) - Math.log(8),
};

/** Four rings of radii 1 .. 4, equally likely: p(x) = mean_k N(|x|; k, 0.08) / (2 pi |x|). No radius comes near 0. */
const rings = {
  dims: 2,
  sample({ uniform, normal }) {
    const radius = 1 + Math.floor(4 * uniform()) + 0.08 * normal();
    const angle = 2 * Math.PI * uniform();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  logDensity([x, y]) {
    const radius = Math.hypot(x, y);
    return (
      logSum([1, 2, 3, 4].map((k) => logNormal(radius, k, 0.08))) -
      Math.log(4) -
      LOG_2PI -
      Math.log(radius)
    );
  },
};

/** Uniform on the eight dark squares of a board of 4 x 4 on [-2, 2]^2. */
const checkerboard = {
  dims: 2,
  sample({ uniform }) {
    const column = Math.floor(4 * uniform());
    const row = 2 * Math.floor(2 * uniform()) + (column % 2);
    return [column - 2 + uniform(), row - 2 + uniform()];
  },
  logDensity: ([x, y]) =>
    Math.abs(x) < 2 && Math.abs(y) < 2 && (Math.floor(x) + Math.floor(y)) % 2 === 0
      ? -Math.log(8)
      : -Infinity,
};

/** Five arms, each a narrow Gaussian that is turned by an angle which grows with its radius: a turn that keeps areas. */
const TWIST = 1.2;
const pinwheel = {
  dims: 2,
  sample({ uniform, normal }) {
    const [along, across] = [1.2 + 0.35 * normal(), 0.1 * normal()];
    const arm = Math.floor(5 * uniform());
    return turned([along, across], (2 * Math.PI * arm) / 5 + TWIST * Math.hypot(along, across));
  },
  logDensity([x, y]) {
    const twist = TWIST * Math.hypot(x, y);
    return (
      logSum(
        Array.from({ length: 5 }, (_, arm) => {
          const [along, across] = turned([x, y], -(2 * Math.PI * arm) / 5 - twist);
          return logNormal(along, 1.2, 0.35) + logNormal(across, 0, 0.1);
        }),
      ) - Math.log(5)
    );
  },
};

function turned([x, y], angle) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c * x - s * y, s * x + c * y];
}

export const shapes = { moons, pinwheel, checkerboard, eightGaussians, rings, spirals };
