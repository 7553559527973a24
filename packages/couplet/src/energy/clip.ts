/** Energies far above the others, made harmless. */

/**
 * Compresses energies more than `above` nats over the batch's median m: with c = m + above, u > c becomes c + ln(1 + u - c), and
 * its gradient is divided by 1 + u - c (Noé et al. 2019, Boltzmann generators, in the form of bgflow). Clashing atoms would
 * otherwise decide the step alone. A shift of the energy changes nothing.
 *
 * @returns the rows that were compressed
 */
export function clipEnergies(
  u: Float64Array,
  grad: Float64Array,
  dims: number,
  above: number,
): number {
  const finite = u.filter(Number.isFinite).sort();
  if (above === Infinity || finite.length === 0) return 0;
  const most = finite[Math.floor(finite.length / 2)]! + above;
  let clipped = 0;
  for (let r = 0; r < u.length; r++) {
    const over = u[r]! - most;
    if (!(over > 0)) continue;
    clipped++;
    u[r] = most + Math.log1p(over);
    for (let j = r * dims; j < (r + 1) * dims; j++) grad[j]! /= 1 + over;
  }
  return clipped;
}
