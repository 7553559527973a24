/** The drop of an eigenvalue with the loss of each node and link of one weighted graph. */
import { eigenSymmetric } from "../linear-algebra/eigen/dense-symmetric.ts";
import { spectrum } from "../linear-algebra/eigen/spectrum.ts";
import { toDense } from "../linear-algebra/matrix/convert.ts";
import type { CsrMatrix, DenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { csrFromTriplets } from "../linear-algebra/sparse/csr.ts";
import { extremalPair, fullSpectrum } from "./extremal.ts";
import { components, graphOf } from "./graph.ts";
import type { LinkArrays } from "./multilayer.ts";

/** The measures of which drops are computed; {@link spectralMeasures} has their definitions. */
export type ImportanceMeasure = "spectralRadius" | "algebraicConnectivity" | "naturalConnectivity";

/** An undirected weighted graph. */
export interface WeightedGraph extends LinkArrays {
  readonly size: number;
}

/** A measure of a graph, and how much of it goes with each node and each link. */
export interface Drops {
  readonly value: number;
  readonly nodes: Float64Array;
  readonly links: Float64Array;
}

/** The measure of a graph; 0 for a graph without nodes. */
export function measureOf(graph: WeightedGraph, measure: ImportanceMeasure): number {
  if (graph.size === 0) return 0;
  if (measure === "algebraicConnectivity") return fiedlerPair(graph)?.value ?? 0;
  if (graph.from.length === 0) return 0;
  const a = adjacency(graph);
  if (measure === "spectralRadius") return extreme(a, "LA").value;
  return logMeanExp(fullSpectrum(a, "naturalConnectivity"));
}

/** Drops by computing the measure again without each node, and without each link. */
export function exactDrops(graph: WeightedGraph, measure: ImportanceMeasure): Drops {
  const value = measureOf(graph, measure);
  return {
    value,
    nodes: Float64Array.from(
      { length: graph.size },
      (_, i) => value - measureOf(withoutNode(graph, i), measure),
    ),
    links: Float64Array.from(
      graph.from,
      (_, e) => value - measureOf(withoutLink(graph, e), measure),
    ),
  };
}

/**
 * Drops to first order from the eigenvectors of the whole graph.
 *
 * Radius (Perron vector v): link 2 w v_i v_j (w v_i^2 for a loop), node rho v_i^2 / (1 - v_i^2) from the quotient of v
 * without entry i; both are upper bounds. lambda_2 (Fiedler vector f): link w (f_i - f_j)^2, node from the quotient of f
 * without entry i, less its mean; both are lower bounds. Natural connectivity (G = exp A): link 2 w G_ij / tr G,
 * node 2 (A G)_ii / tr G, the derivatives of the log of the trace.
 *
 * @see Restrepo, Ott & Hunt 2006, Phys. Rev. Lett. 97, 094102 (dynamical importance)
 */
export function firstOrderDrops(graph: WeightedGraph, measure: ImportanceMeasure): Drops {
  const { size, from, to, weights } = graph;
  const nodes = new Float64Array(size);
  const links = new Float64Array(from.length);
  if (from.length === 0 && measure !== "algebraicConnectivity") return { value: 0, nodes, links };
  const overLinks = (drop: (i: number, j: number, w: number) => number): void =>
    from.forEach((i, e) => (links[e] = drop(i, to[e]!, weights[e]!)));
  const twice = (i: number, j: number): number => (i === j ? 1 : 2);
  if (measure === "spectralRadius") {
    const { value, vector: v } = extreme(adjacency(graph), "LA");
    const loops = new Float64Array(size);
    from.forEach((i, e) => (loops[i]! += i === to[e] ? weights[e]! : 0));
    overLinks((i, j, w) => twice(i, j) * w * v[i]! * v[j]!);
    v.forEach((x, i) => {
      const rest = 1 - x * x;
      // The whole vector on one node: without it there is no link left that carries weight.
      nodes[i] = rest > 0 ? Math.min(value, ((value - loops[i]!) * x * x) / rest) : value;
    });
    return { value, nodes, links };
  }
  if (measure === "algebraicConnectivity") {
    const pair = fiedlerPair(graph);
    if (pair === undefined) return { value: 0, nodes, links };
    const { value, vector: f } = pair;
    overLinks((i, j, w) => w * (f[i]! - f[j]!) ** 2);
    const cut = new Float64Array(size);
    links.forEach((drop, e) => {
      cut[from[e]!]! += drop;
      if (from[e] !== to[e]) cut[to[e]!]! += drop;
    });
    f.forEach((x, i) => {
      const rest = 1 - (x * x * size) / (size - 1);
      nodes[i] = rest > 0 ? value - (value - cut[i]!) / rest : 0;
    });
    return { value, nodes, links };
  }
  const { values, vectors } = eigenSymmetric(toDense(adjacency(graph)) as DenseMatrix);
  const top = values[size - 1]!;
  const weight = values.map((l) => Math.exp(l - top));
  const trace = weight.reduce((s, w) => s + w, 0);
  overLinks((i, j, w) => {
    let g = 0;
    for (let k = 0; k < size; k++) g += weight[k]! * vectors[k]![i]! * vectors[k]![j]!;
    return (twice(i, j) * w * g) / trace;
  });
  for (let i = 0; i < size; i++) {
    let g = 0;
    for (let k = 0; k < size; k++) g += weight[k]! * values[k]! * vectors[k]![i]! ** 2;
    nodes[i] = (2 * g) / trace;
  }
  return { value: logMeanExp(values), nodes, links };
}

/** Below this size a dense solver is faster than Lanczos. */
const denseSize = 40;

function extreme(
  a: CsrMatrix,
  which: "SA" | "LA",
  deflate: readonly Float64Array[] = [],
): { readonly value: number; readonly vector: Float64Array } {
  if (a.rows > denseSize) {
    const found = spectrum({
      operator: a,
      k: 1,
      which,
      deflate,
      method: "lanczos",
      verify: false,
      maxProducts: 20 * a.rows + 1000,
    });
    if (found.converged) return { value: found.values[0]!, vector: found.vectors[0]! };
  }
  return extremalPair(a, which, deflate);
}

/** lambda_2 and its vector; undefined for a graph in several parts, or of one node. */
function fiedlerPair(
  graph: WeightedGraph,
): { readonly value: number; readonly vector: Float64Array } | undefined {
  const n = graph.size;
  const linked = carrying(graph);
  if (n < 2 || components(graphOf(n, [linked])).sizes.length > 1) return undefined;
  return extreme(laplacian(graph), "SA", [new Float64Array(n).fill(1 / Math.sqrt(n))]);
}

/** The links that carry weight: a link of weight 0 joins nothing. */
function carrying({ from, to, weights }: WeightedGraph): {
  readonly from: Int32Array;
  readonly to: Int32Array;
} {
  const kept = Array.from(weights.keys()).filter((e) => weights[e] !== 0);
  return {
    from: Int32Array.from(kept, (e) => from[e]!),
    to: Int32Array.from(kept, (e) => to[e]!),
  };
}

function adjacency({ size, from, to, weights }: WeightedGraph): CsrMatrix {
  const [row, column, values] = [[...from], [...to], [...weights]];
  from.forEach((i, e) => {
    if (i === to[e]) return;
    row.push(to[e]!);
    column.push(i);
    values.push(weights[e]!);
  });
  return csrFromTriplets({ rows: size, cols: size, row, column, values });
}

function laplacian({ size, from, to, weights }: WeightedGraph): CsrMatrix {
  const [row, column, values]: [number[], number[], number[]] = [[], [], []];
  from.forEach((i, e) => {
    const [j, w] = [to[e]!, weights[e]!];
    row.push(i, j, i, j);
    column.push(j, i, i, j);
    values.push(-w, -w, w, w);
  });
  return csrFromTriplets({ rows: size, cols: size, row, column, values });
}

function withoutNode({ size, from, to, weights }: WeightedGraph, node: number): WeightedGraph {
  const kept = Array.from(from.keys()).filter((e) => from[e] !== node && to[e] !== node);
  const shift = (i: number): number => (i > node ? i - 1 : i);
  return {
    size: size - 1,
    from: Int32Array.from(kept, (e) => shift(from[e]!)),
    to: Int32Array.from(kept, (e) => shift(to[e]!)),
    weights: Float64Array.from(kept, (e) => weights[e]!),
  };
}

function withoutLink({ size, from, to, weights }: WeightedGraph, link: number): WeightedGraph {
  const others = (_: number, e: number): boolean => e !== link;
  return {
    size,
    from: from.filter(others),
    to: to.filter(others),
    weights: weights.filter(others),
  };
}

function logMeanExp(values: Float64Array): number {
  const top = values[values.length - 1]!;
  return top + Math.log(values.reduce((s, l) => s + Math.exp(l - top), 0) / values.length);
}
