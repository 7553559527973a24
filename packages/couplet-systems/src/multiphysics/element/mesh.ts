import { CoupletError, nearest } from "couplet/kit";
import { type ElementKind, referenceElement } from "./element.ts";
import type { PointMesh } from "../point-mesh.ts";

/** A finite-element mesh with named boundaries. */
export interface ElementMesh {
  readonly kind: ElementKind;
  readonly dimension: 1 | 2;
  /** Coordinates, node by node. */
  readonly points: Float64Array;
  /** Node indices, element by element, counter-clockwise. */
  readonly elements: Int32Array;
  /**
   * Edges by boundary name: nodes edge by edge (ends, then the middle for quadratic elements), with the body on the left.
   * In 1-D a boundary is a list of nodes.
   */
  readonly boundaries: Readonly<Record<string, Int32Array>>;
}

/** Number of nodes. */
export function nodeCount(mesh: ElementMesh): number {
  return mesh.points.length / mesh.dimension;
}

/** Nodes per boundary edge: 1 in 1-D. */
export function edgeNodes(mesh: ElementMesh): 1 | 2 | 3 {
  const { edge } = referenceElement(mesh.kind);
  return edge === undefined ? 1 : edge === "edge2" ? 2 : 3;
}

/**
 * The edges of a named boundary.
 *
 * @throws CoupletError SPEC_INVALID when the mesh has no such boundary
 */
export function boundaryEdges(mesh: ElementMesh, name: string): Int32Array {
  const edges = mesh.boundaries[name];
  if (edges !== undefined) return edges;
  const names = Object.keys(mesh.boundaries);
  const near = nearest(name, names);
  throw new CoupletError({
    code: "SPEC_INVALID",
    where: "boundary",
    expected: `one of ${names.join(", ")}`,
    received: `"${name}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  });
}

/** The distinct nodes of a boundary, in the order in which they first appear. */
export function boundaryNodes(mesh: ElementMesh, name: string): Int32Array {
  return Int32Array.from(new Set(boundaryEdges(mesh, name)));
}

/** All nodes as a mesh for exchange; quadratic triangles and quadrilaterals are cut in linear triangles. */
export function volumeSite(mesh: ElementMesh): PointMesh {
  const { nodes: size } = referenceElement(mesh.kind);
  const cuts: readonly (readonly number[])[] = {
    line2: [[0, 1]],
    triangle3: [[0, 1, 2]],
    triangle6: [
      [0, 3, 5],
      [3, 1, 4],
      [5, 4, 2],
      [3, 4, 5],
    ],
    quad4: [
      [0, 1, 2],
      [0, 2, 3],
    ],
  }[mesh.kind];
  const cells: number[] = [];
  for (let start = 0; start < mesh.elements.length; start += size) {
    for (const cut of cuts) for (const k of cut) cells.push(mesh.elements[start + k]!);
  }
  return {
    dimension: mesh.dimension,
    points: mesh.points,
    cells: { size: mesh.dimension === 1 ? 2 : 3, nodes: Int32Array.from(cells) },
  };
}

/** The nodes of a boundary as a mesh for exchange, in the order of {@link boundaryNodes}. */
export function boundarySite(mesh: ElementMesh, name: string): PointMesh {
  const nodes = boundaryNodes(mesh, name);
  const { dimension } = mesh;
  const points = Float64Array.from(
    { length: nodes.length * dimension },
    (_, i) => mesh.points[nodes[Math.floor(i / dimension)]! * dimension + (i % dimension)]!,
  );
  const size = edgeNodes(mesh);
  if (size === 1) return { dimension, points };
  const place = new Map(Array.from(nodes, (node, i) => [node, i]));
  const edges = boundaryEdges(mesh, name);
  const cells: number[] = [];
  for (let start = 0; start < edges.length; start += size) {
    const chain = size === 2 ? [0, 1] : [0, 2, 2, 1];
    for (const k of chain) cells.push(place.get(edges[start + k]!)!);
  }
  return { dimension, points, cells: { size: 2, nodes: Int32Array.from(cells) } };
}
