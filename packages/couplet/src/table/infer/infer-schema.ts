import { type OptionNames, checkOptions } from "../../options.ts";
import { CoupletError, nearest } from "../../error.ts";
import type { Remedy } from "../../error.ts";
import { type InPieces, atOnce, betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { mapInPieces } from "../../threads/map-in-pieces.ts";
import { columnOfType } from "./declare-type.ts";
import { datesOf, inferUnixTimes } from "./infer-dates.ts";
import { inferNumber } from "./infer-number.ts";
import { profileNumbers } from "./number-profile.ts";
import { inferText, type MixedPolicy } from "./infer-text.ts";
import { DEFAULT_MISSING, blankMissing, mayBeWord, missingTest } from "../cell/missing-cell.ts";
import { keyOf } from "../cell/read-column.ts";
import { keyPattern } from "../keys/key-pattern.ts";
import { givenSpellings, isOfWords, missingMarks, missingSpelling } from "./missing-words.ts";
import {
  COLUMN_TYPES,
  type ColumnSchema,
  type ColumnType,
  SCHEMA_VERSION,
  type Schema,
  isCategorical,
  isModelled,
} from "../schema/schema.ts";
import { LEAST_ROWS_TO_FIT } from "../../statistics/enough-rows.ts";
import { checkTable } from "../table.ts";
import type { Column, NumberColumn, Table } from "../table.ts";

/** Fewest rows that tell the types of columns. A density takes more: {@link LEAST_ROWS_TO_FIT}. */
const LEAST_ROWS = 4;
const MOST_COLUMNS = 4096;

/** Options of {@link inferSchema}. */
export interface InferSchemaOptions {
  /** Spellings of a missing cell; replaces the usual ones ("", "NA", "null", "?", ...). */
  readonly missingValues?: readonly string[];
  /**
   * What to do with a column of more than 20 different cells, at least half of them numbers and the rest words:
   * "error" (default) shows examples, "category" takes it as a category.
   */
  readonly mixed?: MixedPolicy;
  /** What single columns are, whatever they look like; values, bounds, formats are still found in their cells. */
  readonly types?: Readonly<Record<string, ColumnType>>;
}

/**
 * Infers what each column of a table is, with its reason.
 *
 * @throws CoupletError DATA_INVALID for a table without rows, with fewer than 4 rows, with more than 4096 columns, without a
 *   column to model; for a column of mixed types; for dates in two formats; for infinite numbers; for cells that cannot be of
 *   the declared type; USAGE for a declared column that there is not, or a type that is none
 */
export function inferSchema(source: Table, options: InferSchemaOptions = {}): Schema {
  return atOnce(inferSchemaInPieces(source, options));
}

const OPTIONS: OptionNames<InferSchemaOptions> = {
  missingValues: true,
  mixed: ["error", "category"],
  types: true,
};

/** Options of {@link inferSchemaAsync}. */
export interface InferSchemaAsyncOptions extends InferSchemaOptions {
  /** Ends the inference, which rejects with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/**
 * {@link inferSchema} with the event loop in between: the caller's thread is held for less than 50 ms at a time, however many rows the
 * table has. The schema is the same.
 *
 * @throws CoupletError as {@link inferSchema}; USAGE for a `signal` that is no AbortSignal; `signal.reason` once aborted
 * @example
 * import { inferSchemaAsync } from "couplet/table";
 * const schema = await inferSchemaAsync(people);
 */
export async function inferSchemaAsync(
  source: Table,
  options: InferSchemaAsyncOptions = {},
): Promise<Schema> {
  checkOptions("inferSchemaAsync", options, { ...OPTIONS, signal: "AbortSignal" });
  const { signal, ...how } = options;
  return betweenEvents(inferSchemaInPieces(source, how), signal);
}

/** {@link inferSchema} in pieces. */
export function* inferSchemaInPieces(
  source: Table,
  options: InferSchemaOptions = {},
): InPieces<Schema> {
  checkOptions("inferSchema", options, OPTIONS);
  checkTable("inferSchema", source);
  const missingValues = options.missingValues ?? DEFAULT_MISSING;
  checkShape(source);
  const isMissing = missingTest(missingValues);
  const declared = declaredTypes(options.types ?? {}, source);
  const found = yield* missingMarks(source, isMissing);
  const marks = new Set([...found, ...givenSpellings(missingValues)]);
  const columns: ColumnSchema[] = [];
  for (const given of source.columns) {
    const column = blankMissing(given, missingValues);
    const type = declared.get(column.name);
    if (type !== undefined) checkFinite(column);
    const own =
      type === undefined
        ? yield* inferWithWords(column, isMissing, options.mixed ?? "error", marks)
        : yield* columnOfType(column, type, isMissing);
    yield;
    columns.push(withKeys(withSpelling(own, column, isMissing), column));
    yield;
  }
  if (!columns.some(isModelled)) throw nothingVaries(columns);
  return { version: SCHEMA_VERSION, missingValues, columns };
}

/**
 * The schema of a column in which "none" and "NA" are values where it is one of words and nothing says otherwise.
 *
 * @param marks spellings that stand for missing cells: elsewhere in the table, or because the caller says so
 */
function* inferWithWords(
  source: Column,
  isMissing: (text: string) => boolean,
  mixed: MixedPolicy,
  marks: ReadonlySet<string>,
): InPieces<ColumnSchema> {
  const found = yield* inferColumn(source, isMissing, mixed);
  if (source.kind !== "text" || !isOfWords(found)) return found;
  const isWord = (text: string): boolean => mayBeWord(text) && !marks.has(text.trim());
  if (!source.values.some((text) => text !== null && isWord(text))) return found;
  return yield* inferColumn(source, (text) => isMissing(text) && !isWord(text), mixed);
}

/** The column with the spelling of its missing cells. */
function withSpelling(
  column: ColumnSchema,
  source: Column,
  isMissing: (text: string) => boolean,
): ColumnSchema {
  const has =
    column.type === "constant" ? column.value === null : isModelled(column) && column.missing;
  if (has !== true) return column;
  const values = new Set(isCategorical(column) ? column.values.map(keyOf) : []);
  const missingAs = missingSpelling(source, (text) => isMissing(text) && !values.has(keyOf(text)));
  return missingAs === undefined ? column : { ...column, missingAs };
}

/** The column with what new keys are like, where it is one of keys. */
function withKeys(column: ColumnSchema, source: Column): ColumnSchema {
  if (column.type !== "identifier") return column;
  const keys = keyPattern(source);
  return keys === undefined ? column : { ...column, keys };
}

/** A declared type helps keys and free text, which have values; a column that never changes stays constant under any type. */
function nothingVaries(columns: readonly ColumnSchema[]): CoupletError {
  const usable = columns.filter(({ type }) => type !== "constant").map(({ name }) => name);
  return new CoupletError({
    code: "DATA_INVALID",
    where: "table",
    expected: "at least one column to model",
    received: columns.map((c) => `${c.name} (${c.type}: ${c.reason})`).join(", "),
    ...(usable.length === 0
      ? { hint: "No column changes from row to row: a distribution of them says nothing." }
      : {
          hint: `Declare a type ("category", "integer") for ${usable.slice(0, 5).join(", ")} to model it all the same.`,
          remedy: "column-type",
        }),
  });
}

function declaredTypes(
  types: Readonly<Record<string, ColumnType>>,
  { columns }: Table,
): ReadonlyMap<string, ColumnType> {
  const names = columns.map(({ name }) => name);
  const wrong = (where: string, received: string, known: readonly string[]): CoupletError => {
    const near = nearest(received, known);
    return new CoupletError({
      code: "USAGE",
      where,
      expected: `one of ${known.slice(0, 30).join(", ")}${known.length > 30 ? ", ..." : ""}`,
      received: JSON.stringify(received),
      ...(near === undefined ? {} : { hint: `Did you mean ${JSON.stringify(near)}?` }),
    });
  };
  for (const [name, type] of Object.entries(types)) {
    if (!names.includes(name)) throw wrong("inferSchema: types: column", name, names);
    if (!COLUMN_TYPES.includes(type))
      throw wrong(`inferSchema: types: ${name}`, String(type), COLUMN_TYPES);
  }
  return new Map(Object.entries(types));
}

function checkShape({ rows, columns }: Table): void {
  const refuse = (expected: string, received: string, hint: string, remedy?: Remedy): never => {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "table",
      expected,
      received,
      hint,
      ...(remedy === undefined ? {} : { remedy }),
    });
  };
  if (columns.length === 0) refuse("at least one column", "none", "Is the file empty?");
  if (rows < LEAST_ROWS)
    refuse(
      `at least ${LEAST_ROWS} rows`,
      String(rows),
      `The types of columns cannot be told from so few; a fit needs ${LEAST_ROWS_TO_FIT}.`,
    );
  if (columns.length > MOST_COLUMNS)
    refuse(
      `at most ${MOST_COLUMNS} columns`,
      String(columns.length),
      "Choose the columns that matter: a joint density over so many needs far more rows than tables have.",
      "columns",
    );
}

