/** The cells of a table as relations see them. */
import { CoupletError, nearest } from "../../error.ts";
import { keyOf } from "../cell/read-column.ts";
import { type ModelledColumnSchema, isCategorical, isDate } from "../schema/schema.ts";
import { dateIndex, dateOfIndex } from "../cell/date-unit.ts";
import type { RelationCell } from "../schema/relation.ts";

/** Columns with their cells as numbers: numbers as they are, dates in units, categories as indices; NaN is missing. */
export interface RowCodes {
  readonly rows: number;
  readonly schemas: readonly ModelledColumnSchema[];
  readonly codes: readonly Float64Array[];
}

/** The place of a column by its name. */
export function columnIndex(
  schemas: readonly ModelledColumnSchema[],
  name: string,
  where: string,
): number {
  const index = schemas.findIndex((schema) => schema.name === name);
  if (index >= 0) return index;
  const names = schemas.map((schema) => schema.name);
  const near = nearest(name, names);
  throw new CoupletError({
    code: "SPEC_INVALID",
    where,
    expected: "a column that is modelled",
    received: JSON.stringify(name),
    ...(near === undefined ? {} : { hint: `Did you mean ${JSON.stringify(near)}?` }),
  });
}

/** The code of a cell that a relation names; `undefined` for a value that the column does not have. */
export function codeOfCell(schema: ModelledColumnSchema, cell: RelationCell): number | undefined {
  if (cell === null) return NaN;
  if (!isCategorical(schema)) return typeof cell === "number" ? cell : undefined;
  const index = schema.values.findIndex((value) => keyOf(value) === keyOf(cell));
  return index < 0 ? undefined : index;
}

/** A code as a relation writes it. */
export function cellOfCode(schema: ModelledColumnSchema, code: number): RelationCell {
  if (Number.isNaN(code)) return null;
  return isCategorical(schema) ? schema.values[code]! : code;
}

/** Equal codes; missing equals missing. */
export function isSameCode(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** A code in the unit of another column: dates may be days here and seconds there. */
export function inUnitOf(
  target: ModelledColumnSchema,
  source: ModelledColumnSchema,
): (code: number) => number {
  if (!isDate(target) || !isDate(source) || target.unit === source.unit) return (code) => code;
  return (code) => dateIndex(dateOfIndex(code, source.unit), target.unit);
}

/** Whether cells of two columns can be compared: numbers with numbers, dates with dates, times of day among themselves. */
export function areComparable(a: ModelledColumnSchema, b: ModelledColumnSchema): boolean {
  if (isCategorical(a) || isCategorical(b)) return false;
  if (isDate(a) !== isDate(b)) return false;
  return !isDate(a) || !isDate(b) || isTimeOfDay(a) === isTimeOfDay(b);
}

/** A time without a date has a day's bounds. */
function isTimeOfDay(schema: ModelledColumnSchema): boolean {
  return isDate(schema) && schema.upper !== undefined && schema.lower === 0;
}
