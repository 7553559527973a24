/** One stream of random numbers for the targets, the same everywhere (Lehmer; Park & Miller 1988). */
export function stream(seed) {
  let state = (seed * 2_654_435_761 + 12_345) % 2_147_483_647 || 1;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let i = 0; i < 10; i++) uniform();
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  /** Gamma of a shape above 1 (Marsaglia & Tsang 2000). */
  const gamma = (shape) => {
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return { uniform, normal, gamma };
}
