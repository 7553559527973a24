/** A table's rows as the inputs of its exported model. */
import { columnNamed } from "couplet/table";
import type { Table } from "couplet/table";
import { dateFormat } from "../packages/couplet/src/table/cell/date-format.ts";
import { numberReader } from "../packages/couplet/src/table/cell/number-format.ts";
import { cellNoise } from "../packages/couplet/src/table/encode/cell-noise.ts";
import type { TableCodec } from "../packages/couplet/src/table/encode/codec.ts";
import { tableInputs } from "../packages/couplet/src/onnx/table/table-graph.ts";
import type { ModelOfTable } from "../packages/couplet/src/onnx/table/table-graph.ts";
import { isDate } from "../packages/couplet/src/table/schema/schema.ts";
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

/** The columns of `rows`, text read as a user would read it: numbers without their units, dates as milliseconds. */
export function feedsOf(model: ModelOfTable, rows: Table, seed = 0): Record<string, Feed> {
  const { codec } = model;
  const feeds: Record<string, Feed> = {};
  for (const { name, column, type } of tableInputs(model)) {
    if (column === undefined) {
      feeds[name] = noiseOf(codec, rows.rows, seed);
      continue;
    }
    const { values, kind } = columnNamed(rows, column)!;
    const schema = codec.schema.columns.find((own) => own.name === column)!;
    if (type === "string") {
      feeds[name] = {
        values: Array.from(values as ArrayLike<string | null>, (cell) => cell ?? ""),
        shape: [rows.rows],
      };
      continue;
    }
    const read = isDate(schema)
      ? schema.format === undefined
        ? (text: string) => Date.parse(text)
        : dateFormat(schema.format).parse
      : numberReader("numberFormat" in schema ? schema.numberFormat : undefined);
    feeds[name] = {
      values:
        kind === "number"
          ? Float64Array.from(values as ArrayLike<number>)
          : Float64Array.from(values as ArrayLike<string | null>, (cell) =>
              cell === null ? NaN : read(cell as never),
            ),
      shape: [rows.rows],
    };
  }
  return feeds;
}
