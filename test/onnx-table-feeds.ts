/** A table's rows as the inputs of its exported model. */
import { columnNamed } from "couplet/table";
import type { Table } from "couplet/table";
import { dateFormat } from "../packages/couplet/src/table/cell/date-format.ts";
import { numberReader } from "../packages/couplet/src/table/cell/number-format.ts";
import { cellNoise } from "../packages/couplet/src/table/encode/cell-noise.ts";
import type { TableCodec } from "../packages/couplet/src/table/encode/codec.ts";
import { tableInputs } from "../packages/couplet/src/onnx/table/table-ports.ts";
import type { ModelOfTable } from "../packages/couplet/src/onnx/table/table-ports.ts";
import { inputOf } from "../packages/couplet/src/onnx/table/read-nodes.ts";
import { isDate, isModelled } from "../packages/couplet/src/table/schema/schema.ts";
import type { Feed } from "./onnx-runtime.ts";

/** The library's own noise of a seed, so that both sides fill the same intervals with the same points. */
export function noiseOf({ dims }: TableCodec, rows: number, seed = 0): Feed {
  const noise = cellNoise(seed, 0);
  return {
    values: Float64Array.from({ length: rows * dims }, (_, i) =>
      noise(Math.floor(i / dims), i % dims),
    ),
    shape: [rows, dims],
  };
}

/** The cells of a column as graphs have them, text read as a user would read it: numbers without their units, dates as milliseconds. */
export function columnCells(
  { codec }: ModelOfTable,
  rows: Table,
  column: string,
): Float64Array | readonly string[] {
  const { values, kind } = columnNamed(rows, column)!;
  const schema = codec.schema.columns.find((own) => own.name === column)!;
  if (isModelled(schema) && inputOf(schema) === "string")
    return Array.from(values as ArrayLike<string | null>, (cell) => cell ?? "");
  if (kind === "number") return Float64Array.from(values as ArrayLike<number>);
  const read = isDate(schema)
    ? schema.format === undefined
      ? (text: string) => Date.parse(text)
      : dateFormat(schema.format).parse
    : numberReader("numberFormat" in schema ? schema.numberFormat : undefined);
  return Float64Array.from(values as ArrayLike<string | null>, (cell) =>
    cell === null ? NaN : read(cell as never),
  );
}

/**
 * The inputs of the graph of the log-density.
 *
 * @param only columns to feed; absent: all
 */
export function feedsOf(
  model: ModelOfTable,
  rows: Table,
  seed = 0,
  only?: ReadonlySet<string>,
): Record<string, Feed> {
  const feeds: Record<string, Feed> = {};
  for (const { name, column } of tableInputs(model)) {
    if (column === undefined) feeds[name] = noiseOf(model.codec, rows.rows, seed);
    else if (only?.has(column) ?? true)
      feeds[name] = { values: columnCells(model, rows, column), shape: [rows.rows] };
  }
  return feeds;
}
