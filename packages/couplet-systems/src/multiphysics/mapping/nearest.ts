import { mappingFromRows, type MappingMatrix } from "./matrix.ts";
import { pointCount, type PointMesh } from "../point-mesh.ts";

/** Consistent nearest-neighbour mapping: each target point takes the value of the source point next to it. */
export function nearestMatrix(from: PointMesh, to: PointMesh): MappingMatrix {
  const find = nearestPoint(from);
  const { dimension, points } = to;
  const rows = Array.from({ length: pointCount(to) }, (_, i): [number, number][] => [
    [find(points.subarray(i * dimension, (i + 1) * dimension)), 1],
  ]);
  return mappingFromRows(pointCount(from), rows);
}

/**
 * A search for the point of a mesh nearest to a position; the first of equally near points wins. Points are
 * sorted along their longest direction, so a search looks only at a strip as wide as the best distance found.
 */
export function nearestPoint(mesh: PointMesh): (position: ArrayLike<number>) => number {
  const { dimension, points } = mesh;
  const count = pointCount(mesh);
  let axis = 0;
  let longest = -1;
  for (let d = 0; d < dimension; d++) {
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      low = Math.min(low, points[i * dimension + d]!);
      high = Math.max(high, points[i * dimension + d]!);
    }
    if (high - low > longest) [longest, axis] = [high - low, d];
  }
  const along = (i: number): number => points[i * dimension + axis]!;
  const order = Int32Array.from({ length: count }, (_, i) => i).sort((a, b) => along(a) - along(b));
  return (position) => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (along(order[middle]!) < position[axis]!) low = middle + 1;
      else high = middle;
    }
    let best = -1;
    let bestSquare = Infinity;
    const visit = (k: number): boolean => {
      const i = order[k]!;
      if ((along(i) - position[axis]!) ** 2 > bestSquare) return false;
      let square = 0;
      for (let d = 0; d < dimension; d++)
        square += (points[i * dimension + d]! - position[d]!) ** 2;
      if (square < bestSquare || (square === bestSquare && i < best))
        [best, bestSquare] = [i, square];
      return true;
    };
    for (let k = low; k < count && visit(k); k++);
    for (let k = low - 1; k >= 0 && visit(k); k--);
    return best;
  };
}
