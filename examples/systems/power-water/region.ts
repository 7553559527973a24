/** A made-up region of two supply networks: where nodes stand, who is joined to whom, and what each needs. */
import { multilayerNetwork } from "couplet-systems/networks";
import type { Dependency, MultilayerNetwork } from "couplet-systems/networks";

/** A place in the unit square. */
export type Point = readonly [x: number, y: number];

/** Uniform numbers from a seed (mulberry32), for the made-up region and for random failures. */
export function uniform(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/**
 * Points of a region, none closer than `gap`, and lines between them: the shortest tree, and of the other pairs
 * with no third point nearer to both (relative neighbours) a share of `loops`. Supply networks look like that.
 */
function region(
  count: number,
  gap: number,
  loops: number,
  seed: number,
): { points: Point[]; edges: [string, string][] } {
  const next = uniform(seed);
  const points: Point[] = [];
  while (points.length < count) {
    const p: Point = [next(), next()];
    if (points.every((q) => distance(p, q) > gap)) points.push(p);
  }
  const pairs: { i: number; j: number; d: number }[] = [];
  points.forEach((p, i) =>
    points.slice(0, i).forEach((q, j) => {
      const d = distance(p, q);
      const nearer = (r: Point): boolean => Math.max(distance(p, r), distance(q, r)) < d;
      if (!points.some(nearer)) pairs.push({ i, j, d });
    }),
  );
  // relative neighbours contain the shortest tree: Kruskal finds it among them
  const part = points.map((_, i) => i);
  const edges: [string, string][] = [];
  for (const { i, j } of pairs.sort((a, b) => a.d - b.d)) {
    const joins = part[i] !== part[j];
    if (joins) {
      const old = part[i];
      part.forEach((p, k) => (part[k] = p === old ? part[j]! : p));
    }
    if (joins || next() < loops) edges.push([String(j), String(i)]);
  }
  return { points, edges };
}

/** Two networks, the needs between them, and the places of their nodes, layer by layer. */
export interface Supply {
  readonly network: MultilayerNetwork;
  readonly dependencies: readonly Dependency[];
  readonly positions: readonly (readonly Point[])[];
}

/** 150 buses and 80 junctions: each junction is fed by the nearest bus, every tenth bus needs the nearest junction. */
export function madeUpRegion(quick: boolean): Supply {
  const [grid, pipes] = [
    region(quick ? 60 : 150, quick ? 0.06 : 0.045, 0.6, 4),
    region(quick ? 30 : 80, 0.06, 0.3, 5),
  ];
  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
  const network = multilayerNetwork({
    layers: [
      { name: "power", nodes: names(grid.points.length), edges: grid.edges },
      { name: "water", nodes: names(pipes.points.length), edges: pipes.edges },
    ],
  });
  const nearest = (p: Point, among: readonly Point[], count: number): string[] =>
    among
      .map((q, i) => [distance(p, q), i] as const)
      .sort((a, b) => a[0] - b[0])
      .slice(0, count)
      .map(([, i]) => String(i));
  const dependencies = [
    {
      layer: "water",
      on: "power",
      needs: new Map(pipes.points.map((p, i) => [String(i), nearest(p, grid.points, 1)])),
    },
    {
      layer: "power",
      on: "water",
      needs: new Map(
        grid.points.flatMap((p, i) =>
          i % 10 === 4 ? [[String(i), nearest(p, pipes.points, 1)] as const] : [],
        ),
      ),
    },
  ];
  return { network, dependencies, positions: [grid.points, pipes.points] };
}
