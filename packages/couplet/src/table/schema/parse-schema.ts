import { CoupletError, nearest } from "../../error.ts";
import {
  COLUMN_TYPES,
  type ColumnSchema,
  type ColumnType,
  SCHEMA_VERSION,
  type Schema,
  isModelled,
} from "./schema.ts";

type Check = (value: unknown) => string | undefined;

const STORAGES = ["number", "text", "boolean", "date"];
const UNITS = ["month", "day", "hour", "minute", "second", "millisecond", "microsecond"];

const text: Check = (v) => (typeof v === "string" ? undefined : "a string");
const flag: Check = (v) => (typeof v === "boolean" ? undefined : "true or false");
const finite: Check = (v) =>
  typeof v === "number" && Number.isFinite(v) ? undefined : "a finite number";
const positive: Check = (v) =>
  typeof v === "number" && v > 0 && Number.isFinite(v) ? undefined : "a positive number";
const count: Check = (v) =>
  Number.isInteger(v) && (v as number) >= 0 ? undefined : "a whole number of 0 or more";
const positiveWhole: Check = (v) =>
  Number.isInteger(v) && (v as number) >= 1 ? undefined : "a whole number of 1 or more";
const oneOf =
  (allowed: readonly string[]): Check =>
  (v) =>
    allowed.includes(v as string)
      ? undefined
      : `one of ${allowed.map((a) => JSON.stringify(a)).join(", ")}`;
const listOf =
  (what: string, item: (v: unknown) => boolean): Check =>
  (v) => {
    if (!Array.isArray(v) || v.length === 0 || !v.every(item)) return `a list of ${what}`;
    return new Set(v).size === v.length ? undefined : `a list of ${what}, each once`;
  };
const scalar: Check = (v) =>
  v === null || typeof v === "string" || (typeof v === "number" && Number.isFinite(v))
    ? undefined
    : "a string, a number or null";
const values = listOf(
  "strings or numbers",
  (v) => typeof v === "string" || (typeof v === "number" && Number.isFinite(v)),
);

const NUMBER_FORMAT: Readonly<Record<string, Check>> = {
  prefix: text,
  suffix: text,
  decimal: oneOf([".", ","]),
  group: (v) =>
    typeof v === "string" && v.length === 1 && !/\d/.test(v) ? undefined : "one character",
};
const numberFormat: Check = (v) => {
  if (!isRecord(v)) return "an object";
  for (const [key, value] of Object.entries(v)) {
    const expected =
      NUMBER_FORMAT[key] === undefined
        ? `only ${Object.keys(NUMBER_FORMAT).join(", ")}`
        : NUMBER_FORMAT[key](value);
    if (expected !== undefined) return `an object with ${key}: ${expected}`;
  }
  return v["group"] !== undefined && v["group"] === (v["decimal"] ?? ".")
    ? "a group that is not the decimal sign"
    : undefined;
};

interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

const common = { role: oneOf(["context"]), reason: text };
const numeric: Shape = {
  required: { storage: oneOf(STORAGES), transform: oneOf(["standard", "quantile"]) },
  optional: { ...common, lower: finite, upper: finite, missing: flag },
};
const category: Shape = {
  required: { storage: oneOf(STORAGES), values },
  optional: { ...common, missing: flag },
};
const date: Shape = {
  required: { ...numeric.required, unit: oneOf(UNITS) },
  optional: { ...numeric.optional, format: text },
};
const omitted: Shape = { required: {}, optional: common };

const SHAPES: Readonly<Record<ColumnType, Shape>> = {
  number: {
    required: numeric.required,
    optional: {
      ...numeric.optional,
      numberFormat,
      decimals: count,
      fixedDecimals: flag,
      resolution: positive,
      offset: finite,
      pointMasses: listOf("finite numbers", (v) => typeof v === "number" && Number.isFinite(v)),
    },
  },
  integer: {
    required: numeric.required,
    optional: { ...numeric.optional, numberFormat, resolution: positiveWhole },
  },
  category,
  ordered: category,
  boolean: category,
  date,
  datetime: date,
  constant: { required: { storage: oneOf(STORAGES), value: scalar }, optional: common },
  identifier: omitted,
  text: omitted,
};

/**
 * Checks a schema that was written or edited by hand (a parsed JSON value).
 *
 * All problems are collected before throwing; each has its path, what was expected and the nearest allowed word.
 *
 * @throws CoupletError SPEC_INVALID
 */
