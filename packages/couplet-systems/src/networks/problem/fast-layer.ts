/** The effective network when one layer is in balance, and its error. */
import { eigenGeneral } from "../../linear-algebra/eigen/dense-general.ts";
import type { DenseMatrix } from "../../linear-algebra/matrix/matrix.ts";
import { effectiveLayer } from "../effective-layer.ts";
import { fullSpectrum } from "../extremal.ts";
import type { MultilayerNetwork } from "../multilayer.ts";
import { supraLaplacian } from "../supra-matrices.ts";

/** The effective network of a problem with a fast layer. */
export interface FastLayerReport {
  readonly layer: string;
  /** Factor on the links of that layer. */
  readonly speed: number;
  /** State nodes of each cluster, as "layer node". */
  readonly clusters: readonly (readonly string[])[];
  /** Rates between clusters, row by row: entry [i][j] from j to i; and what the next order adds. */
  readonly leading: readonly (readonly number[])[];
  readonly next: readonly (readonly number[])[];
  readonly relativeCorrection: number;
  /** Slowest rate inside the fast layer over the fastest rate of the remaining network. */
  readonly separation: number;
  /** Slow rates, ascending: of the whole network, of `leading`, and with the next order. */
  readonly rates: {
    readonly whole: readonly number[];
    readonly leading: readonly number[];
    readonly effective: readonly number[];
  };
  /** Largest error of a slow rate, relative to the largest of them. */
  readonly error: { readonly leading: number; readonly effective: number };
}

/** Eliminates a fast layer and compares rates with those of the whole. @throws CoupletError as `effectiveLayer` does */
export function fastLayerReport(
  network: MultilayerNetwork,
  { layer, speed = 1 }: { readonly layer: string; readonly speed?: number },
  coupling: number,
): FastLayerReport {
  const { clusters, leading, next, effective, relativeCorrection, separation } = effectiveLayer(
    network,
    { fast: layer, speed, coupling },
  );
  const layerFactors = network.layers.map(({ name }) => (name === layer ? speed : 1));
  const all = fullSpectrum(supraLaplacian(network, { coupling, layerFactors }), "fast layer");
  const whole = [...all.subarray(0, clusters.length)];
  const rates = { whole, leading: ratesOf(leading), effective: ratesOf(effective) };
  const error = (of: readonly number[]): number =>
    Math.max(...of.map((rate, i) => Math.abs(rate - whole[i]!))) / Math.max(...whole);
  return {
    layer,
    speed,
    clusters: clusters.map((list) => list.map((node) => node.join(" "))),
    leading: rowsOf(leading),
    next: rowsOf(next),
    relativeCorrection,
    separation: separation.ratio,
    rates,
    error: { leading: error(rates.leading), effective: error(rates.effective) },
  };
}

const ratesOf = (a: DenseMatrix): number[] =>
  Array.from(eigenGeneral(a).re, (value) => 0 - value).sort((x, y) => x - y);

const rowsOf = ({ rows, cols, values }: DenseMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...values.subarray(i * cols, (i + 1) * cols)]);
