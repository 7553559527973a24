/** The double whose shortest spelling rounds to this float32: 0.1, not 0.10000000149. */
export function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const near = Number(value.toPrecision(digits));
    if (Math.fround(near) === value) return near;
  }
  return value;
}
