// Points in the plane, the shapes that every introduction to flows draws.

/** Uniform numbers in (0, 1) by the minimal standard generator: the same points on every visit. */
function uniforms(seed) {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const tau = 2 * Math.PI;

/** By name: a point from a source of uniform and normal numbers. */
export const shapes = {
  "two moons": (uniform, normal) => {
    const t = Math.PI * uniform();
    const upper = uniform() < 0.5;
    const x = upper ? Math.cos(t) : 1 - Math.cos(t);
    const y = upper ? Math.sin(t) : 0.5 - Math.sin(t);
    return [1.5 * (x - 0.5) + 0.12 * normal(), 1.5 * (y - 0.25) + 0.12 * normal()];
  },
  pinwheel: (uniform, normal) => {
    const arm = Math.floor(5 * uniform());
    const radius = 1.5 + 0.4 * normal();
    const angle = (tau * arm) / 5 + 0.12 * normal() + 0.5 * radius;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  "eight Gaussians": (uniform, normal) => {
    const angle = (tau * Math.floor(8 * uniform())) / 8;
    return [2 * Math.cos(angle) + 0.15 * normal(), 2 * Math.sin(angle) + 0.15 * normal()];
  },
  checkerboard: (uniform) => {
    for (;;) {
      const [x, y] = [4 * uniform() - 2, 4 * uniform() - 2];
      if ((Math.floor(x) + Math.floor(y)) % 2 === 0) return [x, y];
    }
  },
};

export function pointsOf(name, count) {
  const uniform = uniforms(7);
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(tau * uniform());
  return Array.from({ length: count }, () => shapes[name](uniform, normal));
}
