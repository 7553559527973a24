/** What a question takes for granted of some columns, checked against the schema. */
import { CoupletError, nearest } from "../../error.ts";
import { columnGrid } from "../../table/cell/column-grid.ts";
import { missingTest } from "../../table/cell/missing-cell.ts";
import { knownValues, readColumn } from "../../table/cell/read-column.ts";
import type { ColumnCodes } from "../../table/cell/read-column.ts";
import { isCategorical, isModelled } from "../../table/schema/schema.ts";
import type {
  ColumnSchema,
  ConstantColumnSchema,
  ModelledColumnSchema,
  NumericColumnSchema,
  Schema,
} from "../../table/schema/schema.ts";
import { type Cell, type Column, column } from "../../table/table.ts";

/** Values from `from` to `to`, both included; without one of them the range is open on that side. */
export interface CellRange {
  readonly from?: number | string | Date;
  readonly to?: number | string | Date;
}

/**
 * What holds of one cell: its value, a range of numbers, dates or ordered values, or `null` for a missing cell. Text reads as in the table;
 * of such columns "30..40", "30.." and "..40" are ranges.
 */
export type CellCondition = Cell | CellRange;

/** What holds of some columns, by their names. */
export type Given = Readonly<Record<string, CellCondition>>;

/** What holds of one column's cells, as codes. */
export interface ColumnCondition {
  readonly schema: ModelledColumnSchema;
  /** Its place among the modelled columns. */
  readonly index: number;
  /** For people: "age=30..40". */
  readonly text: string;
  /** "missing"; the codes of a category; or numbers from `low` to `high`, the same for a single one. */
  readonly allowed:
    | { readonly kind: "missing" }
    | { readonly kind: "values"; readonly codes: readonly number[] }
    | { readonly kind: "range"; readonly low: number; readonly high: number };
  /** Whether it asks for one value of a continuous column: the condition then has a density, no probability. */
  readonly isExact: boolean;
  /** Whether a code meets it. */
  holds(code: number): boolean;
}

/**
 * Reads conditions.
 *
 * @param modelled the modelled columns, without the context's
 * @throws CoupletError CONTEXT_MISMATCH for a column or a value that the model does not know, with the nearest
 */
export function columnConditions(
  given: Given,
  schema: Schema,
  modelled: readonly ModelledColumnSchema[],
): ColumnCondition[] {
  return Object.entries(given).flatMap(([name, wanted]) => {
    const found = schema.columns.find((c) => c.name === name);
    if (found === undefined) throw unknownColumn(name, schema);
    if (found.type === "constant") {
      checkConstant(found, wanted, schema);
      return [];
    }
    const index = modelled.findIndex((c) => c.name === name);
    if (!isModelled(found) || index < 0) throw notModelled(found);
    return [conditionOf(found, index, wanted, schema)];
  });
}

/** @throws CoupletError CONTEXT_MISMATCH for a column that the model does not describe, with the nearest */
export function checkNames(
  names: readonly string[],
  schema: Schema,
  modelled: readonly ModelledColumnSchema[],
): void {
  for (const name of names) {
    const found = schema.columns.find((c) => c.name === name);
    if (found === undefined) throw unknownColumn(name, schema);
    if (!modelled.some((c) => c.name === name)) throw notModelled(found);
  }
}

/** @throws CoupletError CONTEXT_MISMATCH for a column that the table does not have, with the nearest */
export function checkKnown(names: readonly string[], schema: Schema): void {
  for (const name of names)
    if (!schema.columns.some((c) => c.name === name)) throw unknownColumn(name, schema);
}

/** For people: "sex=F, age=30..40". */
export function describeGiven(given: Given): string {
  return Object.entries(given)
    .map(([name, wanted]) => describeCell(name, wanted))
    .join(", ");
}

function describeCell(name: string, wanted: CellCondition): string {
  if (!isRange(wanted)) return `${name}=${shownCell(wanted)}`;
  return `${name}=${shownCell(wanted.from)}..${shownCell(wanted.to)}`;
}

