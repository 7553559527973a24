import { philoxUniform } from "couplet/kit";
import type { Edge } from "./multilayer.ts";

/** A stream of uniform numbers in (0, 1) that a seed fixes. */
export function uniformStream(seed: number): () => number {
  let row = 0;
  return () => philoxUniform({ seed, row: row++ });
}

/**
 * An Erdős–Rényi graph: each of the n (n - 1) / 2 links with probability `meanDegree / (n - 1)`.
 * Nodes are named "0", "1", ... The seed fixes the graph.
 */
export function erdosRenyi(nodes: number, meanDegree: number, seed: number): Edge[] {
  const next = uniformStream(seed);
  const p = Math.min(1, meanDegree / (nodes - 1));
  const edges: Edge[] = [];
  if (!(p > 0)) return edges;
  // jump from link to link: the gaps are geometric (Batagelj & Brandes 2005)
  let [v, w] = [1, -1];
  while (v < nodes) {
    w += 1 + (p < 1 ? Math.floor(Math.log(next()) / Math.log1p(-p)) : 0);
    while (w >= v && v < nodes) [v, w] = [v + 1, w - v];
    if (v < nodes) edges.push([String(w), String(v)]);
  }
  return edges;
}

/**
 * A Barabási–Albert graph: starts complete on links + 1 nodes, then each node brings `links` links to
 * different earlier nodes, in proportion to their degrees.
 */
export function barabasiAlbert(nodes: number, links: number, seed: number): Edge[] {
  const next = uniformStream(seed);
  const edges: Edge[] = [];
  const ends: number[] = [];
  const add = (a: number, b: number): void => {
    edges.push([String(a), String(b)]);
    ends.push(a, b);
  };
  for (let v = 1; v <= Math.min(links, nodes - 1); v++) for (let w = 0; w < v; w++) add(w, v);
  for (let v = links + 1; v < nodes; v++) {
    const targets = new Set<number>();
    while (targets.size < links) targets.add(ends[Math.floor(next() * ends.length)]!);
    for (const w of targets) add(w, v);
  }
  return edges;
}
