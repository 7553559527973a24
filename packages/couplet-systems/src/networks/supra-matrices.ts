import { CoupletError, checkOptions } from "couplet/kit";
import { csrFromTriplets } from "../linear-algebra/sparse/csr.ts";
import type { CsrMatrix } from "../linear-algebra/matrix/matrix.ts";
import { supra, type SupraOperator } from "../supra/supra.ts";
import type { MultilayerNetwork } from "./multilayer.ts";

/** Factors that sweeps change without rebuilding the network. */
export interface SupraOptions {
  /** Factor D_x on all links between layers; default 1. */
  readonly coupling?: number;
  /** Factor D_a on the links inside each layer, by position; default 1. */
  readonly layerFactors?: readonly number[];
}

/**
 * The supra-adjacency matrix [D_a A_a on the diagonal, D_x W between layers] as a block operator.
 *
 * A[i, j] is the weight of the link from j to i (so A x carries x along the links); undirected links stand on both
 * sides. Rows and columns are in the order of `network.order`; `toCsr` gives a sparse matrix.
 *
 * @throws CoupletError DATA_INVALID for a factor that is not finite
 * @see De Domenico et al. 2013, Phys. Rev. X 3, 041022
 */
export function supraAdjacency(
  network: MultilayerNetwork,
  options: SupraOptions = {},
): SupraOperator {
  checkOptions("supraAdjacency", options, { coupling: 0, layerFactors: true });
  return assemble(network, triplets(network, options, false));
}

/**
 * The supra-Laplacian L = S - A with the strengths S_jj = sum_i A_ij on the diagonal: dx/dt = -L x moves each
 * node's share along its outgoing links. Columns sum to 0 (mass is kept); undirected links make L symmetric.
 * A self-loop moves nothing and drops out.
 *
 * @throws CoupletError DATA_INVALID for a negative weight or coupling
 * @see Gómez et al. 2013, Phys. Rev. Lett. 110, 028701
 */
export function supraLaplacian(
  network: MultilayerNetwork,
  options: SupraOptions = {},
): SupraOperator {
  checkOptions("supraLaplacian", options, { coupling: 0, layerFactors: true });
  const entries = triplets(network, options, true);
  const count = entries.row.length;
  for (let e = 0; e < count; e++) {
    const [j, w] = [entries.column[e], entries.value[e]];
    entries.value[e] = -w!;
    entries.row.push(j!);
    entries.column.push(j!);
    entries.value.push(w!);
  }
  return assemble(network, entries);
}

/** A random walk on a multilayer network. */
export interface RandomWalk {
  /** P, with columns that sum to 1: p(t + 1) = P p(t). */
  readonly transition: SupraOperator;
  /** I - P: dp/dt = -(I - P) p is the walk in continuous time. */
  readonly laplacian: SupraOperator;
  /** Total outgoing strength of each state node. */
  readonly strengths: Float64Array;
  /** Stationary distribution of an undirected connected network (proportional to the strengths for `classical`, uniform for `diffusive`). */
  readonly stationary: Float64Array | undefined;
  /**
   * D^-1/2 A D^-1/2, symmetric with the same eigenvalues as P; undirected networks only, `classical` only.
   */
  readonly symmetric: SupraOperator | undefined;
}

/**
 * The random-walk operators of a multilayer network. `classical`: from a state node the walker takes an
 * outgoing link, inside its layer or across, in proportion to the weights. `diffusive`: it leaves every
 * state node at the same pace s_max and waits otherwise, P = I - L / s_max.
 * A node without outgoing links keeps the walker.
 *
 * @throws CoupletError DATA_INVALID for a negative weight
 * @see De Domenico, Solé-Ribalta, Gómez & Arenas 2014, PNAS 111, 8351
 */
export function randomWalk(
  network: MultilayerNetwork,
  options: SupraOptions & { readonly kind?: "classical" | "diffusive" } = {},
): RandomWalk {
  checkOptions("randomWalk", options, {
    coupling: 0,
    layerFactors: true,
    kind: ["classical", "diffusive"],
  });
  const kind = options.kind ?? "classical";
  const entries = triplets(network, options, true);
  const n = network.size;
  const strengths = new Float64Array(n);
  entries.column.forEach((j, e) => {
    strengths[j]! += entries.value[e]!;
  });
  let largest = 0;
  for (const s of strengths) largest = Math.max(largest, s);
  const step: Entries = { row: [], column: [], value: [] };
  entries.column.forEach((j, e) =>
    push(
      step,
      entries.row[e]!,
      j,
      entries.value[e]! / (kind === "classical" ? strengths[j]! : largest),
    ),
  );
  for (let j = 0; j < n; j++) {
    const stay =
      kind === "classical"
        ? strengths[j] === 0
          ? 1
          : 0
        : largest === 0
          ? 1
          : 1 - strengths[j]! / largest;
    if (stay !== 0) push(step, j, j, stay);
  }
  const laplacian: Entries = {
    row: [...step.row],
    column: [...step.column],
    value: step.value.map((v) => -v),
  };
  for (let j = 0; j < n; j++) push(laplacian, j, j, 1);
  const symmetric =
    network.directed || kind !== "classical" ? undefined : scaled(entries, strengths);
  const total = strengths.reduce((a, b) => a + b, 0);
  const stationary = network.directed
    ? undefined
    : kind === "classical"
      ? strengths.map((s) => s / total)
      : new Float64Array(n).fill(1 / n);
  return {
    transition: assemble(network, step),
    laplacian: assemble(network, laplacian),
    strengths,
    stationary,
    symmetric: symmetric === undefined ? undefined : assemble(network, symmetric),
  };
}

