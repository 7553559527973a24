import { dateFormat, unixScale, writableRange } from "./date-format.ts";
import { dateOfIndex } from "./date-unit.ts";
import { writeInFormat } from "./number-format.ts";
import { isCategorical, isDate } from "../schema/schema.ts";
import type {
  IntegerColumnSchema,
  ModelledColumnSchema,
  NumberColumnSchema,
} from "../schema/schema.ts";
import type { Column } from "../table.ts";

/** The last instant of a Date, in milliseconds. */
const MOST_INSTANT = 8.64e15;

/** A column of codes back in its original type: undoes `readColumn`. */
export function writeColumn(schema: ModelledColumnSchema, codes: Float64Array): Column {
  const { name } = schema;
  if (isCategorical(schema)) {
    const { values } = schema;
    if (schema.storage === "text")
      return {
        kind: "text",
        name,
        values: Array.from(codes, (code) => (Number.isNaN(code) ? null : String(values[code]!))),
      };
    return numbers(
      name,
      schema.storage,
      codes.map((code) => (Number.isNaN(code) ? NaN : Number(values[code]!))),
    );
  }
  if (isDate(schema)) {
    const [first, last] =
      schema.storage === "text" ? writableRange(schema.format!) : [-MOST_INSTANT, MOST_INSTANT];
    // A tail may reach beyond what a format can write: its last instant then.
    const instants = codes.map((code) =>
      Math.min(last, Math.max(first, dateOfIndex(code, schema.unit))),
    );
    if (schema.storage !== "text") {
      const scale = schema.storage === "number" ? (unixScale(schema.format) ?? 1) : 1;
      return numbers(
        name,
        schema.storage,
        scale === 1 ? instants : instants.map((ms) => Math.floor(ms / scale)),
      );
    }
    const { format } = dateFormat(schema.format!);
    return {
      kind: "text",
      name,
      values: Array.from(instants, (ms) => (Number.isNaN(ms) ? null : format(ms))),
    };
  }
  if (schema.storage !== "text") return numbers(name, schema.storage, codes);
  const spelled = speller(schema);
  return {
    kind: "text",
    name,
    values: Array.from(codes, (code) => (Number.isNaN(code) ? null : spelled(code))),
  };
}

/** How a number of this column is written. */
function speller(schema: NumberColumnSchema | IntegerColumnSchema): (value: number) => string {
  const { numberFormat } = schema;
  const { decimals = schema.type === "number" ? undefined : 0 } = schema;
  const isFixed = schema.type === "integer" ? decimals !== 0 : schema.fixedDecimals === true;
  const plain =
    isFixed && decimals !== undefined ? (value: number): string => value.toFixed(decimals) : String;
  if (numberFormat === undefined) return plain;
  return (value) => {
    const text = plain(value);
    // Units and separators go with digits, not with exponents.
    return writeInFormat(
      text.includes("e") ? value.toFixed(Math.min(20, decimals ?? 20)) : text,
      numberFormat,
    );
  };
}

function numbers(
  name: string,
  storage: "number" | "boolean" | "date",
  values: Float64Array,
): Column {
  return { kind: "number", name, values, origin: storage };
}

/** A column with the same cell in every row. */
export function constantColumn(
  schema: {
    readonly name: string;
    readonly storage: "number" | "text" | "boolean" | "date";
    readonly value: string | number | null;
  },
  rows: number,
): Column {
  const { name, storage, value } = schema;
  if (storage === "text")
    return {
      kind: "text",
      name,
      values: Array.from({ length: rows }, () => (value === null ? null : String(value))),
    };
  return numbers(name, storage, new Float64Array(rows).fill(value === null ? NaN : Number(value)));
}
