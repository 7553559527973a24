/** Tables as text: CSV (RFC 4180), TSV, JSON lines. */
import type { Column, Schema, Table } from "couplet/table";
import { cellText, dayColumns } from "./cell-text.ts";

/** Text for a chunk of rows; `first` is true for the first chunk, which brings the header. */
export type TextFormat = (rows: Table, first: boolean) => string;

export function delimited(delimiter: string, schema?: Schema): TextFormat {
  const days = dayColumns(schema);
  const needsQuotes = new RegExp(`["\\n\\r${delimiter}]`);
  const quoted = (text: string) =>
    needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return ({ rows, columns }, first) => {
    const cells = columns.map((c) => cellText(c, days.has(c.name)));
    const lines: string[] = [];
    if (first) lines.push(columns.map((c) => quoted(c.name)).join(delimiter));
    for (let r = 0; r < rows; r++) {
      // A lone empty cell would be an empty line, which readers skip.
      const line = cells.map((cell) => quoted(cell(r) ?? "")).join(delimiter);
      lines.push(line === "" ? '""' : line);
    }
    return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
  };
}

/** Each row as a JSON object; numbers and booleans stay what they are, missing cells are null. */
export function jsonLines(schema?: Schema): TextFormat {
  const write = jsonObjects(schema);
  return (rows) => {
    const objects = write(rows);
    return objects.length === 0 ? "" : `${objects.join("\n")}\n`;
  };
}

/** The rows of a table as JSON texts. */
export function jsonObjects(schema?: Schema): (rows: Table) => string[] {
  const days = dayColumns(schema);
  const types = new Map((schema?.columns ?? []).map((column) => [column.name, column.type]));
  return ({ rows, columns }) => {
    const cells = columns.map((c) => {
      const text = cellText(c, days.has(c.name));
      const json = toJson(c, types.get(c.name));
      const key = `${JSON.stringify(c.name)}:`;
      return (r: number) => {
        const cell = text(r);
        return key + (cell === undefined ? "null" : json(cell));
      };
    });
    return Array.from({ length: rows }, (_, r) => `{${cells.map((cell) => cell(r)).join(",")}}`);
  };
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

function toJson(source: Column, type: string | undefined): (cell: string) => string {
  if (source.kind === "number" && source.origin === "number")
    // JSON has no infinities.
    return (cell) => (JSON_NUMBER.test(cell) ? cell : "null");
  if (source.kind === "number" && source.origin === "boolean") return (cell) => cell;
  if (type === "number" || type === "integer")
    return (cell) => (JSON_NUMBER.test(cell) ? cell : JSON.stringify(cell));
  return (cell) => JSON.stringify(cell);
}
