/** Keeping what may be anomalies out of training: a joint density learns a cluster of them as what it is, dense. */
import { CoupletError } from "../../error.ts";
import { independentDensity } from "../../table/baseline/baselines.ts";
import type { Schema } from "../../table/schema/schema.ts";
import { selectRows } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";

/** What training draws on: rows that teach and rows that choose the epoch. */
interface TrainingTables {
  readonly training: Table;
  readonly validation: Table;
}

/**
 * The tables without the rows that a model which cannot learn a cluster finds least likely: a normal density for each
 * number and frequencies for each discrete column, all independent, fitted to the training rows.
 *
 *   left out: rows with sum_j log p_j(x_j) below the `contamination` quantile of the training rows'
 *
 * One step of trimmed likelihood (Rousseeuw 1984), with a fixed first model instead of concentration steps: those, run with a
 * flow, would let a cluster in again that the flow has learnt.
 *
 * @param contamination fraction of the rows that may be anomalies, from 0 to less than 0.5; 0 leaves the tables as they are
 * @throws CoupletError USAGE for another fraction
 * @see Rousseeuw 1984, "Least median of squares regression", https://doi.org/10.1080/01621459.1984.10477105
 */
export function trimRows<T extends TrainingTables>(
  tables: T,
  schema: Schema,
  contamination: number,
): T {
  if (!(contamination >= 0 && contamination < 0.5)) {
    throw new CoupletError({
      code: "USAGE",
      where: "fitTable: contamination",
      expected: '"auto", or a fraction from 0 to less than 0.5',
      received: String(contamination),
      hint: "It is the fraction of rows that may be anomalies; 0.1 is a usual guess.",
    });
  }
  if (contamination === 0) return tables;
  const likelihood = independentDensity(tables.training, schema, "standard");
  const training = likelihood(tables.training);
  return rowsFrom(
    tables,
    training,
    likelihood(tables.validation),
    leastBut(contamination, training),
  );
}

/** The least value but for a fraction of them. */
export function leastBut(fraction: number, values: Float64Array): number {
  return values.toSorted()[Math.round(fraction * values.length)]!;
}

/** The tables without the rows whose value is below `least`. */
export function rowsFrom<T extends TrainingTables>(
  tables: T,
  training: Float64Array,
  validation: Float64Array,
  least: number,
): T {
  const kept = (values: Float64Array): number[] =>
    Array.from(values.keys()).filter((row) => values[row]! >= least);
  return {
    ...tables,
    training: selectRows(tables.training, kept(training)),
    validation: selectRows(tables.validation, kept(validation)),
  };
}
