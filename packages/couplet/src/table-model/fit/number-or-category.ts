/** Codes that look like numbers (region 1 to 9): tried both ways on a small fit, and kept the better way. */
import type { Device } from "../../engine/device/device.ts";
import { openDevice } from "../../engine/device/open.ts";
import type { CpuOptions } from "../../engine/device/options.ts";
import { gaussian } from "../../flow/parts/base/index.ts";
import { splineLayers } from "../../flow/presets/spline-layers.ts";
import { parseSpec } from "../../flow/spec/parse.ts";
import { missingTest } from "../../table/cell/missing-cell.ts";
import { columnOfType } from "../../table/infer/declare-type.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import {
  type FittedCodec,
  fitAndReadInPieces,
  type TableCodec,
} from "../../table/encode/table-codec.ts";
import { isKept } from "../../table/schema/relation.ts";
import { kindOf } from "../../table/relations/kinds/index.ts";
import {
  type ColumnSchema,
  type ModelledColumnSchema,
  type Schema,
  isModelled,
} from "../../table/schema/schema.ts";
import { columnNamed, selectRows, type Table } from "../../table/table.ts";
import { fit } from "../../train/fit.ts";
import { scoreRows } from "../score/score-rows.ts";
import { mostLikeCodes, variablesByValue } from "./values-of-codes.ts";
import { meanAndError } from "../../statistics/mean.ts";

/** An integer column of so many different values may be one of codes. Of two values the order says nothing. */
const LEAST_VALUES = 3;
const MOST_VALUES = 50;
/** Fewer rows do not tell two small flows apart. */
const LEAST_ROWS = 400;
/** The rows of a trial, those it is judged by, and its columns: what goes most with the one in question. */
const MOST_ROWS = 2000;
const JUDGED_SHARE = 0.3;
const MOST_COLUMNS = 8;
const MOST_TRIALS = 4;
/** Draws of the noise in discrete cells: pooled for training, averaged over for judging. */
const DRAWS = 2;
const JUDGING_DRAWS = 2;
const EPOCHS = 8;
/** Standard errors by which a category must be better: less is a tie, and a tie stays a number. */
const CLEARLY = 2;

/**
 * The schema with each column of integer codes as what it is better modelled as: of columns that have 3 to 50 different values,
 * that nobody declared, and that no relation is of, the four that look most like codes ({@link mostLikeCodes}) are tried: a small flow of the column and the seven that go most with it is fitted to up to 2,000
 * rows both ways. A category is kept where the log density of the whole held-out row is better by two standard errors; its
 * `reason` has the difference in either case, or that it was not tried.
 *
 * @param training shuffled rows
 * @param all the rows whose values a category lists
 */
export async function numbersOrCategories(
  schema: Schema,
  training: Table,
  all: Table,
  options: CpuOptions & { readonly seed?: number; readonly signal?: AbortSignal },
): Promise<Schema> {
  if (training.rows < LEAST_ROWS) return schema;
  const isMissing = missingTest(schema.missingValues);
  const related = new Set(
    (schema.relations ?? [])
      .filter(isKept)
      .flatMap((relation) => kindOf(relation).columns(relation)),
  );
  const { seed = 0, signal, ...cpu } = options;
  const candidates: Candidate[] = [];
  for (const column of schema.columns) {
    if (!mayBeCodes(column) || related.has(column.name)) continue;
    const asCategory = columnOfType(columnNamed(all, column.name), "category", isMissing);
    const category = await betweenEvents(asCategory, signal);
    const count = category.type === "category" ? category.values.length : 0;
    if (count >= LEAST_VALUES && count <= MOST_VALUES) candidates.push({ column, category });
  }
  if (candidates.length === 0) return schema;
  const judgedFrom = Math.floor((1 - JUDGED_SHARE) * Math.min(MOST_ROWS, training.rows));
  const learnt = rowsOf(training, 0, judgedFrom);
  const judged = rowsOf(training, judgedFrom, Math.min(MOST_ROWS, training.rows));
  const joint = jointly(schema);
  const decided = new Map<string, ColumnSchema>();
  // All trials share one device, and those of the same columns their fit as numbers.
  const device = await openDevice("cpu", cpu);
  const asNumbers = new Map<string, Float64Array>();
  try {
    const trialOf = (own: Schema) => held(own, { learnt, judged, device, seed, signal });
    const read = await betweenEvents(fitAndReadInPieces(learnt, joint), signal);
    const names = candidates.map(({ column }) => column.name);
    const isAll = names.length <= MOST_TRIALS;
    const ranked = isAll ? names : await betweenEvents(mostLikeCodes(read, names), signal);
    const likely = new Set(ranked.slice(0, MOST_TRIALS));
    for (const { column, category } of candidates) {
      if (!likely.has(column.name)) {
        decided.set(column.name, untried(column));
        continue;
      }
      const columns = companions(read, column.name);
      const trial = { ...joint, columns: columns.map((name) => namedIn(joint, name)) };
      const other = {
        ...trial,
        columns: trial.columns.map((own) => (own.name === column.name ? category : own)),
      };
      const key = JSON.stringify(columns);
      const asNumber = asNumbers.get(key) ?? (await trialOf(trial));
      asNumbers.set(key, asNumber);
      const asCategory = await trialOf(other);
      const { mean, error } = meanAndError(asCategory.map((value, i) => value - asNumber[i]!));
      decided.set(column.name, verdict(column, category, mean, error));
    }
  } finally {
    device.dispose();
  }
  return {
    ...schema,
    columns: schema.columns.map((column) => decided.get(column.name) ?? column),
  };
}

