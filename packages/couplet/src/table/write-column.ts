import { dateFormat } from "./date-format.ts";
import { dateOfIndex } from "./date-unit.ts";
import { type ModelledColumnSchema, isCategorical } from "./schema.ts";
import type { Column } from "./table.ts";

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
  if (schema.type === "date" || schema.type === "datetime") {
    const instants = codes.map((code) =>
      Number.isNaN(code) ? NaN : dateOfIndex(code, schema.unit),
    );
    if (schema.storage !== "text") return numbers(name, schema.storage, instants);
    const { format } = dateFormat(schema.format!);
    return {
      kind: "text",
      name,
      values: Array.from(instants, (ms) => (Number.isNaN(ms) ? null : format(ms))),
    };
  }
  if (schema.storage !== "text") return numbers(name, schema.storage, codes);
  const spell =
    schema.type === "number" && schema.fixedDecimals === true && schema.decimals !== undefined
      ? (value: number): string => value.toFixed(schema.decimals)
      : String;
  return {
    kind: "text",
    name,
    values: Array.from(codes, (code) => (Number.isNaN(code) ? null : spell(code))),
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
