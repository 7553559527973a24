/** log p of the two moons that the studio makes: an arc of half a circle, blurred by a normal of 0.1, by 2,000 points of the arc. */
export function moonsLogDensity(x: number, y: number): number {
  const points = 2000;
  let sum = 0;
  for (let i = 0; i < points; i++) {
    const angle = (Math.PI * (i + 0.5)) / points;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    for (const [cx, cy] of [
      [cos, sin],
      [1 - cos, 0.5 - sin],
    ] as const)
      sum += Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 0.1 ** 2));
  }
  return Math.log(sum / (2 * points) / (2 * Math.PI * 0.1 ** 2));
}
