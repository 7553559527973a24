/** The spectral radius of a real matrix: how fast the errors of a linear iteration grow or fall. */

/**
 * max |lambda| of a square matrix given by its columns, by Gelfand's formula |A^k|^(1/k) with k = 2^40, made by squaring.
 *
 * Complex pairs and defective eigenvalues need no special care: at this k the norm's constant is gone to rounding. O(40 n^3).
 */
export function spectralRadius(columns: readonly Float64Array[]): number {
  let power = columns;
  let logarithm = 0;
  for (let k = 0; k < 40; k++) {
    const size = Math.sqrt(
      power.reduce((sum, c) => sum + c.reduce((part, v) => part + v * v, 0), 0),
    );
    if (size === 0) return 0;
    logarithm += Math.log(size) / 2 ** k;
    const unit = power.map((c) => c.map((v) => v / size));
    power = unit.map((c) => {
      const image = new Float64Array(c.length);
      for (let j = 0; j < c.length; j++) {
        const column = unit[j]!;
        for (let i = 0; i < c.length; i++) image[i]! += c[j]! * column[i]!;
      }
      return image;
    });
  }
  return Math.exp(logarithm);
}
