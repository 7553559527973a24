import { CoupletError, checkOptions } from "couplet/kit";
import { toCsr } from "../linear-algebra/matrix/convert.ts";
import type { LinearOperator } from "../linear-algebra/matrix/matrix.ts";
import { asOperator } from "../linear-algebra/matrix/product.ts";
import { extremalPair, spectralRadius, fullSpectrum } from "./extremal.ts";
import type { MultilayerNetwork } from "./multilayer.ts";
import { supraAdjacency, supraLaplacian, type SupraOptions } from "./supra-matrices.ts";

/** Robustness measures of a coupled network from its spectra. */
export interface SpectralMeasures {
  /** lambda_2 of the supra-Laplacian; 0 if disconnected. */
  readonly algebraicConnectivity: number;
  readonly lambdaMax: number;
  /** lambda_max / lambda_2: how hard the network is to synchronise; Infinity if disconnected. */
  readonly eigenratio: number;
  /** n sum 1 / lambda over the non-zero eigenvalues: the sum of all effective resistances; Infinity if disconnected. */
  readonly kirchhoffIndex: number;
  /** log of the (weighted) number of spanning trees; -Infinity if disconnected. */
  readonly logSpanningTrees: number;
  /** Largest eigenvalue of the supra-adjacency matrix. */
  readonly spectralRadius: number;
  /** log mean exp of the adjacency eigenvalues: a weighted count of closed walks. */
  readonly naturalConnectivity: number;
  /** All eigenvalues of the supra-Laplacian, ascending. */
  readonly laplacianSpectrum: Float64Array;
  /** All eigenvalues of the supra-adjacency matrix, ascending. */
  readonly adjacencySpectrum: Float64Array;
}

/**
 * Spectral robustness measures of an undirected network of up to 3000 state nodes (whole spectra).
 * @throws CoupletError NOT_SUPPORTED for larger or directed networks
 * @see Klein & Randić 1993 (Kirchhoff index); Wu et al. 2011, IEEE Trans. SMC A 41, 1244 (natural connectivity)
 */
export function spectralMeasures(
  network: MultilayerNetwork,
  options: SupraOptions = {},
): SpectralMeasures {
  checkOptions("spectralMeasures", options, { coupling: 0, layerFactors: true });
  if (network.directed) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "spectralMeasures",
      expected: "an undirected network",
      received: "directed links",
    });
  }
  const n = network.size;
  const laplacian = fullSpectrum(supraLaplacian(network, options), "spectralMeasures");
  const adjacency = fullSpectrum(supraAdjacency(network, options), "spectralMeasures");
  const lambdaMax = laplacian[n - 1]!;
  // QL leaves zero eigenvalues at n * eps * |L|; a connected network has exactly one
  const floor = 50 * n * Number.EPSILON * lambdaMax;
  const zeros = laplacian.filter((l) => l <= floor).length;
  const rest = laplacian.subarray(1);
  const radius = adjacency[n - 1]!;
  return {
    algebraicConnectivity: zeros > 1 ? 0 : laplacian[1]!,
    lambdaMax,
    eigenratio: zeros > 1 ? Number.POSITIVE_INFINITY : lambdaMax / laplacian[1]!,
    kirchhoffIndex: zeros > 1 ? Number.POSITIVE_INFINITY : n * rest.reduce((s, l) => s + 1 / l, 0),
    logSpanningTrees:
      zeros > 1
        ? Number.NEGATIVE_INFINITY
        : rest.reduce((s, l) => s + Math.log(l), 0) - Math.log(n),
    spectralRadius: radius,
    naturalConnectivity:
      radius + Math.log(adjacency.reduce((s, l) => s + Math.exp(l - radius), 0) / n),
    laplacianSpectrum: laplacian,
    adjacencySpectrum: adjacency,
  };
}

/**
 * The epidemic threshold of the coupled network in the quenched mean-field SIS model: an infection
 * spreads if (rate of infection per link) / (rate of recovery) exceeds 1 / rho(A).
 *
 * `coupling` is how much more (or less) infectious a link between layers is than one inside.
 * @see Wang et al. 2003, Proc. SRDS; Sahneh, Scoglio & Chowdhury 2013, Proc. ACC (interconnected networks)
 */
