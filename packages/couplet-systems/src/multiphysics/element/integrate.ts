import { edgeQuadrature, referenceElement } from "./element.ts";
import type { ElementMesh } from "./mesh.ts";

/** One quadrature point of one element, in real coordinates. The object is reused: copy what is kept. */
export interface VolumePoint {
  readonly element: number;
  readonly nodes: Int32Array;
  /** Weight times the Jacobian determinant: the length or area that the point stands for. */
  measure: number;
  shape: readonly number[];
  /** `gradient[node * dimension + direction]`. */
  readonly gradient: Float64Array;
  x: number;
  y: number;
}

/** Visits every quadrature point of every element, element by element. */
export function overVolume(mesh: ElementMesh, visit: (point: VolumePoint) => void): void {
  const reference = referenceElement(mesh.kind);
  const { dimension, nodes: size } = reference;
  const gradient = new Float64Array(size * dimension);
  for (let element = 0; element * size < mesh.elements.length; element++) {
    const nodes = mesh.elements.subarray(element * size, (element + 1) * size);
    for (const { weight, shape, derivative } of reference.points) {
      const jacobian = [0, 0, 0, 0]; // d x_i / d s_j
      let [x, y] = [0, 0];
      nodes.forEach((node, k) => {
        const [px, py] = [
          mesh.points[node * dimension],
          dimension === 2 ? mesh.points[node * 2 + 1] : 0,
        ];
        x += shape[k]! * px!;
        y += shape[k]! * py!;
        jacobian[0]! += px! * derivative[k]![0]!;
        if (dimension === 1) return;
        jacobian[1]! += px! * derivative[k]![1]!;
        jacobian[2]! += py! * derivative[k]![0]!;
        jacobian[3]! += py! * derivative[k]![1]!;
      });
      const [a, b, c, d] = jacobian;
      const determinant = dimension === 1 ? a : a! * d! - b! * c!;
      for (let k = 0; k < size; k++) {
        if (dimension === 1) {
          gradient[k] = derivative[k]![0]! / a!;
        } else {
          const [s, t] = derivative[k]!;
          gradient[2 * k] = (d! * s! - c! * t!) / determinant!;
          gradient[2 * k + 1] = (a! * t! - b! * s!) / determinant!;
        }
      }
      visit({ element, nodes, measure: weight * determinant!, shape, gradient, x, y });
    }
  }
}

/** One quadrature point of a boundary edge. In 1-D the edge is a node with measure 1. */
export interface EdgePoint {
  readonly nodes: Int32Array;
  readonly measure: number;
  readonly shape: readonly number[];
  /** Outward unit normal. */
  readonly normal: readonly [number, number];
  readonly x: number;
  readonly y: number;
}

/** Visits the quadrature points of boundary edges. */
export function overEdges(
  mesh: ElementMesh,
  edges: Int32Array,
  visit: (point: EdgePoint) => void,
): void {
  const { edge } = referenceElement(mesh.kind);
  if (edge === undefined) {
    const [low, high] = [Math.min(...mesh.points), Math.max(...mesh.points)];
    for (const node of edges) {
      const x = mesh.points[node]!;
      const outward = x - low < high - x ? -1 : 1;
      visit({ nodes: Int32Array.of(node), measure: 1, shape: [1], normal: [outward, 0], x, y: 0 });
    }
    return;
  }
  const size = edge === "edge2" ? 2 : 3;
  const quadrature = edgeQuadrature(edge);
  for (let start = 0; start < edges.length; start += size) {
    const nodes = edges.subarray(start, start + size);
    for (const { weight, shape, derivative } of quadrature) {
      let [x, y, tx, ty] = [0, 0, 0, 0];
      nodes.forEach((node, k) => {
        x += shape[k]! * mesh.points[2 * node]!;
        y += shape[k]! * mesh.points[2 * node + 1]!;
        tx += derivative[k]! * mesh.points[2 * node]!;
        ty += derivative[k]! * mesh.points[2 * node + 1]!;
      });
      const length = Math.hypot(tx, ty);
      // The body is on the left of the edge, so the outward normal is on its right.
      visit({ nodes, measure: weight * length, shape, normal: [ty / length, -tx / length], x, y });
    }
  }
}
