/** From a table's numbers to latent rows: the part of encoding that draws noise. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { type CellNoise, cellNoise } from "./cell-noise.ts";
import type { DrawOptions, EncodedRows, TableCodes } from "./codec.ts";
import { openCell } from "../relations/open-cell.ts";
import { loadCell } from "./narrowed-cells.ts";
import type { PlacedColumn } from "./readable-columns.ts";

/** Cells between two yields: about a millisecond. */
const PIECE = 1024;

/** One draw of the latent rows of `codes`, in pieces; a cell so far out that its mass underflows is impossible, too. */
export function* drawRowsInPieces(
  placed: readonly PlacedColumn[],
  dims: number,
  codes: TableCodes,
  options: DrawOptions,
): InPieces<EncodedRows> {
  const { seed = 0, epoch = 0, noise = "drawn", perColumn = false, numbers } = options;
  const rows = numbers?.length ?? codes.rows;
  const beyond = new Set<number>();
  const z = new Float64Array(rows * dims);
  const logCorrection = new Float64Array(rows);
  const parts = perColumn ? new Float64Array(rows * placed.length) : undefined;
  const uniformAt = noise === "median" ? () => 0.5 : cellNoise(seed, epoch);
  const corrections = new Float64Array(rows);
  for (const [j, column] of placed.entries()) {
    const draw = cellDraws(column, j, codes, { numbers, uniformAt, z, dims, corrections, beyond });
    for (let from = 0; from < rows; from += PIECE) {
      if (from > 0) yield;
      draw(from, Math.min(rows, from + PIECE));
    }
    addTo(logCorrection, corrections);
    if (parts !== undefined) setColumn(parts, placed.length, j, corrections);
  }
  if (codes.penalty !== undefined)
    addTo(logCorrection, numbers === undefined ? codes.penalty : ofRows(codes.penalty, numbers));
  const never = placesOf(codes.impossible, numbers);
  for (const i of never) logCorrection[i] = -Infinity;
  const impossible =
    beyond.size === 0 ? never : [...new Set([...never, ...beyond])].sort((a, b) => a - b);
  return {
    z,
    logCorrection,
    impossible,
    ...(parts === undefined ? {} : { perColumn: parts }),
  };
}

/** Where rows are among those that are drawn, ascending. */
function placesOf(these: readonly number[], numbers: Int32Array | undefined): readonly number[] {
  if (numbers === undefined || these.length === 0) return these;
  const wanted = new Set(these);
  return Array.from(numbers.keys()).filter((i) => wanted.has(numbers[i]!));
}

function ofRows(values: Float64Array, numbers: Int32Array): Float64Array {
  return Float64Array.from(numbers, (row) => values[row]!);
}

/** Adds a list to another. Loops are functions of their own here: inside a generator they would be compiled with all that it does. */
function addTo(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!;
}

/** Sets a column of a row-major matrix. */
function setColumn(of: Float64Array, width: number, column: number, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) of[i * width + column] = values[i]!;
}

/** Where the coordinates of a draw go. */
interface DrawnCells {
  /** The rows of the codes that are drawn; undefined: all. */
  readonly numbers: Int32Array | undefined;
  readonly uniformAt: CellNoise;
  /** rows x dims. */
  readonly z: Float64Array;
  readonly dims: number;
  /** What each cell of one column adds to its row's log density. */
  readonly corrections: Float64Array;
  /** Places of rows with a cell so far out that its mass underflows. */
  readonly beyond: Set<number>;
}

/** Draws the cells of a column, of the rows that are drawn from one place on and before another. */
function cellDraws(
  { encoder: own, dims: width, related, offset }: PlacedColumn,
  column: number,
  codes: TableCodes,
  { numbers, uniformAt, z, dims, corrections, beyond }: DrawnCells,
): (from: number, to: number) => void {
  const { firstRow } = codes;
  const narrowed = codes.narrowed?.[column];
  const cells = codes.columns[column]!;
  const never = codes.impossibleCells[column]!;
  const open = openCell();
  let row = 0;
  const uniform = (k: number): number => uniformAt(firstRow + row, offset + k);
  return (from, to) => {
    for (let i = from; i < to; i++) {
      row = numbers === undefined ? i : numbers[i]!;
      // An impossible cell keeps the coordinate 0, so that the row stays finite for a flow.
      let correction = -Infinity;
      if (never.size === 0 || !never.has(row)) {
        const at = i * dims + offset;
        let encoder = own;
        if (narrowed !== undefined) {
          loadCell(narrowed, row, open);
          encoder = related!.at(open);
        }
        correction = encoder.encode(cells[row]!, uniform, z, at);
        if (!isRepresentable(z, at, width, correction)) {
          z.fill(0, at, at + width);
          correction = -Infinity;
          beyond.add(i);
        }
      }
      corrections[i] = correction;
    }
  };
}

/** Whether a cell's coordinates and correction are numbers: near the largest double a tail's mass is 0 and has no quantile. */
function isRepresentable(z: Float64Array, at: number, dims: number, correction: number): boolean {
  for (let d = at; d < at + dims; d++) if (!Number.isFinite(z[d])) return false;
  return Number.isFinite(correction);
}
