import { denseSolver } from "couplet/kit";
import { mappingFromRows, type MappingMatrix } from "./matrix.ts";
import { pointCount, type PointMesh } from "../point-mesh.ts";

/**
 * Consistent mapping by thin-plate splines with a linear polynomial:
 *
 *   f(x) = sum_j c_j phi(|x - x_j|) + b_0 + b . x,   phi(r) = r^2 log r,   sum_j c_j = 0, sum_j c_j x_j = 0
 *
 * through all source values; exact for linear fields anywhere, smooth in between, no cells needed. Dense: n^3 for n source
 * points, so for boundaries rather than volumes. Directions in which all source points agree are left out of the
 * polynomial, so points on a straight interface are no problem.
 *
 * Source: Beckert & Wendland 2001, https://doi.org/10.1016/S1270-9638(00)01087-7
 */
export function radialMatrix(from: PointMesh, to: PointMesh): MappingMatrix {
  const { dimension } = from;
  const [n, m] = [pointCount(from), pointCount(to)];
  const at = (mesh: PointMesh, i: number, d: number): number => mesh.points[i * dimension + d]!;
  const centre = Array.from({ length: dimension }, (_, d) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += at(from, i, d);
    return sum / n;
  });
  let extent = 0;
  const spread = centre.map((middle, d) => {
    let most = 0;
    for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(at(from, i, d) - middle));
    extent = Math.max(extent, most);
    return most;
  });
  // Lengths are divided by the extent: r^2 log r is not scale free and the system would be badly conditioned.
  const unit = extent || 1;
  const axes = spread.flatMap((most, d) => (most > 1e-9 * unit ? [d] : []));
  const phi = (a: PointMesh, i: number, b: PointMesh, j: number): number => {
    let square = 0;
    for (let d = 0; d < dimension; d++) square += ((at(a, i, d) - at(b, j, d)) / unit) ** 2;
    return square === 0 ? 0 : 0.5 * square * Math.log(square);
  };
  const polynomial = (mesh: PointMesh, i: number): number[] => [
    1,
    ...axes.map((d) => (at(mesh, i, d) - centre[d]!) / unit),
  ];
  const terms = 1 + axes.length;
  const system = Array.from({ length: n + terms }, (_, i) =>
    Float64Array.from({ length: n + terms }, (_v, j) => {
      if (i < n && j < n) return phi(from, i, from, j);
      if (i >= n && j >= n) return 0;
      return i < n ? polynomial(from, i)[j - n]! : polynomial(from, j)[i - n]!;
    }),
  );
  const solve = denseSolver(system);
  // The system is symmetric, so one solve per target point gives that row of the mapping.
  const rows = Array.from({ length: m }, (_, i): [number, number][] => {
    const right = new Float64Array(n + terms);
    for (let j = 0; j < n; j++) right[j] = phi(to, i, from, j);
    right.set(polynomial(to, i), n);
    return Array.from(solve(right).subarray(0, n), (weight, j): [number, number] => [j, weight]);
  });
  return mappingFromRows(n, rows);
}
