import { checkOptions } from "../../options.ts";
import { logMeanExp } from "../../statistics/log-sum-exp.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { type NumberTransform, type Schema, isModelled, isNumeric } from "../schema/schema.ts";
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import {
  type FittedCodec,
  type TableCodec,
  type TableCodes,
  fitAndReadInPieces,
} from "../encode/table-codec.ts";
import type { Table } from "../table.ts";
import { gaussianOf, logDensityInPieces, momentsInPieces } from "../../statistics/gaussian.ts";

/** A simple model of a table, to hold a flow against: log densities of rows in original units. */
export interface TableBaseline {
  readonly name: "independent marginals" | "Gaussian" | "Gaussian copula" | "joint frequencies";
  /**
   * log density per row in original units, nats, on the same footing as a flow's (cells that a model of discrete values gives
   * a probability get one here too). Context columns are ignored: baselines are unconditional.
   */
  logDensity(rows: Table): Float64Array;
}

/** Options of the baselines. */
export interface BaselineOptions {
  /** Importance samples per row for discrete cells. Default 16. */
  readonly samples?: number;
  readonly seed?: number;
}

/**
 * Every column by itself: frequencies, and smoothed quantile histograms with fitted tails. This is the table's encoders under
 * a standard normal latent, for which one draw is exact.
 */
export function independentBaseline(train: Table, schema: Schema): TableBaseline {
  return atOnce(independentInPieces(train, schema));
}

/** {@link independentBaseline} in pieces. */
export function* independentInPieces(train: Table, schema: Schema): InPieces<PiecewiseBaseline> {
  return independentOf(yield* fitUnder(train, schema, "quantile"));
}

/** Independent columns by the encoders of quantiles ({@link fitUnder}). */
export function independentOf({ codec }: FittedCodec): PiecewiseBaseline {
  return piecewise("independent marginals", codec, (codes) => standardNormal(codec, codes));
}

/**
 * Log density per row under independent columns, every number under one transform: "quantile" gives smoothed histograms, "standard"
 * normals; discrete columns have their frequencies.
 */
export function independentDensity(
  train: Table,
  schema: Schema,
  transform: NumberTransform,
): (rows: Table) => Float64Array {
  const { codec } = atOnce(fitUnder(train, schema, transform));
  return (rows) => atOnce(standardNormal(codec, codec.read(rows, { impossible: "zero" })));
}

function* standardNormal(codec: TableCodec, codes: TableCodes): InPieces<Float64Array> {
  const { z, logCorrection } = yield* codec.drawInPieces(codes);
  return addStandardNormal(z, logCorrection, codec.dims);
}

/** `log N(z; 0, I)` per row, added to a correction. */
export function addStandardNormal(
  z: Float64Array,
  logCorrection: Float64Array,
  dims: number,
): Float64Array {
  return logCorrection.map((correction, i) => {
    let sum = correction;
    for (let d = 0; d < dims; d++) sum += logNormalDensity(z[i * dims + d]!);
    return sum;
  });
}

/**
 * A full-covariance Gaussian on standardised numbers; discrete cells by the same intervals as everywhere. Of fewer than two rows a
 * variable the covariance is shrunk towards its diagonal.
 */
export function gaussianBaseline(
  train: Table,
  schema: Schema,
  options: BaselineOptions = {},
): TableBaseline {
  return atOnce(gaussianInPieces(train, schema, options));
}

/**
 * {@link gaussianBaseline} in pieces.
 *
 * @param known a codec of these rows under this schema, which has read them
 */
export function* gaussianInPieces(
  train: Table,
  schema: Schema,
  options: BaselineOptions = {},
  known?: FittedCodec,
): InPieces<PiecewiseBaseline> {
  checkBaselineOptions("Gaussian", options);
  return yield* latentGaussian(
    "Gaussian",
    yield* fitUnder(train, schema, "standard", known),
    options,
  );
}

/** Marginals by quantiles, and one Gaussian for how they hang together. */
export function copulaBaseline(
  train: Table,
  schema: Schema,
  options: BaselineOptions = {},
): TableBaseline {
  return atOnce(copulaInPieces(train, schema, options));
}

