/** The density of rows of which one cell is varied: the whole row is encoded anew, beside what relations leave of its other cells. */
import { cellNoise } from "../../table/encode/cell-noise.ts";
import { type GivenCells, completeRows } from "../../table/encode/complete-rows.ts";
import { numberOrZeroDensity } from "../score/score-rows.ts";
import type { Lines } from "../score/cell-lines.ts";
import { type InPieces, betweenEvents } from "../../threads/yield-to-event-loop.ts";
import type { ExplainedModel } from "./explained-model.ts";
import { type TiedColumn, isComputed } from "./tied-columns.ts";

/** A row with another code in one cell. */
export interface VariedCell {
  readonly column: TiedColumn;
  /** Of the chunk. */
  readonly row: number;
  /** NaN is a missing cell. */
  readonly code: number;
  /** Where in the interval of a discrete value, as its share of the mass, or one place for each draw. */
  readonly uniform: number | ((draw: number) => number);
}

/** The chunk that rows are varied of. */
export interface VariedRows {
  readonly lines: Lines;
  /** Codes of all modelled columns. */
  readonly codes: readonly Float64Array[];
  readonly seed: number;
  readonly firstRow: number;
}

/** Encodes varied rows and asks the flow. */
export type RowVarier = ReturnType<typeof rowVarier>;

/** Rows that are encoded between two yields: some milliseconds. */
const PIECE = 512;

/** Encodes varied rows in every draw of the other cells' noise, and asks the flow. */
export function rowVarier(model: ExplainedModel, chunk: VariedRows) {
  const { dims } = model.codec;
  const encodePiece = pieceEncoder(model, chunk);

  function* encode(cells: readonly VariedCell[], draw: number, z: Float64Array) {
    const corrections = new Float64Array(cells.length);
    for (let from = 0; from < cells.length; from += PIECE) {
      const to = Math.min(cells.length, from + PIECE);
      const rows = z.subarray(from * dims, to * dims);
      encodePiece(cells.slice(from, to), draw, rows, corrections.subarray(from, to));
      yield;
    }
    return corrections;
  }

  return {
    /** Whether relations let the rows pass. */
    *arePossible(cells: readonly VariedCell[]): InPieces<boolean[]> {
      const corrections = yield* encode(cells, 0, new Float64Array(cells.length * dims));
      return Array.from(corrections, (correction) => correction !== -Infinity);
    },
    /** log p(row), summed over the draws, nats; -Infinity for a row that breaks a relation. */
    async logDensities(
      cells: readonly VariedCell[],
      signal: AbortSignal | undefined,
    ): Promise<Float64Array> {
      const sums = new Float64Array(cells.length).fill(-Infinity);
      for (let draw = 0; draw < chunk.lines.draws.length; draw++) {
        const z = new Float64Array(cells.length * dims);
        const corrections = await betweenEvents(encode(cells, draw, z), signal);
        await addDensities(model, chunk, cells, { z, corrections }, sums, signal);
      }
      return sums;
    },
  };
}

/** Adds the densities of one draw to their sums. */
async function addDensities(
  { flow, codec: { dims, contextDims } }: ExplainedModel,
  { lines: { context } }: VariedRows,
  cells: readonly VariedCell[],
  { z, corrections }: { readonly z: Float64Array; readonly corrections: Float64Array },
  sums: Float64Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const there = Int32Array.from(corrections.keys()).filter((i) => corrections[i] !== -Infinity);
  if (there.length === 0) return;
  const given =
    context === undefined
      ? {}
      : { context: rowsOf(context, contextDims, there, (i) => cells[i]!.row) };
  const rows = rowsOf(z, dims, there, (i) => i);
  const density = await flow.logProb(rows, {
    ...given,
    ...(signal === undefined ? {} : { signal }),
  });
  there.forEach((i, k) => {
    sums[i] = logAdd(sums[i]!, numberOrZeroDensity(density[k]! + corrections[i]!));
  });
}

/** Writes the coordinates of varied rows and what their cells add to the log density, in one draw. */
function pieceEncoder({ codec }: ExplainedModel, { lines, codes, seed, firstRow }: VariedRows) {
  const { readable, dims } = codec;
  const { placed } = readable;
  const columns = placed.length;
  const uniforms = lines.draws.map((_, draw) => {
    const noise = cellNoise(seed, draw);
    const kept = new Float64Array(lines.rows * dims);
    return (row: number, dim: number): number =>
      (kept[row * dims + dim] ||= noise(firstRow + row, dim));
  });
  // What others compute in a row as it is goes with them; what its indicator and its empty variable add stays.
  const computed = placed.map(({ index }) =>
    Uint8Array.from({ length: lines.rows }, (_, row) =>
      Number(isComputed(codec, index, codes, row)),
    ),
  );
  return (
    cells: readonly VariedCell[],
    draw: number,
    z: Float64Array,
    corrections: Float64Array,
  ): void => {
    const { z: base, perColumn } = lines.draws[draw]!;
    cells.forEach(({ row }, i) => z.set(base.subarray(row * dims, (row + 1) * dims), i * dims));
    const given = new Map<number, GivenCells>(
      placed.map(({ index }, place) => {
        const isVaried = (i: number): boolean => cells[i]!.column.place === place;
        const own = Float64Array.from(cells, ({ code, row }, i) =>
          isVaried(i) ? code : codes[index]![row]!,
        );
        const isGiven = (i: number): boolean =>
          isVaried(i) || computed[place]![cells[i]!.row] === 0;
        return [index, { codes: own, isGiven }];
      }),
    );
    const noise = (i: number, dim: number): number => {
      const { column, row, uniform } = cells[i]!;
      const k = dim - column.placed.offset;
      if (k === 0) return typeof uniform === "number" ? uniform : uniform(draw);
      if (k > 0 && k < column.placed.dims) return lines.noise(draw, row, dim);
      return uniforms[draw]!(row, dim);
    };
    const { correction } = completeRows(readable, { z, rows: cells.length, dims }, given, noise);
    cells.forEach(({ row, column }, i) => {
      corrections[i] = correction[i]!;
      for (let place = 0; place < columns; place++)
        if (computed[place]![row] === 1 && place !== column.place)
          corrections[i]! += perColumn[row * columns + place]!;
    });
  };
}

function rowsOf(
  from: Float64Array,
  width: number,
  cells: Int32Array,
  rowOf: (i: number) => number,
): Float64Array {
  const out = new Float64Array(cells.length * width);
  cells.forEach((i, k) => {
    const row = rowOf(i);
    out.set(from.subarray(row * width, (row + 1) * width), k * width);
  });
  return out;
}

function logAdd(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === -Infinity ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}