export function epidemicThreshold(
  network: MultilayerNetwork,
  options: SupraOptions = {},
): { readonly threshold: number; readonly spectralRadius: number } {
  checkOptions("epidemicThreshold", options, { coupling: 0, layerFactors: true });
  const radius = spectralRadius(toCsr(supraAdjacency(network, options)), !network.directed);
  return { threshold: 1 / radius, spectralRadius: radius };
}

/** How the spectral radius starts to grow when two networks are coupled weakly. */
export interface WeakCoupling {
  /** The layer with the larger spectral radius: the one that decides. */
  readonly dominant: string;
  /** Its spectral radius, that of the uncoupled system. */
  readonly radius: number;
  /** c in rho(g) = radius + c g^2 + O(g^4). */
  readonly coefficient: number;
}

/**
 * The spectral radius of two weakly coupled networks to second order in the coupling g:
 *
 *   rho = rho_p + g^2 u^T B (rho_p - A_w)^-1 B^T u,
 *
 * u the Perron vector of the dominant layer, B the links between the layers.
 *
 * @throws CoupletError DATA_INVALID unless the network has two undirected layers of different spectral radius
 */
export function weakCoupling(network: MultilayerNetwork): WeakCoupling {
  if (network.layers.length !== 2 || network.directed) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "weakCoupling",
      expected: "two undirected layers",
      received: `${network.layers.length}${network.directed ? " with directed links" : ""}`,
    });
  }
  const whole = supraAdjacency(network);
  const block = (a: number, b: number): LinearOperator | undefined => {
    const found = whole.blocks.find(
      (p) => p.row === network.layers[a]!.name && p.column === network.layers[b]!.name,
    );
    return found === undefined ? undefined : asOperator(found.block);
  };
  const pairs = [0, 1].map((a) => {
    const own = block(a, a);
    return own === undefined
      ? { value: 0, vector: new Float64Array(network.layers[a]!.nodes.length) }
      : extremalPair(own, "LA");
  });
  const p = pairs[0]!.value >= pairs[1]!.value ? 0 : 1;
  const { value: radius, vector: u } = pairs[p]!;
  if (!(radius > pairs[1 - p]!.value * (1 + 1e-12))) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "weakCoupling",
      expected: "layers of different spectral radius",
      received: `${radius} and ${pairs[1 - p]!.value}`,
      hint: "With equal ones the growth is of first order in g.",
    });
  }
  const between = block(1 - p, p);
  const bu = new Float64Array(network.layers[1 - p]!.nodes.length);
  if (between !== undefined) between.apply(u, bu);
  // (rho - A_w) is positive definite: solve by conjugate gradients
  const other = block(1 - p, 1 - p);
  const z = conjugateGradients((x, y) => {
    if (other === undefined) y.fill(0);
    else other.apply(x, y);
    for (let i = 0; i < y.length; i++) y[i] = radius * x[i]! - y[i]!;
  }, bu);
  return {
    dominant: network.layers[p]!.name,
    radius,
    coefficient: bu.reduce((s, v, i) => s + v * z[i]!, 0),
  };
}

function conjugateGradients(
  apply: (x: Float64Array, y: Float64Array) => void,
  b: Float64Array,
): Float64Array {
  const n = b.length;
  const x = new Float64Array(n);
  const r = Float64Array.from(b);
  const p = Float64Array.from(b);
  const ap = new Float64Array(n);
  const dot = (u: Float64Array, v: Float64Array): number =>
    u.reduce((s, value, i) => s + value * v[i]!, 0);
  let rr = dot(r, r);
  const stop = 1e-30 * rr;
  for (let k = 0; k < 20 * n && rr > stop; k++) {
    apply(p, ap);
    const alpha = rr / dot(p, ap);
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * p[i]!;
      r[i]! -= alpha * ap[i]!;
    }
    const next = dot(r, r);
    for (let i = 0; i < n; i++) p[i] = r[i]! + (next / rr) * p[i]!;
    rr = next;
  }
  return x;
}
