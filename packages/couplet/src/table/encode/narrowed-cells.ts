/** What relations leave of the cells of rows that are known: computed once when they are read, used by every draw. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import {
  ABOVE,
  AMONG,
  FREE,
  MISSING,
  type OpenCell,
  PRESENT,
  openCell,
} from "../relations/open-cell.ts";
import type { RelationPlan } from "../relations/plan-relations.ts";
import { type ModelledColumnSchema, isCategorical } from "../schema/schema.ts";

/** What is open of a column's cells, row by row. */
export interface NarrowedCells {
  readonly value: Uint8Array;
  readonly missing: Uint8Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly among: readonly (readonly number[] | undefined)[];
}

/** What relations leave of the cells of rows, by columns: those without relations have nothing here. */
export interface RelatedCells {
  readonly narrowed: readonly (NarrowedCells | undefined)[];
  /** Codes with distances in the place of those that are open above ({@link distancesAbove}). */
  readonly distances: readonly (Float64Array | undefined)[];
}

/** Cells between two yields: a few milliseconds. */
const PIECE = 4096;

/** What is open of each column's cells; `undefined` for columns that no relation narrows. In pieces. */
export function* narrowedCells(
  plan: RelationPlan,
  schemas: readonly ModelledColumnSchema[],
  codes: readonly Float64Array[],
): InPieces<(NarrowedCells | undefined)[]> {
  const cell = openCell();
  const narrowed: (NarrowedCells | undefined)[] = [];
  for (const [j, column] of plan.columns.entries()) {
    if (!column.related) continue;
    const rows = codes[j]!.length;
    const among: (readonly number[] | undefined)[] = [];
    const cells = {
      value: new Uint8Array(rows),
      missing: new Uint8Array(rows),
      low: new Float64Array(rows),
      high: new Float64Array(rows),
      among,
    };
    for (let row = 0; row < rows; row++) {
      if (row % PIECE === PIECE - 1) yield;
      column.narrow(codes, row, cell);
      if (!hasValue(cell, schemas[j]!, codes[j]![row]!)) {
        cell.value = FREE;
        cell.missing = 0;
      }
      cells.value[row] = cell.value;
      cells.missing[row] = cell.missing;
      cells.low[row] = cell.low;
      cells.high[row] = cell.high;
      if (cell.value === AMONG) among[row] = cell.among;
    }
    narrowed[j] = cells;
  }
  return narrowed;
}

/** A row that breaks a relation may have a value that its encoder does not know: such a cell counts as free. */
function hasValue(cell: OpenCell, schema: ModelledColumnSchema, code: number): boolean {
  if (!isCategorical(schema)) return true;
  const index = Number.isNaN(code) ? schema.values.length : code;
  if (cell.value === AMONG && !cell.among!.includes(index)) return false;
  return !(cell.missing === PRESENT && Number.isNaN(code));
}

/** Loads what is open of a row's cell into `cell`. */
export function loadCell(cells: NarrowedCells, row: number, cell: OpenCell): void {
  cell.value = cells.value[row] as OpenCell["value"];
  cell.missing = cells.missing[row] as OpenCell["missing"];
  cell.low = cells.low[row]!;
  cell.high = cells.high[row]!;
  cell.among = cells.among[row];
}

/** The rows whose value, and the rows whose absence, the column's own encoder is to be fitted to. */
export function freeRows(cells: NarrowedCells): {
  readonly isValue: (row: number) => boolean;
  readonly isIndicator: (row: number) => boolean;
} {
  const isFixed = (row: number): boolean =>
    cells.value[row] === 1 || cells.missing[row] === MISSING;
  return {
    isValue: (row) => !isFixed(row) && cells.value[row] !== ABOVE,
    isIndicator: (row) => cells.missing[row] === 0,
  };
}

/** Codes with the distance from their lower end in the place of those that are open above. In pieces. */
export function* distancesAbove(
  codes: Float64Array,
  cells: NarrowedCells,
  toDifference: (code: number, low: number) => number,
): InPieces<Float64Array> {
  const out = codes.slice();
  for (let from = 0; from < out.length; from += PIECE) {
    if (from > 0) yield;
    toDistances(out, cells, toDifference, from, Math.min(out.length, from + PIECE));
  }
  return out;
}

/** {@link distancesAbove} of some rows, in place. */
function toDistances(
  codes: Float64Array,
  cells: NarrowedCells,
  toDifference: (code: number, low: number) => number,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row++)
    if (isAbove(cells, row, codes[row]!))
      codes[row] = Math.max(0, toDifference(codes[row]!, cells.low[row]!));
}

/** Whether a row has a value that is open above. */
export function isAbove(cells: NarrowedCells, row: number, code: number): boolean {
  return cells.value[row] === ABOVE && !Number.isNaN(code);
}
