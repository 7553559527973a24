import { CoupletError, checkOptions } from "couplet/kit";
import { scaleDiagonally } from "../linear-algebra/matrix/builders.ts";
import { toCsr } from "../linear-algebra/matrix/convert.ts";
import { csrFromTriplets } from "../linear-algebra/sparse/csr.ts";
import { linearOperator, type CsrMatrix } from "../linear-algebra/matrix/matrix.ts";
import { asOperator } from "../linear-algebra/matrix/product.ts";
import { extremalPair } from "./extremal.ts";
import { components, layerGraph, supraGraph } from "./graph.ts";
import type { MultilayerNetwork } from "./multilayer.ts";
import { layerLaplacian, supraLaplacian, type SupraOptions } from "./supra-matrices.ts";

/** The second-smallest eigenvalue of the supra-Laplacian. */
export interface AlgebraicConnectivity {
  /** lambda_2: the rate of the slowest relaxation; 0 if the network is not connected. */
  readonly value: number;
  /** Fiedler vector, unit length; with several components an indicator of the smallest one. */
  readonly vector: Float64Array;
  readonly residual: number;
  readonly components: number;
}

/**
 * Algebraic connectivity of the coupled network.
 * @throws CoupletError NOT_SUPPORTED for directed networks; NOT_CONVERGED
 * @see Gómez et al. 2013, Phys. Rev. Lett. 110, 028701
 * @example
 * import { algebraicConnectivity, multilayerNetwork } from "couplet-systems/networks";
 * const mail = { name: "mail", edges: [["Ann", "Bob"]] } as const;
 * const chat = { name: "chat", edges: [["Ann", "Bob"]] } as const;
 * const network = multilayerNetwork({ layers: [mail, chat], coupling: { kind: "categorical" } });
 * const { value } = algebraicConnectivity(network); // 2
 */
export function algebraicConnectivity(
  network: MultilayerNetwork,
  options: SupraOptions = {},
): AlgebraicConnectivity {
  checkOptions("algebraicConnectivity", options, { coupling: 0, layerFactors: true });
  undirected(network, "algebraicConnectivity");
  const n = network.size;
  const { label, sizes } = components(supraGraph(network));
  const parts = options.coupling === 0 ? layerParts(network) : { label, count: sizes.length };
  if (parts.count > 1) {
    const vector = new Float64Array(n);
    const last = parts.count - 1;
    const members = parts.label.reduce((c, l) => c + (l === last ? 1 : 0), 0);
    parts.label.forEach((l, i) => {
      vector[i] = l === last ? (n - members) / members : -1;
    });
    const size = Math.sqrt(vector.reduce((s, v) => s + v * v, 0));
    return { value: 0, vector: vector.map((v) => v / size), residual: 0, components: parts.count };
  }
  const pair = extremalPair(toCsr(supraLaplacian(network, options)), "SA", [
    new Float64Array(n).fill(1 / Math.sqrt(n)),
  ]);
  return { ...pair, components: 1 };
}

/** Algebraic connectivity of one layer alone (its factor D_a included). */
export function layerConnectivity(network: MultilayerNetwork, layer: number, factor = 1): number {
  undirected(network, "layerConnectivity");
  if (components(layerGraph(network, layer)).sizes.length > 1) return 0;
  const n = network.layers[layer]!.nodes.length;
  if (n < 2) return 0;
  return extremalPair(layerLaplacian(network, layer, factor), "SA", [
    new Float64Array(n).fill(1 / Math.sqrt(n)),
  ]).value;
}

/** Where two coupled layers turn from two networks into one. */
export interface StructuralTransition {
  /** p*: below it lambda_2 = 2 p exactly (the Fiedler vector separates the layers), above it lambda_2 < 2 p. */
  readonly coupling: number;
  /** lambda_2(L1 + L2) / 4, an upper bound on p*. */
  readonly upperBound: number;
}

