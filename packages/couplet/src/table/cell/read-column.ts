import { CoupletError } from "../../error.ts";
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import { columnGrid } from "./column-grid.ts";
import { dateFormat, unixScale } from "./date-format.ts";
import { datePlace } from "./date-unit.ts";
import { blankMissing, missingTest } from "./missing-cell.ts";
import { numberReader } from "./number-format.ts";
import {
  type ModelledColumnSchema,
  type NumericColumnSchema,
  type SentinelLists,
  isCategorical,
  isDate,
} from "../schema/schema.ts";
import type { Column } from "../table.ts";

/** What to do with a cell to which the model gives probability 0: a category never seen, a value beyond a hard bound. */
export type ImpossiblePolicy = (typeof IMPOSSIBLE_POLICIES)[number];

/** The words for {@link ImpossiblePolicy}. */
export const IMPOSSIBLE_POLICIES = ["error", "zero"] as const;

/** A column as numbers. */
export interface ColumnCodes {
  /** Numbers as they are, dates in units, categories as indices into `values`; NaN is missing. */
  readonly codes: Float64Array;
  /** Rows to which the schema gives no probability (only under the policy "zero"). */
  readonly impossible: readonly number[];
}

/** A category or a bound that a table breaks: what {@link readColumn} throws about, as data. */
interface Offence {
  readonly row: number;
  readonly shown: string;
  /** Of a value beyond bounds or between steps. */
  readonly code?: number;
}

/**
 * Reads a column under its schema.
 *
 * @throws CoupletError DATA_INVALID for cells of another type, unknown categories, values beyond bounds, and missing cells
 *   in a column that had none, each with its count, the first row and examples
 */
export function readColumn(
  given: Column,
  schema: ModelledColumnSchema,
  options: ReadColumnOptions,
): ColumnCodes {
  return atOnce(readColumnInPieces(given, schema, options));
}

/** Options of {@link readColumn}. */
export interface ReadColumnOptions {
  readonly missingValues: readonly string[];
  readonly impossible?: ImpossiblePolicy;
  /** Index of the chunk's first row in the whole table, for messages. */
  readonly firstRow?: number;
  readonly where?: string;
}

/** Cells between two yields: a few milliseconds. */
const PIECE = 4096;

/** {@link readColumn} in pieces. */
export function* readColumnInPieces(
  given: Column,
  schema: ModelledColumnSchema,
  options: ReadColumnOptions,
): InPieces<ColumnCodes> {
  const source = blankMissing(given, options.missingValues);
  const read = reader(source, schema);
  const isSpelled = missingTest(options.missingValues);
  // A word that the schema lists is a value: "none" among guarantors.
  const words = new Set(
    isCategorical(schema) ? schema.values.map(keyOf).filter((text) => isSpelled(text)) : [],
  );
  const isMissing = (text: string): boolean =>
    isSpelled(text) && !(words.size > 0 && words.has(keyOf(text)));
  const rows = source.values.length;
  const codes = new Float64Array(rows);
  const wrong: Offence[] = [];
  const unknown: Offence[] = [];
  const absent: number[] = [];
  // An infinite number is one beyond all bounds: probability 0, where that is no error.
  const isImpossible = isCategorical(schema)
    ? () => true
    : (cell: string | number) =>
        options.impossible === "zero" && !isDate(schema) && isInfinite(cell);
  const isOutside = isCategorical(schema) ? undefined : outsideOf(schema);
  const allowsMissing = schema.missing !== undefined && schema.missing !== false;
  const readCells = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const cell = source.values[i]!;
      if (cell === null || (typeof cell === "number" ? Number.isNaN(cell) : isMissing(cell))) {
        codes[i] = NaN;
        if (!allowsMissing) absent.push(i);
        continue;
      }
      const code = read(cell);
      codes[i] = code;
      if (Number.isNaN(code))
        (isImpossible(cell) ? unknown : wrong).push({ row: i, shown: shownCell(cell) });
      else if (isOutside?.(code) === true) unknown.push({ row: i, shown: String(cell), code });
    }
  };
  for (let from = 0; from < rows; from += PIECE) {
    if (from > 0) yield;
    readCells(from, Math.min(rows, from + PIECE));
  }
  const where = `${options.where ?? "table"}: column ${JSON.stringify(schema.name)}`;
  const first = options.firstRow ?? 0;
  if (wrong.length > 0) throw wrongType(where, schema, wrong, rows, first);
  if (options.impossible !== "zero") {
    if (unknown.length > 0) throw impossibleValues(where, schema, unknown, first);
    if (absent.length > 0)
      throw new CoupletError({
        code: schema.role === "context" ? "CONTEXT_MISMATCH" : "DATA_INVALID",
        where,
        expected: "no missing cells, since the training data had none",
        received: `${absent.length} (first at row ${first + absent[0]! + 1})`,
        hint:
          schema.role === "context"
            ? NEVER_SEEN
            : 'Fill or drop them, allow them with "missing" in the schema and fit again, or score them as impossible.',
        ...(schema.role === "context" ? {} : { remedy: "schema" as const }),
      });
  }
  return { codes, impossible: [...unknown.map((o) => o.row), ...absent] };
}