/** Integers on no coarser scale, which nobody declared. */
function mayBeCodes(column: ColumnSchema): column is ModelledColumnSchema {
  return (
    column.type === "integer" &&
    column.role !== "context" &&
    column.numberFormat === undefined &&
    column.sentinels === undefined &&
    column.reason?.startsWith("declared") !== true
  );
}

/** A column that may be codes, and what it would be as a category. */
interface Candidate {
  readonly column: ModelledColumnSchema;
  readonly category: ColumnSchema;
}

function untried(column: ModelledColumnSchema): ColumnSchema {
  const words = `not tried as a category: ${MOST_TRIALS} other columns look more like codes`;
  return { ...column, reason: `${column.reason ?? "integers"}; ${words}` };
}

function verdict(
  column: ModelledColumnSchema,
  category: ColumnSchema,
  mean: number,
  error: number,
): ColumnSchema {
  const better = mean > CLEARLY * error;
  const size = Math.abs(mean).toFixed(2);
  const words = better
    ? `codes: ${size} nats a row better than as a number, in a small fit`
    : mean < -CLEARLY * error
      ? `${size} nats a row better than as a category, in a small fit`
      : "as good as a category, in a small fit";
  const reason = `${column.reason ?? "integers"}; ${words}`;
  if (!better) return { ...column, reason };
  const { missingAs } = column;
  return { ...category, reason, ...(missingAs === undefined ? {} : { missingAs }) };
}

/** All columns modelled together, with no relations. */
function jointly(schema: Schema): Schema {
  return {
    version: schema.version,
    missingValues: schema.missingValues,
    columns: schema.columns.filter(isModelled).map((column) => {
      const { role: _, ...own } = column;
      return own;
    }),
  };
}

function namedIn({ columns }: Schema, name: string): ColumnSchema {
  return columns.find((column) => column.name === name)!;
}

/** Rows `from` to `to` of a table. */
export function rowsOf(source: Table, from: number, to: number): Table {
  return selectRows(
    source,
    Int32Array.from({ length: to - from }, (_, i) => from + i),
  );
}

/**
 * The column and those that go most with it: by the share of the variance of their variables that lies between the column's values (the
 * correlation ratio).
 */
function companions(read: FittedCodec, name: string): string[] {
  const ratios = new Map<string, number>();
  for (const { column, between, total } of variablesByValue(read, name))
    ratios.set(column, Math.max(ratios.get(column) ?? 0, between / total));
  ratios.set(name, Infinity);
  const first = [...ratios].sort((a, b) => b[1] - a[1]).slice(0, MOST_COLUMNS);
  const chosen = new Set(first.map(([column]) => column));
  return read.codec.columns.flatMap((column) => (chosen.has(column.name) ? [column.name] : []));
}

/** Log densities of rows under a small flow of others. */
async function held(
  schema: Schema,
  {
    learnt,
    judged,
    device,
    seed,
    signal,
  }: {
    readonly learnt: Table;
    readonly judged: Table;
    readonly device: Device;
    readonly seed: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Float64Array> {
  const { codec, codes } = await betweenEvents(fitAndReadInPieces(learnt, schema), signal);
  const draws = Array.from({ length: DRAWS }, (_, epoch) => codec.draw(codes, { epoch }).z);
  const z = new Float64Array(draws.reduce((sum, own) => sum + own.length, 0));
  draws.forEach((own, i) => z.set(own, i * own.length));
  const validation = codec.encode(judged, { seed: 1, impossible: "zero" }).z;
  const flow = await fit(smallFlow(codec), z, {
    device,
    seed,
    standardise: false,
    epochs: EPOCHS,
    batch: 64,
    learningRate: 3e-3,
    validation: { rows: validation },
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    return await scoreRows(flow, codec, judged, {
      samples: JUDGING_DRAWS,
      impossible: "zero",
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    flow.dispose();
  }
}

function smallFlow({ dims }: TableCodec) {
  const layers = splineLayers({
    dims,
    context: 0,
    couplings: 3,
    bins: 8,
    bound: 3.5,
    least: 1e-2,
    width: 32,
    dropout: 0,
    blocks: 1,
  });
  return parseSpec({ version: 1, dims, context: 0, base: gaussian(), layers });
}
