import { CoupletError } from "couplet/kit";
import { mappingFromRows, type MappingMatrix } from "./matrix.ts";
import { pointCount, type PointMesh } from "../point-mesh.ts";

/** A place on a mesh: point indices with barycentric weights that add up to 1, and how far away it is. */
interface Foot {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
  readonly square: number;
}

/**
 * Consistent mapping by projection: each target point goes to the nearest place on the source's segments or
 * triangles, and takes the linear interpolation there. Exact for linear fields wherever the target lies on the source mesh;
 * second order on curves that are approximated by different polylines.
 *
 * @throws CoupletError NOT_SUPPORTED when the source has no cells
 */
export function projectionMatrix(from: PointMesh, to: PointMesh): MappingMatrix {
  const { cells } = from;
  if (cells === undefined) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "mapping projection",
      expected: "a source mesh with cells",
      received: "points only",
      hint: "Use nearestNeighbour() or radialBasis(), or give the mesh its segments or triangles.",
    });
  }
  const candidates = cellGrid(from, cells);
  const { dimension, points } = to;
  const rows = Array.from({ length: pointCount(to) }, (_, i): [number, number][] => {
    const position = points.subarray(i * dimension, (i + 1) * dimension);
    let best: Foot | undefined;
    candidates(position, (cell) => {
      const nodes = Array.from(
        { length: cells.size },
        (_n, k) => cells.nodes[cell * cells.size + k]!,
      );
      const foot =
        nodes.length === 2 ? onSegment(from, nodes, position) : onTriangle(from, nodes, position);
      if (best === undefined || foot.square < best.square) best = foot;
      return best.square;
    });
    return best!.nodes
      .map((node, k): [number, number] => [node, best!.weights[k]!])
      .filter(([, weight]) => weight !== 0);
  });
  return mappingFromRows(pointCount(from), rows);
}

function onSegment(mesh: PointMesh, nodes: readonly number[], position: ArrayLike<number>): Foot {
  const { dimension, points } = mesh;
  const [a, b] = nodes;
  let along = 0;
  let length = 0;
  for (let d = 0; d < dimension; d++) {
    const edge = points[b! * dimension + d]! - points[a! * dimension + d]!;
    along += edge * (position[d]! - points[a! * dimension + d]!);
    length += edge * edge;
  }
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, along / length));
  return footAt(mesh, nodes, [1 - t, t], position);
}

function onTriangle(mesh: PointMesh, nodes: readonly number[], position: ArrayLike<number>): Foot {
  const { dimension, points } = mesh;
  const [a, b, c] = nodes;
  // Least squares in the plane of the triangle: works in 2-D and 3-D alike.
  let [g11, g12, g22, r1, r2] = [0, 0, 0, 0, 0];
  for (let d = 0; d < dimension; d++) {
    const origin = points[a! * dimension + d]!;
    const [u, v] = [points[b! * dimension + d]! - origin, points[c! * dimension + d]! - origin];
    const w = position[d]! - origin;
    g11 += u * u;
    g12 += u * v;
    g22 += v * v;
    r1 += u * w;
    r2 += v * w;
  }
  const determinant = g11 * g22 - g12 * g12;
  const s = (g22 * r1 - g12 * r2) / determinant;
  const t = (g11 * r2 - g12 * r1) / determinant;
  if (s >= 0 && t >= 0 && s + t <= 1) return footAt(mesh, nodes, [1 - s - t, s, t], position);
  const edges = [
    [a!, b!],
    [b!, c!],
    [c!, a!],
  ].map((edge) => onSegment(mesh, edge, position));
  return edges.reduce((best, foot) => (foot.square < best.square ? foot : best));
}

function footAt(
  mesh: PointMesh,
  nodes: readonly number[],
  weights: readonly number[],
  position: ArrayLike<number>,
): Foot {
  const { dimension, points } = mesh;
  let square = 0;
  for (let d = 0; d < dimension; d++) {
    const place = nodes.reduce(
      (sum, node, k) => sum + weights[k]! * points[node * dimension + d]!,
      0,
    );
    square += (place - position[d]!) ** 2;
  }
  return { nodes, weights, square };
}

/** Offers cells in bins of rising distance until no bin can hold anything nearer than what the visitor has. */
function cellGrid(
  mesh: PointMesh,
  cells: NonNullable<PointMesh["cells"]>,
): (position: ArrayLike<number>, visit: (cell: number) => number) => void {
  const { dimension, points } = mesh;
  const count = cells.nodes.length / cells.size;
  const low = new Array<number>(dimension).fill(Infinity);
  const high = new Array<number>(dimension).fill(-Infinity);
  points.forEach((value, i) => {
    low[i % dimension] = Math.min(low[i % dimension]!, value);
    high[i % dimension] = Math.max(high[i % dimension]!, value);
  });
  const extent = Math.max(...high.map((value, d) => value - low[d]!));
  // About two cells per bin along the longest side, at most 64 bins a side.
  const width =
    extent / Math.min(64, Math.max(1, Math.round(count ** (1 / (cells.size - 1)) / 2))) || 1;
  const bin = (value: number, d: number): number => Math.floor((value - low[d]!) / width);
  const bins = new Map<string, number[]>();
  const span = (
    from: readonly number[],
    to: readonly number[],
    each: (key: string) => void,
  ): void => {
    for (let i = from[0]!; i <= to[0]!; i++) {
      for (let j = from[1] ?? 0; j <= (to[1] ?? 0); j++) {
        for (let k = from[2] ?? 0; k <= (to[2] ?? 0); k++) each(`${i},${j},${k}`);
      }
    }
  };
  for (let cell = 0; cell < count; cell++) {
    const from = new Array<number>(dimension).fill(Infinity);
    const to = new Array<number>(dimension).fill(-Infinity);
    for (let k = 0; k < cells.size; k++) {
      for (let d = 0; d < dimension; d++) {
        const b = bin(points[cells.nodes[cell * cells.size + k]! * dimension + d]!, d);
        from[d] = Math.min(from[d]!, b);
        to[d] = Math.max(to[d]!, b);
      }
    }
    span(from, to, (key) => {
      const list = bins.get(key);
      if (list === undefined) bins.set(key, [cell]);
      else list.push(cell);
    });
  }
  const largest = Math.max(...high.map((value, d) => bin(value, d))) + 1;
  return (position, visit) => {
    const inside = low.map((value, d) => Math.min(Math.max(position[d]!, value), high[d]!));
    const centre = inside.map((value, d) => bin(value, d));
    let square = Infinity;
    const seen = new Set<string>();
    for (let ring = 0; ring <= largest; ring++) {
      // Everything within ring - 1 bins of the clamped position has been offered.
      if (Math.sqrt(square) <= (ring - 1) * width) return;
      span(
        centre.map((c) => c - ring),
        centre.map((c) => c + ring),
        (key) => {
          if (seen.has(key)) return;
          seen.add(key);
          for (const cell of bins.get(key) ?? []) square = Math.min(square, visit(cell));
        },
      );
    }
  };
}
