/** Checks a schema that was written or edited by hand. */
import * as v from "valibot";
import { shown } from "../../shown.ts";
import { faultError, type Fault, record, validated } from "../../validation.ts";
import { columnShapes } from "./column-shapes.ts";
import { parseRelation } from "../relations/kinds/index.ts";
import { planRelations } from "../relations/plan-relations.ts";
import {
  type ColumnSchema,
  type NumberColumnSchema,
  type NumericColumnSchema,
  SCHEMA_VERSION,
  type Schema,
  isDate,
  isModelled,
  isNumeric,
} from "./schema.ts";

const schemaShape = record({
  version: v.literal(SCHEMA_VERSION),
  missingValues: v.array(v.string()),
  columns: v.pipe(
    v.array(v.variant("type", columnShapes)),
    v.minLength(1, "expected a list of columns"),
  ),
  relations: v.optional(v.array(v.unknown(), "expected a list of relations")),
});

/**
 * Checks a schema that was written or edited by hand (a parsed JSON value) and returns it, with the names of version 0.1
 * replaced by the present ones.
 *
 * All faults of the fields come in one error, then all faults between fields: each has its path, the expected value and the
 * nearest valid name.
 *
 * @throws CoupletError SPEC_INVALID
 */
export function parseSchema(saved: unknown): Schema {
  const value = withPresentNames(saved);
  validated(schemaShape, value, "schema");
  const schema = value as Schema;
  const faults = schema.columns.flatMap((column, i) => [
    ...(schema.columns.findIndex(({ name }) => name === column.name) < i
      ? [fault(i, "name", "a name that no other column has", column.name)]
      : []),
    ...columnFaults(column, i),
  ]);
  if (!schema.columns.some((column) => isModelled(column) && column.role !== "context"))
    faults.push({
      path: "schema.columns",
      expected: "at least one column to model",
      received: "only columns of context, constants and excluded columns",
    });
  if (faults.length > 0) throw faultError(faults);
  checkRelations(schema);
  return schema;
}

/** Relations of columns that the model has: the first that is not one is refused. */
function checkRelations({ columns, relations }: Schema): void {
  if (relations === undefined) return;
  const parsed = relations.map((relation, i) => parseRelation(relation, `schema.relations[${i}]`));
  planRelations(
    parsed,
    columns.filter(isModelled).filter((column) => column.role !== "context"),
  );
}

/** Names of version 0.1, which files and schemas written by it have. */
const EARLIER_NAMES = [
  ["atoms", "pointMasses"],
  ["spelling", "numberFormat"],
] as const;

/** The schema with the present names of fields; a column that has both keeps both, which is then refused. */
function withPresentNames(value: unknown): unknown {
  if (!isRecord(value) || !Array.isArray(value["columns"])) return value;
  const isEarlier = (column: unknown): boolean =>
    isRecord(column) && EARLIER_NAMES.some(([earlier]) => Object.hasOwn(column, earlier));
  if (!value["columns"].some(isEarlier)) return value;
  const columns = value["columns"].map((column: unknown) => {
    if (!isRecord(column)) return column;
    return EARLIER_NAMES.reduce((fields, [earlier, present]) => {
      if (!Object.hasOwn(fields, earlier) || Object.hasOwn(fields, present)) return fields;
      // The order of the fields is that in which people read them.
      return Object.fromEntries(
        Object.entries(fields).map(([key, field]) => [key === earlier ? present : key, field]),
      );
    }, column);
  });
  return { ...value, columns };
}

/** Faults between the fields of a column. */
function columnFaults(column: ColumnSchema, i: number): Fault[] {
  const faults: Fault[] = [];
  if (isNumeric(column)) {
    const { lower = -Infinity, upper = Infinity } = column;
    if (lower >= upper) faults.push(fault(i, "upper", `more than lower = ${lower}`, upper));
    faults.push(...listFaults(column, i));
  }
  if (column.type === "number") faults.push(...numberFaults(column, i));
  if ("offset" in column && column.offset !== undefined && column.resolution === undefined)
    faults.push(
      fault(i, "resolution", `a step of the values from offset = ${column.offset} on`, undefined),
    );
  if (column.type === "boolean" && column.values.length !== 2)
    faults.push(fault(i, "values", "two values, false then true", column.values));
  if (isDate(column) && column.storage === "text" && column.format === undefined)
    faults.push(fault(i, "format", 'a pattern such as "YYYY-MM-DD"', undefined));
  return faults;
}

function listFaults(column: NumericColumnSchema, i: number): Fault[] {
  const { values, sentinels, lower = -Infinity, upper = Infinity } = column;
  const faults: Fault[] = [];
  const ascend = (list: readonly number[]): boolean =>
    list.every((value, k) => k === 0 || value > list[k - 1]!);
  if (values !== undefined) {
    if (!ascend(values) || values.some((value) => value < lower || value > upper))
      faults.push(fault(i, "values", "numbers that ascend and lie within the bounds", values));
    if (values.length < 2) faults.push(fault(i, "values", "two numbers or more", values));
    if (column.type === "number" && column.pointMasses !== undefined)
      faults.push(fault(i, "pointMasses", "none beside values", column.pointMasses));
  }
  if (sentinels === undefined) return faults;
  if (values !== undefined)
    faults.push(fault(i, "sentinels", "none beside values (list them there)", sentinels));
  const { below = [], above = [] } = sentinels;
  const [first, last] = [below.at(-1) ?? -Infinity, above[0] ?? Infinity];
  const crossed =
    (column.lower !== undefined && lower <= first) || (column.upper !== undefined && upper >= last);
  if (!ascend([...below, ...above]) || crossed)
    faults.push(fault(i, "sentinels", "numbers that ascend and lie outside the bounds", sentinels));
  return faults;
}

function numberFaults(column: NumberColumnSchema, i: number): Fault[] {
  const { pointMasses, resolution, lower = -Infinity, upper = Infinity } = column;
  const faults: Fault[] = [];
  if (resolution !== undefined && pointMasses !== undefined)
    faults.push(
      fault(
        i,
        "pointMasses",
        "none beside resolution (every rounded value has a mass already)",
        pointMasses,
      ),
    );
  // The axis is stretched at each of them in turn.
  const isNext = (point: number, k: number, all: readonly number[]): boolean =>
    point >= lower && point <= upper && (k === 0 || point > all[k - 1]!);
  if (pointMasses !== undefined && !pointMasses.every(isNext))
    faults.push(
      fault(i, "pointMasses", "values that ascend and lie within the bounds", pointMasses),
    );
  return faults;
}

const fault = (column: number, field: string, expected: string, received: unknown): Fault => ({
  path: `schema.columns[${column}].${field}`,
  expected,
  received: shown(received),
});

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
