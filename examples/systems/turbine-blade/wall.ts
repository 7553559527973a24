/** The temperature along the outer wall of the blade. */
import type { ElementMesh, TurbineBladeResult } from "couplet-systems/multiphysics";

/** A point of the wall: the length from the nose in mm, and the temperature in K. */
export interface WallPoint {
  readonly s: number;
  readonly T: number;
  readonly side: string;
  readonly state: string;
}
/** The wall from the nose, along both sides. */
export const wall = (result: TurbineBladeResult, state: string): WallPoint[] =>
  ["suction", "pressure"].flatMap((side) => {
    const { mesh, temperature: values } = result.heat;
    // The end with the smaller x is the nose.
    const nodes = [...new Set(mesh.boundaries[side]!)].sort(
      (p, q) => mesh.points[2 * p]! - mesh.points[2 * q]!,
    );
    return walk(mesh, side, nodes).map(({ node, s }) => ({
      s: s * 1e3,
      T: values[node]!,
      side,
      state,
    }));
  });

/** Follows the edges of a side from its first end; s is the length walked. */
function walk(
  mesh: ElementMesh,
  side: string,
  nodes: readonly number[],
): { node: number; s: number }[] {
  const edges = mesh.boundaries[side]!;
  const next = new Map<number, number[]>();
  for (let k = 0; k < edges.length; k += 2) {
    next.set(edges[k]!, [...(next.get(edges[k]!) ?? []), edges[k + 1]!]);
    next.set(edges[k + 1]!, [...(next.get(edges[k + 1]!) ?? []), edges[k]!]);
  }
  const ends = nodes.filter((node) => next.get(node)!.length === 1);
  let node = ends[0]!,
    s = 0;
  const path = [{ node, s }];
  const seen = new Set([node]);
  for (;;) {
    const step = next.get(node)!.find((candidate) => !seen.has(candidate));
    if (step === undefined) return path;
    s += Math.hypot(
      mesh.points[2 * step]! - mesh.points[2 * node]!,
      mesh.points[2 * step + 1]! - mesh.points[2 * node + 1]!,
    );
    node = step;
    seen.add(node);
    path.push({ node, s });
  }
}
