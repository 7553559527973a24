/** What each type of column has in a schema, for validation: the fields, their types and their values. */
import * as v from "valibot";
import { durationFormat } from "./duration-format.ts";
import { record } from "../../validation.ts";
import { COLUMN_TYPES, type ColumnType } from "./schema.ts";

type Entries = Record<string, v.GenericSchema>;

const isFinite = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

/** Values for which `holds` is true; `noun` names them in messages. */
function values(noun: string, holds: (value: unknown) => boolean): v.GenericSchema {
  return v.custom(holds, `expected ${noun}`);
}

/** A list, not empty, of different values for which `holds` is true. */
function different(noun: string, holds: (value: unknown) => boolean): v.GenericSchema {
  return values(
    `a list of ${noun}, each once`,
    (list) =>
      Array.isArray(list) &&
      list.length > 0 &&
      list.every(holds) &&
      new Set(list).size === list.length,
  );
}

const text = v.string("expected a string");
const flag = v.boolean();
const finite = values("a finite number", isFinite);
const positive = values("a positive number", (value) => isFinite(value) && value > 0);
const integer = (least: number): v.GenericSchema =>
  values(
    `an integer of ${least} or more`,
    (value) => Number.isInteger(value) && (value as number) >= least,
  );

/** As many as `toFixed` writes. */
const decimals = values(
  "an integer from 0 to 100",
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100,
);

const numberFormat = v.pipe(
  record({
    prefix: v.optional(text),
    suffix: v.optional(text),
    decimal: v.optional(v.picklist([".", ","])),
    group: v.optional(
      values(
        "one character that is no digit",
        (value) => typeof value === "string" && value.length === 1 && !/\d/.test(value),
      ),
    ),
    parentheses: v.optional(flag),
    duration: v.optional(
      values(
        'a pattern of d, h, m and s such as "h:mm:ss"',
        (value) => typeof value === "string" && durationFormat(value) !== undefined,
      ),
    ),
  }),
  v.check(
    ({ group, decimal = "." }) => group !== decimal,
    "expected different characters for group and decimal",
  ),
);

const storage = v.picklist(["number", "text", "boolean", "date"]);
const common: Entries = {
  name: values("a name", (value) => typeof value === "string" && value !== ""),
  role: v.optional(v.literal("context")),
  reason: v.optional(text),
  missingAs: v.optional(text),
};
const numeric: Entries = {
  ...common,
  storage,
  transform: v.picklist(["standard", "quantile"]),
  lower: v.optional(finite),
  upper: v.optional(finite),
  values: v.optional(different("finite numbers", isFinite)),
  sentinels: v.optional(
    record({
      below: v.optional(different("finite numbers", isFinite)),
      above: v.optional(different("finite numbers", isFinite)),
    }),
  ),
  missing: v.optional(flag),
};
const category: Entries = {
  ...common,
  storage,
  values: different("strings or numbers", (value) => typeof value === "string" || isFinite(value)),
  missing: v.optional(flag),
};
const date: Entries = {
  ...numeric,
  unit: v.picklist(["month", "day", "hour", "minute", "second", "millisecond", "microsecond"]),
  format: v.optional(text),
  resolution: v.optional(integer(1)),
  offset: v.optional(integer(0)),
};

const entries: Readonly<Record<ColumnType, Entries>> = {
  number: {
    ...numeric,
    numberFormat: v.optional(numberFormat),
    decimals: v.optional(decimals),
    fixedDecimals: v.optional(flag),
    resolution: v.optional(positive),
    offset: v.optional(finite),
    pointMasses: v.optional(different("finite numbers", isFinite)),
  },
  integer: {
    ...numeric,
    numberFormat: v.optional(numberFormat),
    resolution: v.optional(integer(1)),
    decimals: v.optional(decimals),
  },
  category,
  ordered: category,
  boolean: category,
  date,
  datetime: date,
  constant: {
    ...common,
    storage,
    value: values(
      "a string, a number or null",
      (value) => value === null || typeof value === "string" || isFinite(value),
    ),
  },
  identifier: {
    ...common,
    keys: v.optional(
      record({
        storage: v.picklist(["number", "text"]),
        next: v.optional(integer(0)),
        prefix: v.optional(text),
        digits: v.optional(integer(0)),
        pattern: v.optional(
          values(
            "classes 1, 9, a, A, n, N, x, X, w and characters in single quotes",
            (value) => typeof value === "string" && /^(?:[19aAnNxXw]|'(?:''|[^'])')+$/s.test(value),
          ),
        ),
      }),
    ),
  },
  text: common,
};

type ColumnShape = v.StrictObjectSchema<Entries & { readonly type: v.GenericSchema }, string>;

/** The fields of each type of column; `type` is one of them. */
export const columnShapes: readonly ColumnShape[] = COLUMN_TYPES.map((type) =>
  record({ type: v.literal(type), ...entries[type] }),
);