/** {@link copulaBaseline} in pieces. */
export function* copulaInPieces(
  train: Table,
  schema: Schema,
  options: BaselineOptions = {},
): InPieces<PiecewiseBaseline> {
  checkBaselineOptions("Gaussian copula", options);
  return yield* copulaOf(yield* fitUnder(train, schema, "quantile"), options);
}

/** The Gaussian of rows under the encoders of quantiles ({@link fitUnder}). */
export function copulaOf(
  fitted: FittedCodec,
  options: BaselineOptions = {},
): InPieces<PiecewiseBaseline> {
  return latentGaussian("Gaussian copula", fitted, options);
}

/** A baseline that scores rows in pieces, too. */
export interface PiecewiseBaseline extends TableBaseline {
  inPieces(rows: Table): InPieces<Float64Array>;
  /** The same of rows that its codec has read. */
  ofCodes(codes: TableCodes): InPieces<Float64Array>;
}

function piecewise(
  name: TableBaseline["name"],
  codec: TableCodec,
  ofCodes: PiecewiseBaseline["ofCodes"],
): PiecewiseBaseline {
  function* inPieces(rows: Table): InPieces<Float64Array> {
    return yield* ofCodes(yield* codec.readInPieces(rows, { impossible: "zero" }));
  }
  return { name, logDensity: (rows) => atOnce(inPieces(rows)), inPieces, ofCodes };
}

function checkBaselineOptions(name: TableBaseline["name"], options: BaselineOptions): void {
  checkOptions(`${name} baseline`, options, { samples: 0, seed: 0 });
}

/** Draws of the noise that the covariance is estimated from: it must not depend on one of them. */
const FITTING_DRAWS = 4;

function* latentGaussian(
  name: TableBaseline["name"],
  { codec, codes }: FittedCodec,
  { samples = 16, seed = 0 }: BaselineOptions,
): InPieces<PiecewiseBaseline> {
  const { rows } = codes;
  const pooled = new Float64Array(FITTING_DRAWS * rows * codec.dims);
  for (let epoch = 0; epoch < FITTING_DRAWS; epoch++) {
    const { z } = yield* codec.drawInPieces(codes, { seed, epoch });
    pooled.set(z, epoch * z.length);
  }
  const { dims } = codec;
  // The covariance of few rows is singular or nearly so, and says little of other rows.
  const shrink = rows < 2 * dims ? dims / (dims + rows) : 0;
  const gaussian = gaussianOf(yield* momentsInPieces(pooled, dims), { shrink });
  return piecewise(name, codec, function* ofCodes(read) {
    const draws: Float64Array[] = [];
    for (let epoch = 0; epoch < samples; epoch++) {
      // Another key than in fitting: the same noise must not be seen twice.
      const noise = { seed: seed + 1, epoch };
      const { z, logCorrection } = yield* codec.drawInPieces(read, noise);
      const density = yield* logDensityInPieces(gaussian, z);
      draws.push(density.map((value, i) => value + logCorrection[i]!));
    }
    return logMeanExp(draws);
  });
}

/**
 * The encoders of a table with every numeric column under one transform.
 *
 * @param known a codec of these rows under this schema: it serves where its numbers are all under this transform, and has read the rows
 */
export function* fitUnder(
  train: Table,
  schema: Schema,
  transform: NumberTransform,
  known?: FittedCodec,
): InPieces<FittedCodec> {
  const isAlready = schema.columns.every(
    (column) => !isModelled(column) || !isNumeric(column) || column.transform === transform,
  );
  if (known !== undefined && isAlready && transform === "quantile") return known;
  return yield* fitAndReadInPieces(train, withTransform(schema, transform), "table", known?.known);
}

/** The schema with every numeric column under one transform; "standard" drops bounds, lists and points of mass, which it cannot hold. */
function withTransform(schema: Schema, transform: NumberTransform): Schema {
  return {
    ...schema,
    columns: schema.columns.map((column) => {
      if (!isModelled(column) || !isNumeric(column)) return column;
      if (transform === "quantile") return { ...column, transform };
      if (column.type !== "number") {
        const { lower: _l, upper: _u, values: _v, sentinels: _s, ...rest } = column;
        return { ...rest, transform };
      }
      const { lower: _l, upper: _u, values: _v, sentinels: _s, pointMasses: _a, ...rest } = column;
      return { ...rest, transform };
    }),
  };
}
