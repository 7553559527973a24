/** The path through the wave vectors of a surface. */
/** A point of the path: legs walked, and the wave vector. */
export interface PathPoint {
  readonly at: number;
  readonly k: readonly [number, number];
}

/** Corners in units of pi. The stack's states near zero energy are all at small kx and ky: its paths stay there. */
export function cornersOf(axis: number, fromCode: boolean): readonly (readonly [number, number])[] {
  if (!fromCode)
    return [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 0],
      [0, 0],
    ];
  if (axis === 2)
    return [
      [0.5, 0],
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
    ];
  return [
    [0.5, 0],
    [0, 0],
    [0, 1],
    [0.5, 1],
  ];
}

/** The path with so many points a leg. */
export function pathOf(axis: number, fromCode: boolean, steps: number): PathPoint[] {
  const corners = cornersOf(axis, fromCode);
  return corners.flatMap(([a, b], leg) => {
    const [c, d] = corners[leg + 1] ?? [a, b];
    const count = leg + 1 < corners.length ? steps : 1;
    return Array.from({ length: count }, (_, i): PathPoint => ({
      at: leg + i / steps,
      k: [Math.PI * (a + ((c - a) * i) / steps), Math.PI * (b + ((d - b) * i) / steps)],
    }));
  });
}
