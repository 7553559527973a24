/** A fast layer in balance: what is left of a multilayer network is a network of the fast layer's clusters. */
import { CoupletError, checkOptions } from "couplet/kit";
import { combine, multiply } from "../linear-algebra/matrix/algebra.ts";
import { toDense } from "../linear-algebra/matrix/convert.ts";
import { denseMatrix } from "../linear-algebra/matrix/matrix.ts";
import type { DenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { reduceTimescales } from "../linear-algebra/reduction/timescale.ts";
import type { TimescaleReduction } from "../linear-algebra/reduction/timescale.ts";
import type { MultilayerNetwork, StateNode } from "./multilayer.ts";
import { supraLaplacian } from "./supra-matrices.ts";

/** Options of {@link effectiveLayer}. */
export interface EffectiveLayerOptions {
  /** Name of the layer whose links are much stronger than all others. */
  readonly fast: string;
  /** Factor on all links between layers; default 1. */
  readonly coupling?: number;
  /** Factor on the links of the fast layer, 1 / eps; default 1: the network's own weights. */
  readonly speed?: number;
  /** The smallest separation of rates that is accepted; default 2. */
  readonly minimumSeparation?: number;
}

/** The result of {@link effectiveLayer}: dX/dt = (leading + next) X for the sums X of x over each cluster. */
export interface EffectiveLayer {
  /** The state nodes of each cluster; those outside the fast layer stand alone. */
  readonly clusters: readonly (readonly StateNode[])[];
  /** P A1 R: a network again, off-diagonals >= 0 and columns that sum to 0. Entry (i, j): from cluster j to i. */
  readonly leading: DenseMatrix;
  /** -P A1 A0# A1 R, the next order. Its columns sum to 0; off-diagonals may be negative. */
  readonly next: DenseMatrix;
  /** leading + next. */
  readonly effective: DenseMatrix;
  /** Largest entry of `next` over that of `leading`: the error that `leading` alone makes. */
  readonly relativeCorrection: number;
  /** The slowest rate inside the fast layer over the fastest of what is left. */
  readonly separation: TimescaleReduction["separation"];
}

/**
 * Eliminates a fast layer of dx/dt = -L x, L the supra-Laplacian: within each connected cluster of that layer x is
 * level at all times, and only the clusters' sums are slow.
 *
 *   A0 = -L_fast, A1 = -(L - L_fast), P sums over a cluster, R spreads evenly over it: E = P A1 R - P A1 A0# A1 R + ...
 *
 * The slow eigenvalues of L are those of `leading` to first order in the separation, those of `effective` to second.
 *
 * @throws CoupletError USAGE for a layer that is not there; NOT_SUPPORTED for a directed network; DATA_INVALID where the layer is
 *   not faster than the rest (the message has the rates), or has no links
 */
export function effectiveLayer(
  network: MultilayerNetwork,
  options: EffectiveLayerOptions,
): EffectiveLayer {
  checkOptions("effectiveLayer", options, {
    fast: "",
    coupling: 0,
    speed: 0,
    minimumSeparation: 0,
  });
  const { fast, coupling = 1, speed = 1, minimumSeparation } = options;
  const number = network.layers.findIndex(({ name }) => name === fast);
  if (number === -1) {
    throw new CoupletError({
      code: "USAGE",
      where: "effectiveLayer: fast",
      expected: network.layers.map(({ name }) => `"${name}"`).join(" or "),
      received: JSON.stringify(fast),
    });
  }
  if (network.directed) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "effectiveLayer",
      expected: "an undirected network",
      received: "directed links",
      hint: "reduceTimescales takes any pair of matrices.",
    });
  }
  const factors = (inside: number, outside: number) =>
    network.layers.map((_, k) => (k === number ? inside : outside));
  const within = minus(network, { layerFactors: factors(speed, 0), coupling: 0 });
  const rest = minus(network, { layerFactors: factors(0, 1), coupling });
  const { groupInverse, separation } = reduceTimescales({
    fast: within,
    slow: rest,
    epsilon: 1,
    ...(minimumSeparation === undefined ? {} : { minimumSeparation }),
  });
  const members = clustersOf(within);
  const [sum, spread] = bases(members, network.size);
  const left = multiply(sum, rest);
  const leading = multiply(left, spread) as DenseMatrix;
  const far = multiply(multiply(left, groupInverse), multiply(rest, spread)) as DenseMatrix;
  const next = combine(-1, far, 0, leading);
  const [size, correction] = [largest(leading), largest(next)];
  return {
    clusters: members.map((list) => list.map((i) => network.at(i))),
    leading,
    next,
    effective: combine(1, leading, 1, next),
    relativeCorrection: correction === 0 ? 0 : correction / size,
    separation,
  };
}

function minus(
  network: MultilayerNetwork,
  options: { readonly layerFactors: readonly number[]; readonly coupling: number },
): DenseMatrix {
  const { rows, cols, values } = toDense(supraLaplacian(network, options)) as DenseMatrix;
  return denseMatrix({ rows, cols, values: values.map((value) => 0 - value) });
}

/** Connected clusters by the entries off the diagonal, each ascending, in order of their first members. */
function clustersOf({ rows, values }: DenseMatrix): number[][] {
  const cluster = new Int32Array(rows).fill(-1);
  const clusters: number[][] = [];
  for (let start = 0; start < rows; start++) {
    if (cluster[start] !== -1) continue;
    const found = [start];
    cluster[start] = clusters.length;
    for (const i of found) {
      for (let j = 0; j < rows; j++) {
        if (cluster[j] !== -1 || values[i * rows + j] === 0) continue;
        cluster[j] = clusters.length;
        found.push(j);
      }
    }
    clusters.push(found.toSorted((a, b) => a - b));
  }
  return clusters;
}

/** P, which sums over each cluster, and R, which spreads a sum evenly: P R = 1. */
function bases(clusters: readonly (readonly number[])[], size: number): [DenseMatrix, DenseMatrix] {
  const count = clusters.length;
  const sum = new Float64Array(count * size);
  const spread = new Float64Array(size * count);
  for (const [k, members] of clusters.entries()) {
    for (const i of members) {
      sum[k * size + i] = 1;
      spread[i * count + k] = 1 / members.length;
    }
  }
  return [
    denseMatrix({ rows: count, cols: size, values: sum }),
    denseMatrix({ rows: size, cols: count, values: spread }),
  ];
}

function largest({ values }: DenseMatrix): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
