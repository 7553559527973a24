/** Small reproducible random numbers for tests (Lehmer's generator, Park & Miller 1988). */
export function generator(seed: number): { uniform(): number; normal(): number } {
  let state = (seed * 2_654_435 + 12_345) % 2_147_483_647 || 1;
  const uniform = () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

export function normals(count: number, seed: number, scale = 1): Float64Array<ArrayBuffer> {
  const { normal } = generator(seed);
  return Float64Array.from({ length: count }, () => scale * normal());
}