function shownCell(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

function isRange(wanted: CellCondition): wanted is CellRange {
  return typeof wanted === "object" && wanted !== null && !(wanted instanceof Date);
}

function conditionOf(
  found: ModelledColumnSchema,
  index: number,
  wanted: CellCondition,
  schema: Schema,
): ColumnCondition {
  const text = describeCell(found.name, wanted);
  if (typeof wanted === "string" && wanted.trim() === "..")
    throw refused("a range with a beginning or an end", text);
  const base = { schema: found, index, text };
  const range = isRange(wanted) ? wanted : rangeOfText(found, wanted);
  const code = (cell: Cell): number => codeOf(found, cell, schema);
  if (range === undefined && Number.isNaN(code(wanted as Cell))) {
    if (found.missing !== true)
      throw refused(
        `a value of ${JSON.stringify(found.name)}, whose cells were never missing in training`,
        text,
      );
    return {
      ...base,
      allowed: { kind: "missing" },
      isExact: false,
      holds: (c) => Number.isNaN(c),
    };
  }
  const [from, to] =
    range === undefined
      ? [code(wanted as Cell), code(wanted as Cell)]
      : [
          range.from === undefined ? -Infinity : code(range.from),
          range.to === undefined ? Infinity : code(range.to),
        ];
  if (!(from <= to)) throw refused("a range whose end is not below its beginning", text);
  if (isCategorical(found)) {
    if (range !== undefined && found.type === "category")
      throw refused(
        `a value of ${JSON.stringify(found.name)}: its values have no order`,
        text,
        `It has ${knownValues(found.values, 20)}.`,
      );
    const codes = found.values.flatMap((_, k) => (k >= from && k <= to ? [k] : []));
    return {
      ...base,
      allowed: { kind: "values", codes },
      isExact: false,
      holds: (c) => c >= from && c <= to,
    };
  }
  const { low, high } = onGrid(found, from, to, text);
  return {
    ...base,
    allowed: { kind: "range", low, high },
    isExact: low === high && isContinuousAt(found, low),
    holds: (c) => c >= low && c <= high,
  };
}

/** The values of a column's grid within a range; a bound between two of them leaves the one inside. */
function onGrid(found: NumericColumnSchema, from: number, to: number, text: string) {
  const { lower = -Infinity, upper = Infinity } = found;
  if (to < lower || from > upper)
    throw refused(
      `${JSON.stringify(found.name)} from ${lower} to ${upper}, as the schema bounds it`,
      text,
    );
  if (found.type === "number" && found.resolution === undefined) return { low: from, high: to };
  const grid = columnGrid(found);
  const [first, last] = [Math.ceil(grid.placeOf(from)), Math.floor(grid.placeOf(to))];
  if (first > last)
    throw refused(`a range with a value of ${JSON.stringify(found.name)} in it`, text);
  return {
    low: Number.isFinite(first) ? grid.valueAt(first) : from,
    high: Number.isFinite(last) ? grid.valueAt(last) : to,
  };
}

/** Whether a number has a density there: it is no value of a grid and no point of mass. */
function isContinuousAt(found: NumericColumnSchema, value: number): boolean {
  if (found.type !== "number" || found.resolution !== undefined) return false;
  return !(found.pointMasses ?? []).includes(value);
}

/** "30..40" of a column whose values have an order. */
function rangeOfText(found: ModelledColumnSchema, wanted: CellCondition): CellRange | undefined {
  if (typeof wanted !== "string") return undefined;
  if (isCategorical(found) && (found.type !== "ordered" || found.values.includes(wanted)))
    return undefined;
  const at = wanted.indexOf("..");
  if (at < 0) return undefined;
  const [from, to] = [wanted.slice(0, at).trim(), wanted.slice(at + 2).trim()];
  return { ...(from === "" ? {} : { from }), ...(to === "" ? {} : { to }) };
}

/** The code of a cell; NaN for a missing one. */
function codeOf(found: ModelledColumnSchema, cell: Cell, schema: Schema): number {
  // The empty text is how a command line writes a missing cell.
  const one = column(found.name, [cell === "" ? null : cell]);
  const { codes, impossible } = readCell(one, found, schema);
  const [value] = one.values;
  const isAbsent =
    isMissing(value) || (typeof value === "string" && missingTest(schema.missingValues)(value));
  if (!isCategorical(found) && Number.isNaN(codes[0]) && !isAbsent)
    throw refused("a finite number", describeCell(found.name, cell));
  if (isCategorical(found) && impossible.length > 0 && !isMissing(one.values[0])) {
    const known = found.values.map(String);
    const near = nearest(String(cell), known);
    throw refused(
      `${found.name} to be one of ${knownValues(found.values, 50)}`,
      JSON.stringify(cell),
      near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`,
    );
  }
  return codes[0]!;
}

/** A cell of another type is a condition that the column cannot meet, not a row of a table to mend. */
function readCell(one: Column, found: ModelledColumnSchema, schema: Schema): ColumnCodes {
  try {
    return readColumn(one, found, {
      missingValues: schema.missingValues,
      impossible: "zero",
      where: "given",
    });
  } catch (error) {
    if (!(error instanceof CoupletError)) throw error;
    throw refused(`${JSON.stringify(found.name)} to be ${error.expected}`, error.received);
  }
}

function isMissing(cell: string | number | null | undefined): boolean {
  return cell === null || cell === undefined || Number.isNaN(cell);
}

function checkConstant(found: ConstantColumnSchema, wanted: CellCondition, schema: Schema): void {
  const { value } = found;
  const cell = isRange(wanted) ? undefined : shownCell(wanted);
  const isSame =
    value === null
      ? cell === "" || schema.missingValues.includes(cell ?? "")
      : cell !== undefined && (cell === String(value) || Number(cell) === value);
  if (!isSame)
    throw refused(
      `${found.name} to be ${JSON.stringify(value)}, as in every training row`,
      describeCell(found.name, wanted),
    );
}

function unknownColumn(name: string, schema: Schema): CoupletError {
  const known = schema.columns.filter(isModelled).map((c) => c.name);
  const near = nearest(name, known);
  return refused(
    `one of the columns ${known.join(", ")}`,
    JSON.stringify(name),
    near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`,
  );
}

function notModelled({ name, type, role }: ColumnSchema): CoupletError {
  return role === "context"
    ? refused(
        "a column that the model describes",
        `${JSON.stringify(name)}, a context column`,
        "Give its value as context: every question has to.",
      )
    : refused("a column that the model describes", `${JSON.stringify(name)}, of type ${type}`);
}

function refused(expected: string, received: string, hint?: string): CoupletError {
  return new CoupletError({
    code: "CONTEXT_MISMATCH",
    where: "given",
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
  });
}