/** The Laplacian of one layer alone, sparse. @throws CoupletError DATA_INVALID for a negative weight */
export function layerLaplacian(network: MultilayerNetwork, layer: number, factor = 1): CsrMatrix {
  const { nodes, from, to, weights, directed, name } = network.layers[layer]!;
  const out: Entries = { row: [], column: [], value: [] };
  for (let e = 0; e < from.length; e++) {
    checkWeight(weights[e]!, `layer "${name}"`);
    for (const [i, j] of directed
      ? [[to[e]!, from[e]!]]
      : [
          [to[e]!, from[e]!],
          [from[e]!, to[e]!],
        ]) {
      push(out, i!, j!, -factor * weights[e]!);
      push(out, j!, j!, factor * weights[e]!);
    }
  }
  return csrFromTriplets({
    rows: nodes.length,
    cols: nodes.length,
    row: out.row,
    column: out.column,
    values: out.value,
  });
}

interface Entries {
  readonly row: number[];
  readonly column: number[];
  readonly value: number[];
}

function push(entries: Entries, i: number, j: number, value: number): void {
  entries.row.push(i);
  entries.column.push(j);
  entries.value.push(value);
}

function scaled(entries: Entries, strengths: Float64Array): Entries {
  return {
    row: entries.row,
    column: entries.column,
    value: entries.value.map(
      (v, e) => v / Math.sqrt(strengths[entries.row[e]!]! * strengths[entries.column[e]!]!),
    ),
  };
}

function checkWeight(weight: number, where: string): void {
  if (weight >= 0) return;
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: "weights of 0 or more",
    received: `${weight}`,
    hint: "A negative weight has no diffusion, random walk or Laplacian spectrum; supraAdjacency takes it.",
  });
}

/** All entries A[i, j] (link from j to i) of the supra-adjacency matrix, in global indices. */
function triplets(
  network: MultilayerNetwork,
  options: SupraOptions,
  nonNegative: boolean,
): Entries {
  const coupling = options.coupling ?? 1;
  const factors = options.layerFactors ?? network.layers.map(() => 1);
  if (!Number.isFinite(coupling) || (nonNegative && coupling < 0)) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "coupling",
      expected: nonNegative ? "a number of 0 or more" : "a finite number",
      received: `${coupling}`,
    });
  }
  if (factors.length !== network.layers.length) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "layerFactors",
      expected: `${network.layers.length} numbers, one per layer`,
      received: `${factors.length}`,
    });
  }
  const out: Entries = { row: [], column: [], value: [] };
  network.layers.forEach((layer, a) => {
    const offset = network.order.offset(layer.name);
    for (let e = 0; e < layer.from.length; e++) {
      const w = factors[a]! * layer.weights[e]!;
      if (nonNegative)
        checkWeight(
          w,
          `layer "${layer.name}", link ${layer.nodes[layer.from[e]!]} - ${layer.nodes[layer.to[e]!]}`,
        );
      const [i, j] = [offset + layer.to[e]!, offset + layer.from[e]!];
      push(out, i, j, w);
      if (!layer.directed && i !== j) push(out, j, i, w);
    }
  });
  for (const links of network.between) {
    const [target, source] = [
      network.layers[links.target]!.name,
      network.layers[links.source]!.name,
    ];
    for (let e = 0; e < links.from.length; e++) {
      const w = coupling * links.weights[e]!;
      if (nonNegative) checkWeight(w, `links from "${source}" to "${target}"`);
      const [i, j] = [
        network.order.offset(target) + links.to[e]!,
        network.order.offset(source) + links.from[e]!,
      ];
      push(out, i, j, w);
      if (!links.directed) push(out, j, i, w);
    }
  }
  return out;
}

function assemble(network: MultilayerNetwork, entries: Entries): SupraOperator {
  const layerOf = new Int32Array(network.size);
  const offsets = network.layers.map((layer) => network.order.offset(layer.name));
  network.layers.forEach((layer, a) =>
    layerOf.fill(a, offsets[a], offsets[a]! + layer.nodes.length),
  );
  const groups = new Map<number, Entries>();
  const count = network.layers.length;
  for (let e = 0; e < entries.row.length; e++) {
    const [a, b] = [layerOf[entries.row[e]!], layerOf[entries.column[e]!]];
    const key = a! * count + b!;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { row: [], column: [], value: [] }));
    push(
      group,
      entries.row[e]! - offsets[a!]!,
      entries.column[e]! - offsets[b!]!,
      entries.value[e]!,
    );
  }
  const blocks: Record<string, Record<string, CsrMatrix>> = {};
  for (const [key, group] of groups) {
    const [a, b] = [Math.floor(key / count), key % count];
    const [row, column] = [network.layers[a], network.layers[b]];
    (blocks[row!.name] ??= {})[column!.name] = csrFromTriplets({
      rows: row!.nodes.length,
      cols: column!.nodes.length,
      row: group.row,
      column: group.column,
      values: group.value,
    });
  }
  return supra({ layers: network.order.layers, blocks });
}