/**
 * What one column is; in pieces.
 *
 * @throws CoupletError as {@link inferSchema} does for a column
 */
export function* inferColumn(
  source: Column,
  isMissing: (text: string) => boolean,
  mixed: MixedPolicy,
): InPieces<ColumnSchema> {
  if (source.kind === "text") {
    const texts = yield* mapInPieces(source.values, (text) =>
      text === null || isMissing(text) ? null : text,
    );
    return yield* inferText(source.name, texts, mixed);
  }
  checkFinite(source);
  return yield* inferNumbers(source);
}

function checkFinite(source: Column): void {
  if (source.kind === "text") return;
  const { name, values } = source;
  const bad = values.findIndex((v) => v === Infinity || v === -Infinity);
  if (bad >= 0)
    throw new CoupletError({
      code: "NON_FINITE_INPUT",
      where: `column ${JSON.stringify(name)}, row ${bad + 1}`,
      expected: "a finite number",
      received: String(values[bad]),
      hint: "Replace infinities by a missing cell or by a large number that means something.",
    });
}

function* inferNumbers({ name, values, origin }: NumberColumn): InPieces<ColumnSchema> {
  const profile = yield* profileNumbers(values);
  const storage = origin;
  if (profile.distinct === 0)
    return { name, type: "constant", storage, value: null, reason: "every cell is missing" };
  if (profile.distinct === 1) {
    const value = profile.sorted[0]!;
    return profile.missing === 0
      ? { name, type: "constant", storage, value, reason: "the same value in every row" }
      : {
          name,
          type: "category",
          storage,
          values: [value],
          missing: true,
          reason: "one value and missing cells",
        };
  }
  if (origin === "date") {
    return datesOf(name, values, { distinct: profile.distinct, missing: profile.missing > 0 });
  }
  const times = storage === "number" ? inferUnixTimes(name, values, storage) : undefined;
  return times ?? (yield* inferNumber(name, profile, storage, 0));
}
