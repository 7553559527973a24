/** A table's cells as nodes: from raw inputs to codes, as `readColumn` reads them, with what is missing and what has probability 0. */
import { columnGrid, listTolerance } from "../../table/cell/column-grid.ts";
import { missingTest } from "../../table/cell/missing-cell.ts";
import { readNumber } from "../../table/cell/read-number.ts";
import { keyOf } from "../../table/cell/read-column.ts";
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import type {
  CategoryColumnSchema,
  ModelledColumnSchema,
  NumericColumnSchema,
} from "../../table/schema/schema.ts";
import { isCategorical, isDate } from "../../table/schema/schema.ts";
import { CATEGORIES } from "../../engine/onnx/onnx-graph.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { instantOf, unitIndex } from "./date-nodes.ts";
import { gridValue } from "./grid-nodes.ts";
import { rounded } from "./rounding-nodes.ts";

/** A column's cells, [rows, 1] each. */
export interface CellNodes {
  /** Numbers as they are, dates in units, categories as indices; a value of the column where a cell is missing or impossible. */
  readonly code: string;
  readonly isMissing: string;
  readonly isImpossible: string;
}

/** What a column's input is: text for categories of text, float64 for all others. */
export function inputOf(schema: ModelledColumnSchema): "string" | "double" {
  return isCategorical(schema) && schema.storage === "text" ? "string" : "double";
}

/** Reads the cells of a column from its input, [rows, 1]. */
export function readCells(
  m: Arithmetic,
  raw: string,
  schema: ModelledColumnSchema,
  encoder: ColumnEncoder,
  missingValues: readonly string[],
): CellNodes {
  if (isCategorical(schema)) return readCategory(m, raw, schema, missingValues);
  const marks = isDate(schema) ? daysAmong(missingValues) : numbersAmong(missingValues);
  const isMissing = isAbsent(m, raw, marks);
  const ordinary = encoder.decode(Float64Array.of(0, 0), 0);
  // Beside infinities no arithmetic: what stands for them is refused below.
  const isFinite = m.compare("LessOrEqual", m.of("Abs", raw), Number.MAX_VALUE);
  const isNumber = m.all(isFinite, m.of("Not", isMissing));
  const start = isDate(schema) ? 0 : ordinary;
  const { code, isWrong } = codeOf(m, m.where(isNumber, raw, start), schema);
  const refused = [
    ...(schema.missing === true ? [] : [isMissing]),
    m.all(m.of("Not", isNumber), m.of("Not", isMissing)),
    ...isWrong.map((wrong) => m.all(isNumber, wrong)),
  ];
  const isImpossible = m.any(...refused);
  const isLost = m.any(isMissing, isImpossible);
  return { code: m.where(isLost, ordinary, code), isMissing, isImpossible };
}

/** The code of a finite number, and the conditions under which the column cannot have it. */
function codeOf(
  m: Arithmetic,
  value: string,
  schema: NumericColumnSchema,
): { readonly code: string; readonly isWrong: readonly string[] } {
  const { lower, upper, values, sentinels } = schema;
  const { below = [], above = [] } = sentinels ?? {};
  const known = values ?? [...below, ...above];
  const isKnown = known.length === 0 ? undefined : isOneOf(m, value, known);
  const unlessKnown = (wrong: string): string =>
    isKnown === undefined ? wrong : m.all(wrong, m.of("Not", isKnown));
  if (isDate(schema)) {
    const code = unitIndex(m, value, schema.unit);
    // A part of a unit: of months, which have no fixed length, the day is cut off.
    const finer =
      schema.unit === "month" || schema.unit === "microsecond"
        ? []
        : [m.of("Not", m.compare("Equal", value, instantOf(m, code, schema.unit)))];
    if (values !== undefined)
      return { code, isWrong: [...finer, m.of("Not", isOneOf(m, code, values))] };
    const isOwn = isOneOfOrNone(m, code, known);
    const between = besideSteps(m, code, schema.resolution, schema.offset);
    const isWrong = [...boundsOf(m, code, schema, isOwn), ...unlessOf(m, between, isOwn)];
    return { code, isWrong: [...finer, ...isWrong] };
  }
  if (schema.type === "integer") {
    const isWhole = m.compare("Equal", value, m.of("Floor", value));
    const isWrong = [m.of("Not", isWhole)];
    if (values !== undefined) return { code: value, isWrong: [...isWrong, m.of("Not", isKnown!)] };
    const between = unlessOf(m, besideSteps(m, value, schema.resolution), isKnown);
    return {
      code: value,
      isWrong: [...isWrong, ...between, ...boundsOf(m, value, schema, isKnown)],
    };
  }
  if (values !== undefined) {
    // The nearest of the list, where it is as near as rounding errors are.
    const at = nearestOf(m, value, values);
    const code = m.lookUp(values, at);
    const gap = m.of("Abs", m.subtract(value, code));
    return { code, isWrong: [m.compare("Greater", gap, listTolerance(values))] };
  }
  if (schema.resolution !== undefined) {
    const grid = columnGrid(schema);
    const k = rounded(m, m.divide(m.subtract(value, schema.offset ?? 0), grid.step));
    const code = gridValue(m, k, schema);
    const beyond = [
      ...(lower === undefined ? [] : [unlessKnown(m.compare("Less", k, grid.first))]),
      ...(upper === undefined ? [] : [unlessKnown(m.compare("Greater", k, grid.last))]),
    ];
    const { lower: _l, upper: _u, ...open } = schema;
    const own = isKnown === undefined ? code : m.where(isKnown, value, code);
    return { code: own, isWrong: [...beyond, ...boundsOf(m, own, open, isKnown)] };
  }
  return { code: value, isWrong: boundsOf(m, value, schema, isKnown) };
}

