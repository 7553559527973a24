import { checkOptions } from "../../options.ts";
import { logMeanExp } from "../../statistics/log-sum-exp.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { type NumberTransform, type Schema, isModelled, isNumeric } from "../schema/schema.ts";
import { type TableCodec, fitTableCodec } from "../encode/table-codec.ts";
import type { Table } from "../table.ts";
import { fitGaussian } from "../../statistics/gaussian.ts";

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
  return {
    name: "independent marginals",
    logDensity: independentDensity(train, schema, "quantile"),
  };
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
  const codec = fitTableCodec(train, withTransform(schema, transform));
  return (rows) => {
    const { z, logCorrection } = codec.encode(rows, { impossible: "zero" });
    return addStandardNormal(z, logCorrection, codec.dims);
  };
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

/** A full-covariance Gaussian on standardised numbers; discrete cells by the same intervals as everywhere. */
export function gaussianBaseline(
  train: Table,
  schema: Schema,
  options: BaselineOptions = {},
): TableBaseline {
  return latentGaussian(
    "Gaussian",
    fitTableCodec(train, withTransform(schema, "standard")),
    train,
    options,
  );
}

/** Marginals by quantiles, and one Gaussian for how they hang together. */
export function copulaBaseline(
  train: Table,
  schema: Schema,
  options: BaselineOptions = {},
): TableBaseline {
  return latentGaussian(
    "Gaussian copula",
    fitTableCodec(train, withTransform(schema, "quantile")),
    train,
    options,
  );
}

function latentGaussian(
  name: TableBaseline["name"],
  codec: TableCodec,
  train: Table,
  options: BaselineOptions,
): TableBaseline {
  checkOptions(`${name} baseline`, options, { samples: true, seed: true });
  const { samples = 16, seed = 0 } = options;
  // Four draws of the noise: the covariance must not depend on one of them.
  const codes = codec.read(train);
  const draws = [0, 1, 2, 3].map((epoch) => codec.draw(codes, { seed, epoch }).z);
  const pooled = new Float64Array(draws.reduce((sum, z) => sum + z.length, 0));
  draws.forEach((z, k) => pooled.set(z, k * z.length));
  const gaussian = fitGaussian(pooled, codec.dims);
  return {
    name,
    logDensity(rows) {
      const read = codec.read(rows, { impossible: "zero" });
      return logMeanExp(
        Array.from({ length: samples }, (_, epoch) => {
          // Another key than in fitting: the same noise must not be seen twice.
          const { z, logCorrection } = codec.draw(read, { seed: seed + 1, epoch });
          const logDensity = gaussian.logDensity(z);
          return logDensity.map((value, i) => value + logCorrection[i]!);
        }),
      );
    },
  };
}

/** The schema with every numeric column under one transform; "standard" drops bounds and points of mass, which it cannot hold. */
function withTransform(schema: Schema, transform: NumberTransform): Schema {
  return {
    ...schema,
    columns: schema.columns.map((column) => {
      if (!isModelled(column) || !isNumeric(column)) return column;
      if (transform === "quantile") return { ...column, transform };
      if (column.type !== "number") {
        const { lower: _l, upper: _u, ...rest } = column;
        return { ...rest, transform };
      }
      const { lower: _l, upper: _u, pointMasses: _a, ...rest } = column;
      return { ...rest, transform };
    }),
  };
}