/** A row under an impossible condition has no probability, not the probability 0. */
const NEVER_SEEN =
  "The model knows nothing of rows under a condition that training never showed: drop them, or fit again with them.";

function isInfinite(cell: string | number): boolean {
  return typeof cell === "number"
    ? Math.abs(cell) === Infinity
    : /^[+-]?inf(inity)?$/i.test(cell.trim());
}

/** JSON has no infinities. */
function shownCell(cell: string | number): string {
  return typeof cell === "number" ? String(cell) : JSON.stringify(cell);
}

/**
 * The test for codes to which a column gives no probability: beyond its bounds, not in its list, beside its sentinels, and integers and
 * dates between its steps. A number between two steps has a density, that of the step that it is rounded to.
 */
function outsideOf(schema: NumericColumnSchema): (code: number) => boolean {
  const { lower = -Infinity, upper = Infinity, values, sentinels } = schema;
  const { below = [], above = [] } = sentinels ?? {};
  const known = new Set(values ?? [...below, ...above]);
  if (values !== undefined) return (code) => !known.has(code);
  const [first, last] = [below.at(-1) ?? -Infinity, above[0] ?? Infinity];
  const step = stepOf(schema);
  return (code) =>
    (code < lower || code > upper || code < first || code > last || isBeside(code, step)) &&
    !known.has(code);
}

/** Steps that values keep to: multiples of `by` from `from` on. */
interface Steps {
  readonly by: number;
  readonly from: number;
}

/** The steps of integers and dates, between which nothing has a probability. */
function stepOf(schema: NumericColumnSchema): Steps | undefined {
  if (schema.type === "number") return undefined;
  const { resolution: by = 1 } = schema;
  return { by, from: isDate(schema) ? (schema.offset ?? 0) : 0 };
}

function isBeside(code: number, step: Steps | undefined): boolean {
  return step !== undefined && (code - step.from) % step.by !== 0;
}

/** The function from a present cell to its code; NaN when the cell is of another type or an unknown category. */
function reader(source: Column, schema: ModelledColumnSchema): (cell: string | number) => number {
  if (isCategorical(schema)) {
    const index = new Map(schema.values.map((value, i) => [keyOf(value), i]));
    if (schema.type !== "boolean") return (cell) => index.get(keyOf(cell)) ?? NaN;
    // Another source may write true and false for what was 0 and 1 (or "No" and "Yes") here.
    const truth = source.kind === "number" && source.origin === "boolean" ? TRUTH_NUMBERS : TRUTH;
    return (cell) => index.get(keyOf(cell)) ?? truth.get(keyOf(cell).toLowerCase()) ?? NaN;
  }
  if (isDate(schema)) {
    const { unit, format } = schema;
    if (source.kind === "number") {
      // Seconds since 1970 as plain numbers; dates are milliseconds already.
      const scale = source.origin === "number" ? (unixScale(format) ?? 1) : 1;
      return (cell) => datePlace(scale * (cell as number), unit);
    }
    const parse = format === undefined ? isoInstant : dateFormat(format).parse;
    return (cell) => datePlace(parse(cell as string), unit);
  }
  const finite = (value: number): number => (Number.isFinite(value) ? value : NaN);
  const readText = numberReader(schema.numberFormat);
  const number = (cell: string | number): number =>
    finite(typeof cell === "number" ? cell : readText(cell));
  const { below = [], above = [] } = schema.sentinels ?? {};
  const apart = new Set([...below, ...above]);
  if (schema.type === "integer")
    return (cell) => {
      const value = number(cell);
      return Number.isInteger(value) ? value : NaN;
    };
  // Rounding must not turn another value into one of the list.
  if (schema.type === "number" && schema.values !== undefined) {
    const grid = columnGrid(schema);
    return (cell) => {
      const value = number(cell);
      const place = grid.placeOf(value);
      return Number.isInteger(place) ? grid.valueAt(place) : value;
    };
  }
  if (schema.type === "number" && schema.resolution !== undefined) {
    const grid = columnGrid(schema);
    return (cell) => {
      const value = number(cell);
      return apart.has(value) ? value : grid.valueAt(grid.indexOf(value));
    };
  }
  return number;
}