/** The conditions under which a code lies beyond the bounds or beside the sentinels. */
function boundsOf(
  m: Arithmetic,
  code: string,
  { lower, upper, sentinels }: NumericColumnSchema,
  isKnown: string | undefined,
): string[] {
  const low = Math.max(lower ?? -Infinity, sentinels?.below?.at(-1) ?? -Infinity);
  const high = Math.min(upper ?? Infinity, sentinels?.above?.[0] ?? Infinity);
  const wrong = [
    ...(low > -Infinity ? [m.compare("Less", code, low)] : []),
    ...(high < Infinity ? [m.compare("Greater", code, high)] : []),
  ];
  return unlessOf(m, wrong, isKnown);
}

/** Conditions that do not hold for known values. */
function unlessOf(m: Arithmetic, wrong: readonly string[], isKnown: string | undefined): string[] {
  return wrong.map((it) => (isKnown === undefined ? it : m.all(it, m.of("Not", isKnown))));
}

/** The condition under which a code lies between the steps of its column. */
function besideSteps(m: Arithmetic, code: string, step = 1, offset = 0): string[] {
  if (step === 1) return [];
  const place = m.divide(m.subtract(code, offset), step);
  return [m.of("Not", m.compare("Equal", place, m.of("Floor", place)))];
}

function isOneOfOrNone(m: Arithmetic, value: string, list: readonly number[]): string | undefined {
  return list.length === 0 ? undefined : isOneOf(m, value, list);
}

/** Whether a cell is missing: NaN, or a number that stands for it. */
function isAbsent(m: Arithmetic, raw: string, marks: readonly number[]): string {
  const isNaN = m.of("IsNaN", raw);
  return marks.length === 0 ? isNaN : m.any(isNaN, isOneOf(m, raw, marks));
}

/** Whether a value is one of a list. */
export function isOneOf(m: Arithmetic, value: string, list: readonly number[]): string {
  return m.compare("Greater", m.count(m.compare("Equal", value, m.row(list))), 0);
}

/** The place of a value in an ascending list: how many midpoints it is not below. */
export function nearestOf(m: Arithmetic, value: string, list: readonly number[]): string {
  const middles = list.slice(1).map((high, i) => list[i]! + (high - list[i]!) / 2);
  if (middles.length === 0) return m.multiply(value, 0);
  return m.count(m.compare("GreaterOrEqual", value, m.row(middles)));
}

function numbersAmong(spellings: readonly string[]): number[] {
  return spellings.map(readNumber).filter((value) => !Number.isNaN(value));
}

function daysAmong(spellings: readonly string[]): number[] {
  return spellings
    .filter((text) => /^\d{4}-\d{2}-\d{2}$/.test(text.trim()))
    .map((text) => Date.parse(`${text.trim()}T00:00Z`))
    .filter((ms) => !Number.isNaN(ms));
}

/** A category's index among its values; one more stands for a missing cell. */
function readCategory(
  m: Arithmetic,
  raw: string,
  schema: CategoryColumnSchema,
  missingValues: readonly string[],
): CellNodes {
  const missing = schema.values.length;
  const unknown = missing + 1;
  const index =
    inputOf(schema) === "string"
      ? labelled(m, raw, schema, missingValues, { missing, unknown })
      : matched(m, raw, schema, missingValues, { missing, unknown });
  const isMissing = m.compare("Equal", index, missing);
  const isUnknown = m.compare("Equal", index, unknown);
  const isImpossible = schema.missing === true ? isUnknown : m.any(isUnknown, isMissing);
  return { code: m.where(isImpossible, 0, index), isMissing, isImpossible };
}

interface OtherIndices {
  readonly missing: number;
  readonly unknown: number;
}

/** Texts by the operator for categories: the values, and the ways in which a missing cell is written. */
function labelled(
  m: Arithmetic,
  raw: string,
  schema: CategoryColumnSchema,
  missingValues: readonly string[],
  { missing, unknown }: OtherIndices,
): string {
  const keys = new Map<string, number>();
  const isSpelled = missingTest(missingValues);
  for (const [i, value] of schema.values.entries()) keys.set(keyOf(value), i);
  for (const text of ["", ...missingValues])
    for (const spelling of [text, text.trim(), text.toLowerCase(), text.toUpperCase()])
      if (!keys.has(spelling) && (spelling === "" || isSpelled(spelling)))
        keys.set(spelling, missing);
  const found = m.g.node(
    "LabelEncoder",
    [raw],
    {
      keys_strings: { texts: [...keys.keys()] },
      values_int64s: { ints: [...keys.values()] },
      default_int64: { int: unknown },
    },
    CATEGORIES.domain,
  );
  return m.g.cast(found, "double");
}

/** Numbers, and booleans as 0 and 1: the one that is equal. */
function matched(
  m: Arithmetic,
  raw: string,
  schema: CategoryColumnSchema,
  missingValues: readonly string[],
  { missing, unknown }: OtherIndices,
): string {
  const isSame = m.compare("Equal", raw, m.row(schema.values.map(numberOfCategory)));
  const places = m.row(schema.values.map((_, i) => i + 1));
  const place = m.g.sum(m.multiply(m.g.cast(isSame, "double"), places), 1, true);
  const isNone = m.compare("Equal", place, 0);
  return m.where(
    isAbsent(m, raw, numbersAmong(missingValues)),
    missing,
    m.where(isNone, unknown, m.subtract(place, 1)),
  );
}

/** A value of a category of numbers; false and true are 0 and 1. */
export function numberOfCategory(value: string | number): number {
  if (typeof value === "number") return value;
  const word = value.trim().toLowerCase();
  return word === "false" ? 0 : word === "true" ? 1 : Number(value);
}