export function parseSchema(saved: unknown): Schema {
  const value = withPresentNames(saved);
  const issues: string[] = [];
  if (!isRecord(value)) throw invalid([`schema: expected an object, got ${show(value)}`]);
  if (value["version"] !== SCHEMA_VERSION)
    issues.push(`schema.version: expected ${SCHEMA_VERSION}, got ${show(value["version"])}`);
  checkKeys(value, ["version", "missingValues", "columns"], "schema", issues);
  if (
    !Array.isArray(value["missingValues"]) ||
    value["missingValues"].some((v) => typeof v !== "string")
  )
    issues.push(
      `schema.missingValues: expected a list of strings, got ${show(value["missingValues"])}`,
    );
  const columns = value["columns"];
  if (!Array.isArray(columns) || columns.length === 0) {
    issues.push(`schema.columns: expected a list of columns, got ${show(columns)}`);
  } else {
    const seen = new Set<string>();
    columns.forEach((column, i) => checkColumn(column, `schema.columns[${i}]`, seen, issues));
    if (
      issues.length === 0 &&
      !(columns as ColumnSchema[]).some((c) => isModelled(c) && c.role !== "context")
    )
      issues.push(
        "schema.columns: expected at least one column to model, got only context, constant or left-out columns",
      );
  }
  if (issues.length > 0) throw invalid(issues);
  return value as unknown as Schema;
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

function invalid(issues: readonly string[]): CoupletError {
  const [first, ...others] = issues;
  const parts = /^([^:]*): expected ([^]*), got ([^]*)$/.exec(first!);
  return new CoupletError({
    code: "SPEC_INVALID",
    where: parts?.[1] ?? "schema",
    expected: parts?.[2] ?? "a valid schema",
    received: parts?.[3] ?? first!,
    ...(others.length === 0 ? {} : { hint: `Also: ${others.slice(0, 10).join("; ")}.` }),
  });
}

function checkColumn(column: unknown, path: string, seen: Set<string>, issues: string[]): void {
  if (!isRecord(column)) {
    issues.push(`${path}: expected an object, got ${show(column)}`);
    return;
  }
  const { name, type } = column;
  if (typeof name !== "string" || name === "")
    issues.push(`${path}.name: expected a name, got ${show(name)}`);
  else if (seen.has(name))
    issues.push(`${path}.name: expected names that are unique, got ${show(name)} twice`);
  else seen.add(name);
  const shape = SHAPES[type as ColumnType] as Shape | undefined;
  if (shape === undefined || !COLUMN_TYPES.includes(type as ColumnType)) {
    const near = typeof type === "string" ? nearest(type, COLUMN_TYPES) : undefined;
    const hint = near === undefined ? "" : ` (did you mean ${show(near)}?)`;
    issues.push(`${path}.type: expected ${oneOf(COLUMN_TYPES)(type)!}, got ${show(type)}${hint}`);
    return;
  }
  checkKeys(
    column,
    ["name", "type", ...Object.keys(shape.required), ...Object.keys(shape.optional)],
    path,
    issues,
  );
  for (const [key, check] of Object.entries({ ...shape.required, ...shape.optional })) {
    if (column[key] === undefined && key in shape.optional) continue;
    const expected = check(column[key]);
    if (expected !== undefined)
      issues.push(`${path}.${key}: expected ${expected}, got ${show(column[key])}`);
  }
  checkRelations(column, path, issues);
}

/** What one key alone cannot say. */
function checkRelations(column: Record<string, unknown>, path: string, issues: string[]): void {
  const { lower, upper, type } = column;
  if (typeof lower === "number" && typeof upper === "number" && lower >= upper)
    issues.push(`${path}.upper: expected more than lower = ${lower}, got ${upper}`);
  if (typeof column["resolution"] === "number" && column["pointMasses"] !== undefined)
    issues.push(
      `${path}.pointMasses: expected none beside resolution (every rounded value has a mass already), got ${show(column["pointMasses"])}`,
    );
  if (Array.isArray(column["pointMasses"])) {
    const pointMasses = column["pointMasses"] as readonly number[];
    const inside = (pointMass: number): boolean =>
      !(typeof lower === "number" && pointMass < lower) &&
      !(typeof upper === "number" && pointMass > upper);
    // The axis is stretched at each of them in turn.
    if (
      pointMasses.some((pointMass, i) => i > 0 && pointMass < pointMasses[i - 1]!) ||
      !pointMasses.every(inside)
    )
      issues.push(
        `${path}.pointMasses: expected values that ascend and lie within the bounds, got ${show(pointMasses)}`,
      );
  }
  if (column["offset"] !== undefined && column["resolution"] === undefined)
    issues.push(
      `${path}.offset: expected a resolution beside it (it says where its multiples begin), got none`,
    );
  if (type === "boolean" && Array.isArray(column["values"]) && column["values"].length !== 2)
    issues.push(
      `${path}.values: expected two values, false then true, got ${show(column["values"])}`,
    );
  if (
    (type === "date" || type === "datetime") &&
    column["storage"] === "text" &&
    column["format"] === undefined
  )
    issues.push(`${path}.format: expected a pattern such as "YYYY-MM-DD", got nothing`);
}

function checkKeys(
  value: Record<string, unknown>,
  allowed: readonly string[],
  path: string,
  issues: string[],
): void {
  for (const key of Object.keys(value)) {
    if (allowed.includes(key)) continue;
    const near = nearest(key, allowed);
    const hint = near === undefined ? "" : ` (did you mean ${show(near)}?)`;
    issues.push(`${path}.${key}: expected one of ${allowed.join(", ")}, got ${show(key)}${hint}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Two levels at most: a value nested thousands deep would overflow the stack. */
function show(value: unknown): string {
  const written = JSON.stringify(withoutDepth(value, 2)) ?? "nothing";
  return written.length > 80 ? `${written.slice(0, 77)}...` : written;
}

function withoutDepth(value: unknown, levels: number): unknown {
  if (Array.isArray(value))
    return levels === 0 ? "..." : value.slice(0, 80).map((item) => withoutDepth(item, levels - 1));
  if (!isRecord(value)) return value;
  if (levels === 0) return "...";
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 80)
      .map(([key, item]) => [key, withoutDepth(item, levels - 1)]),
  );
}
