/** Numbers that hang together in straight lines: standardised, so that the flow sees the lines, where a look at two Gaussians says so. */
import { copulaInPieces, copulaOf } from "../../table/baseline/baselines.ts";
import { fitAndReadInPieces } from "../../table/encode/table-codec.ts";
import {
  type ColumnSchema,
  type NumericColumnSchema,
  type Schema,
  isModelled,
  isNumeric,
  onGrid,
} from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";
import { meanAndError } from "../../statistics/mean.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { rowsOf } from "./number-or-category.ts";

/** Fewer rows do not tell the two apart. */
const LEAST_ROWS = 200;
/** The rows of the trial, and the share of them that it is judged by. */
const MOST_ROWS = 2000;
const JUDGED_SHARE = 0.3;
/** Draws of the noise in discrete cells that a score averages over. */
const SAMPLES = 4;
/** Nats a row, and standard errors, by which the Gaussian of the numbers must be better than the one of their quantiles. */
const LEAST_GAIN = 0.5;
const CLEARLY = 4;

/**
 * The schema with its numbers standardised where that is clearly better: shares that sum to 100 but for rounding, amounts that are nearly a
 * sum. Quantiles bend such a plane, and a flow has to learn how; in straight coordinates it starts as the Gaussian of the numbers, and is no worse
 * than that. Judged on up to 2,000 training rows by the Gaussian of the numbers beside the Gaussian copula.
 *
 * Columns that need their quantiles keep them: listed values, sentinels, points of mass, and bounds of numbers that are not rounded. A bound of
 * rounded numbers holds all the same: its own value has the probability of what lies beyond.
 *
 * @param training shuffled rows
 */
export function* linearNumbers(schema: Schema, training: Table): InPieces<Schema> {
  const names = new Set(schema.columns.filter(canBeLinear).map(({ name }) => name));
  if (names.size < 2 || training.rows < LEAST_ROWS) return schema;
  const count = Math.min(MOST_ROWS, training.rows);
  const judgedFrom = Math.floor((1 - JUDGED_SHARE) * count);
  const learnt = rowsOf(training, 0, judgedFrom);
  const judged = rowsOf(training, judgedFrom, count);
  const linear = withStandardised(schema, names);
  // The Gaussian of the encoded rows, as the copula's is: columns that keep their quantiles are in it as they will be.
  const straight = yield* copulaOf(yield* fitAndReadInPieces(learnt, linear), { samples: SAMPLES });
  const bent = yield* copulaInPieces(learnt, schema, { samples: SAMPLES });
  const ofBent = yield* bent.inPieces(judged);
  const gains = (yield* straight.inPieces(judged)).map((nats, i) => nats - ofBent[i]!);
  // Of a row that one of them finds impossible the difference is infinite.
  const { mean, error } = meanAndError(gains.filter(Number.isFinite));
  if (!(mean > Math.max(LEAST_GAIN, CLEARLY * error))) return schema;
  return withStandardised(
    schema,
    names,
    `standardised: a Gaussian of the numbers is ${mean.toFixed(1)} nats a row better than one of their quantiles`,
  );
}

function withStandardised(schema: Schema, names: ReadonlySet<string>, why?: string): Schema {
  const columns = schema.columns.map((column) => {
    if (!names.has(column.name)) return column;
    const reasons = [column.reason, why].filter((words) => words !== undefined);
    const reason = reasons.length === 0 ? {} : { reason: reasons.join("; ") };
    return { ...(column as NumericColumnSchema), transform: "standard" as const, ...reason };
  });
  return { ...schema, columns };
}

function canBeLinear(column: ColumnSchema): boolean {
  return (
    isModelled(column) &&
    isNumeric(column) &&
    column.role !== "context" &&
    column.transform === "quantile" &&
    column.values === undefined &&
    column.sentinels === undefined &&
    (column.type !== "number" || column.pointMasses === undefined) &&
    (onGrid(column) || (column.lower === undefined && column.upper === undefined))
  );
}
