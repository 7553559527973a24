/** The lines along which a row's density is traced: one for each cell, and one more for a cell that may be missing. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { cellNoise } from "../../table/encode/cell-noise.ts";
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import type { Interval } from "../../table/encode/interval.ts";
import type { TableCodec, TableCodes } from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";
import { contextOf } from "./context-rows.ts";

/** One coordinate of one row, along which the density is traced while everything else stays. */
export interface Line {
  readonly encoder: ColumnEncoder;
  readonly row: number;
  /** The latent dimension that moves. */
  readonly dim: number;
  /** Its value in the row; 0 where the cell is missing. */
  readonly own: number;
  /** The interval that the column's indicator is drawn from, if it has one. */
  readonly indicator: Interval | undefined;
  nodes: number[];
  /** log p at the nodes: the mean over the draws. */
  logs: number[];
}

/** The lines of some rows, and what they have in common. */
export interface Lines {
  readonly list: readonly Line[];
  /** The line of a cell (row x columns); undefined for a cell of probability 0. */
  find(cell: number, side: "present" | "missing"): Line | undefined;
  isMissing(cell: number): boolean;
  /** Per draw: latent rows, and what other columns than `dim`'s add to the log density. */
  readonly draws: readonly { readonly z: Float64Array; readonly perColumn: Float64Array }[];
  readonly rows: number;
  readonly context: Float64Array | undefined;
  readonly columnOf: readonly number[];
  readonly codes: TableCodes;
  readonly noise: (draw: number, row: number, dim: number) => number;
}

/**
 * The lines of all cells of `chunk`, without nodes yet. In pieces.
 *
 * @throws CoupletError as encoding does, for a table that does not fit the schema
 */
export function* linesOf(
  codec: TableCodec,
  chunk: Table,
  options: {
    readonly samples: number;
    readonly seed: number;
    readonly firstRow: number;
    readonly where: string;
    /** Columns without lines, but in rows of density 0. */
    readonly without?: ReadonlySet<number>;
  },
): InPieces<Lines> {
  const { samples, seed, firstRow, where, without } = options;
  const columns = codec.columns.length;
  const codes = yield* codec.readInPieces(chunk, { firstRow, where, impossible: "zero" });
  const draws: { readonly z: Float64Array; readonly perColumn: Float64Array }[] = [];
  for (let epoch = 0; epoch < samples; epoch++) {
    const drawn = yield* codec.drawInPieces(codes, { seed, epoch, perColumn: true });
    draws.push({ z: drawn.z, perColumn: drawn.perColumn! });
  }
  const { z, perColumn } = draws[0]!;
  const impossible = new Set(codes.impossible);
  const missing = missingCells(codec, codes, z, chunk.rows);
  const list: Line[] = [];
  const found = new Map<string, Line>();
  for (let row = 0; row < chunk.rows; row++) {
    yield;
    codec.placed.forEach(({ offset }, j) => {
      const cell = row * columns + j;
      if (perColumn[cell] === -Infinity) return;
      if (without?.has(j) === true && !impossible.has(row)) return;
      const encoder = codec.cellEncoder(codes, j, row);
      const own = missing[cell] === 1 ? 0 : z[row * codec.dims + offset]!;
      const add = (side: "present" | "missing", indicator: Interval | undefined): void => {
        const line = { encoder, row, dim: offset, own, indicator, nodes: [], logs: [] };
        list.push(line);
        found.set(`${cell} ${side}`, line);
      };
      add("present", encoder.indicator?.present);
      if (encoder.indicator !== undefined) add("missing", encoder.indicator.missing);
    });
  }
  const uniforms = draws.map((_, draw) => cellNoise(seed + 1, draw));
  return {
    list,
    find: (cell, side) => found.get(`${cell} ${side}`),
    isMissing: (cell) => missing[cell] === 1,
    draws,
    rows: chunk.rows,
    codes,
    context: contextOf(codec, chunk, where).context,
    columnOf: codec.placed.flatMap(({ dims }, j) => Array.from({ length: dims }, () => j)),
    noise: (draw, row, dim) => uniforms[draw]!(firstRow + row, dim),
  };
}

/** Which cells are missing by an indicator (rows x columns): a category's missing cell is a value of its axis. */
function missingCells(
  codec: TableCodec,
  codes: TableCodes,
  z: Float64Array,
  rows: number,
): Uint8Array {
  const columns = codec.columns.length;
  const out = new Uint8Array(rows * columns);
  codec.placed.forEach(({ offset }, j) => {
    for (let row = 0; row < rows; row++) {
      const { dims, indicator } = codec.cellEncoder(codes, j, row);
      if (indicator === undefined) continue;
      if (z[row * codec.dims + offset + dims - 1]! >= indicator.missing.lower)
        out[row * columns + j] = 1;
    }
  });
  return out;
}