/**
 * The structural transition of a two-layer multiplex under a coupling p of each node with its replica:
 *
 *   p* = 1 / lambda_max(L1^+ + L2^+)   (pseudo-inverses)
 *
 * Larger networks solve with L1 and L2 by conjugate gradients inside the iteration for lambda_max.
 *
 * @throws CoupletError DATA_INVALID unless the network has two connected undirected layers on the same nodes
 * @see Radicchi & Arenas 2013, Nature Physics 9, 717; Sahneh, Scoglio & Van Mieghem 2015, Phys. Rev. E 92, 040801
 */
export function structuralTransition(
  network: MultilayerNetwork,
  layerFactors: readonly number[] = [1, 1],
): StructuralTransition {
  undirected(network, "structuralTransition");
  if (network.layers.length !== 2 || !network.aligned) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "structuralTransition",
      expected: "two layers with the same nodes in the same order",
      received:
        network.layers.length === 2
          ? "layers with different nodes"
          : `${network.layers.length} layers`,
      hint: "For more layers sweep the coupling with algebraicConnectivity.",
    });
  }
  const laplacians = [0, 1].map((a) => {
    const parts = components(layerGraph(network, a)).sizes.length;
    if (parts > 1) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: `layer "${network.layers[a]!.name}"`,
        expected: "a connected layer",
        received: `${parts} components`,
        hint: "A disconnected layer has lambda_2 = 0 and no transition; take its largest component.",
      });
    }
    return layerLaplacian(network, a, layerFactors[a]);
  });
  const n = network.layers[0]!.nodes.length;
  const ones = new Float64Array(n).fill(1 / Math.sqrt(n));
  const sum = linearOperator({
    rows: n,
    cols: n,
    apply: (x, y) => {
      y.fill(0);
      for (const l of laplacians) {
        const z = solveLaplacian(l, x);
        for (let i = 0; i < n; i++) y[i]! += z[i]!;
      }
    },
  });
  const largest = extremalPair(sum, "LA", [ones]).value;
  const both = linearOperator({
    rows: n,
    cols: n,
    apply: (x, y) => {
      const part = new Float64Array(n);
      y.fill(0);
      for (const l of laplacians) {
        asOperator(l).apply(x, part);
        for (let i = 0; i < n; i++) y[i]! += part[i]!;
      }
    },
  });
  return { coupling: 1 / largest, upperBound: extremalPair(both, "SA", [ones]).value / 4 };
}

/** Whether coupling makes diffusion faster than the fastest layer alone. */
export interface Superdiffusion {
  /** Whether lambda_2 for infinitely strong coupling exceeds lambda_2 of every layer alone. */
  readonly superdiffusive: boolean;
  /** lambda_2 of the merged network, the limit of strong coupling: the mean Laplacian if all layers share all nodes. */
  readonly limit: number;
  /** lambda_2 of each layer alone. */
  readonly layers: readonly number[];
}

/**
 * Superdiffusion: compares the strong-coupling limit with the single layers. With nodes missing from
 * some layers the limit is the merged Laplacian weighted by the number of replicas, K^-1/2 (sum_a L_a) K^-1/2.
 *
 * @see Gómez et al. 2013, Phys. Rev. Lett. 110, 028701
 */
export function superdiffusion(
  network: MultilayerNetwork,
  layerFactors: readonly number[] = network.layers.map(() => 1),
): Superdiffusion {
  undirected(network, "superdiffusion");
  const layers = network.layers.map((_, a) => layerConnectivity(network, a, layerFactors[a]));
  const merged = mergedLaplacian(network, layerFactors);
  const n = merged.matrix.rows;
  const graphParts = componentsOfMatrix(merged.matrix);
  const root = merged.replicas.map(Math.sqrt);
  const size = Math.sqrt(merged.replicas.reduce((a, b) => a + b, 0));
  const scaled = scaleDiagonally(
    merged.matrix,
    root.map((k) => 1 / k),
  );
  const limit =
    n < 2 || graphParts > 1 ? 0 : extremalPair(scaled, "SA", [root.map((k) => k / size)]).value;
  // rounding alone must not decide
  return { superdiffusive: limit > Math.max(...layers) * (1 + 1e-12), limit, layers };
}