const TRUTH: ReadonlyMap<string, number> = new Map([
  ["false", 0],
  ["true", 1],
]);
const TRUTH_NUMBERS: ReadonlyMap<string, number> = new Map([
  ["0", 0],
  ["1", 1],
]);

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?(Z|[+-]\d{2}:\d{2})?$/;

/** Milliseconds since 1970 of a date or time in ISO 8601, without a zone in UTC; NaN for other text. */
function isoInstant(text: string): number {
  const match = ISO.exec(text.trim());
  // Date.parse takes 30 February for 1 March.
  if (match === null || Number.isNaN(dateFormat("YYYY-MM-DD").parse(match[1]!))) return NaN;
  const [, day, time = "00:00", zone = "Z"] = match;
  return Date.parse(`${day}T${time}${zone}`);
}

/** Categories are compared as text without outer spaces, so that 1 and "1" are the same value. */
export function keyOf(value: string | number): string {
  return typeof value === "number" ? String(value) : value.trim();
}

function wrongType(
  where: string,
  schema: ModelledColumnSchema,
  wrong: readonly Offence[],
  rows: number,
  firstRow: number,
): CoupletError {
  const article = /^[aeiou]/.test(schema.type) ? "an" : "a";
  const format =
    "format" in schema && schema.format !== undefined ? ` of the format ${schema.format}` : "";
  return new CoupletError({
    code: "DATA_INVALID",
    where: `${where}, row ${firstRow + wrong[0]!.row + 1}`,
    expected: `${article} ${schema.type}${format}`,
    received:
      wrong.length === 1
        ? wrong[0]!.shown
        : `${wrong[0]!.shown} (${wrong.length} such rows of ${rows}: ${examples(wrong)})`,
    hint: "If they mean a missing value, leave such cells empty or add the spelling to the missing values; otherwise correct them, or fit with another type for the column.",
    remedy: "missing-values",
  });
}

function impossibleValues(
  where: string,
  schema: ModelledColumnSchema,
  offences: readonly Offence[],
  firstRow: number,
): CoupletError {
  const counts = new Map<string, number>();
  for (const { shown } of offences) counts.set(shown, (counts.get(shown) ?? 0) + 1);
  const listed = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([shown, n]) => (offences.length === 1 ? shown : `${shown} (${n})`))
    .join(", ");
  const more = counts.size > 5 ? ` and ${counts.size - 5} more` : "";
  const { values } = schema;
  const expected =
    values !== undefined || isCategorical(schema)
      ? `one of the ${values!.length} known values ${knownValues(values!)}`
      : isBeside(offences[0]!.code ?? 0, stepOf(schema))
        ? stepsInWords(schema)
        : schema.sentinels !== undefined
          ? `values between its sentinels ${shownSentinels(schema.sentinels)}`
          : `values from ${schema.lower ?? "-infinity"} to ${schema.upper ?? "infinity"}`;
  const given = schema.role === "context";
  return new CoupletError({
    code: given ? "CONTEXT_MISMATCH" : "DATA_INVALID",
    where,
    expected,
    received: `${listed}${more} in ${offences.length === 1 ? "row" : `${offences.length} rows, first at row`} ${firstRow + offences[0]!.row + 1}`,
    hint: given
      ? NEVER_SEEN
      : "The model gives such rows probability 0: score them so, drop them, or fit again with them.",
  });
}

function stepsInWords(schema: NumericColumnSchema): string {
  const { by, from } = stepOf(schema)!;
  const unit = isDate(schema) ? `${schema.unit}s` : "";
  if (by === 1) return `whole ${unit}`;
  return `${unit === "" ? "integers" : unit} in steps of ${by}${from === 0 ? "" : ` from ${from} on`}`;
}

function shownSentinels({ below = [], above = [] }: SentinelLists): string {
  return [...below, ...above].join(", ");
}

/** The first values of a list, for messages. */
export function knownValues(values: readonly (string | number)[], limit = 12): string {
  const shown = values
    .slice(0, limit)
    .map((v) => JSON.stringify(v))
    .join(", ");
  return values.length > limit ? `${shown}, ... (${values.length - limit} more)` : shown;
}

function examples(offences: readonly Offence[]): string {
  return [...new Set(offences.map((o) => o.shown))].slice(0, 4).join(", ");
}
