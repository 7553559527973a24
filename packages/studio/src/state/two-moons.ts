/** The two moons, a density with a known form. */

/** Spread of the points about their arc. */
const NOISE = 0.1;

/** Points on two half circles that hold on to each other, as CSV. */
export function twoMoons(rows: number, seed: number): Blob {
  let state = seed >>> 0;
  // Mulberry32: an example needs the same points everywhere, not the best numbers.
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const lines = ["x,y"];
  for (let i = 0; i < rows; i++) {
    const angle = Math.PI * uniform();
    const isUpper = uniform() < 0.5;
    const x = (isUpper ? Math.cos(angle) : 1 - Math.cos(angle)) + NOISE * normal();
    const y = (isUpper ? Math.sin(angle) : 0.5 - Math.sin(angle)) + NOISE * normal();
    lines.push(`${x},${y}`);
  }
  return new Blob([lines.join("\n")], { type: "text/csv" });
}