function mergedLaplacian(
  network: MultilayerNetwork,
  factors: readonly number[],
): { matrix: CsrMatrix; replicas: Float64Array } {
  const n = network.nodes.length;
  const replicas = new Float64Array(n);
  const [row, column, values]: [number[], number[], number[]] = [[], [], []];
  network.layers.forEach((layer, a) => {
    const node = network.order.layers[a]!.index!;
    for (let i = 0; i < layer.nodes.length; i++) replicas[node[i]!]!++;
    for (let e = 0; e < layer.from.length; e++) {
      const [i, j, w] = [node[layer.from[e]!], node[layer.to[e]!], factors[a]! * layer.weights[e]!];
      row.push(i!, j!, i!, j!);
      column.push(j!, i!, i!, j!);
      values.push(-w, -w, w, w);
    }
  });
  return { matrix: csrFromTriplets({ rows: n, cols: n, row, column, values }), replicas };
}

function componentsOfMatrix(a: CsrMatrix): number {
  const seen = new Uint8Array(a.rows);
  let count = 0;
  for (let root = 0; root < a.rows; root++) {
    if (seen[root] === 1) continue;
    count++;
    seen[root] = 1;
    const stack = [root];
    while (stack.length > 0) {
      const v = stack.pop()!;
      for (let p = a.indptr[v]!; p < a.indptr[v + 1]!; p++) {
        const w = a.indices[p]!;
        if (seen[w] === 0 && a.values[p] !== 0) {
          seen[w] = 1;
          stack.push(w);
        }
      }
    }
  }
  return count;
}

/** L^+ b by conjugate gradients with a diagonal preconditioner, in the space orthogonal to the ones. */
function solveLaplacian(l: CsrMatrix, b: Float64Array): Float64Array {
  const n = l.rows;
  const op = asOperator(l);
  const centre = (x: Float64Array): void => {
    const mean = x.reduce((s, v) => s + v, 0) / n;
    for (let i = 0; i < n; i++) x[i]! -= mean;
  };
  const diagonal = new Float64Array(n).fill(1);
  for (let i = 0; i < n; i++)
    for (let p = l.indptr[i]!; p < l.indptr[i + 1]!; p++)
      if (l.indices[p] === i && l.values[p]! > 0) diagonal[i] = l.values[p]!;
  const x = new Float64Array(n);
  const r = Float64Array.from(b);
  centre(r);
  const precondition = (): Float64Array => {
    const z = r.map((v, i) => v / diagonal[i]!);
    centre(z);
    return z;
  };
  let z = precondition();
  const p = Float64Array.from(z);
  const ap = new Float64Array(n);
  const dot = (u: Float64Array, v: Float64Array): number =>
    u.reduce((s, value, i) => s + value * v[i]!, 0);
  let rz = dot(r, z);
  const stop = 1e-30 * rz;
  for (let k = 0; k < 20 * n && rz > stop; k++) {
    op.apply(p, ap);
    const alpha = rz / dot(p, ap);
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * p[i]!;
      r[i]! -= alpha * ap[i]!;
    }
    z = precondition();
    const next = dot(r, z);
    const beta = next / rz;
    rz = next;
    for (let i = 0; i < n; i++) p[i] = z[i]! + beta * p[i]!;
  }
  centre(x);
  return x;
}

function layerParts(network: MultilayerNetwork): { label: Int32Array; count: number } {
  const label = new Int32Array(network.size);
  let count = 0;
  network.layers.forEach((layer, a) => {
    const own = components(layerGraph(network, a));
    const offset = network.order.offset(layer.name);
    own.label.forEach((l, i) => {
      label[offset + i] = count + l;
    });
    count += own.sizes.length;
  });
  return { label, count };
}

function undirected(network: MultilayerNetwork, where: string): void {
  if (!network.directed) return;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where,
    expected: "an undirected network",
    received: "directed links",
    hint: "Read it with directed: false, or use randomWalk and its spectrum.",
  });
}
