/** Latent rows of which some cells are known: the others are decoded, the known ones are encoded beside them. */
import { ABOVE, MISSING, openCell } from "../relations/open-cell.ts";
import { brokenIn } from "../relations/broken-relations.ts";
import { isSameCode } from "../relations/row-codes.ts";
import { isCategorical } from "../schema/schema.ts";
import type { CellNoise } from "./cell-noise.ts";
import type { LatentRows } from "./decode-columns.ts";
import type { PlacedColumn, ReadableColumns } from "./readable-columns.ts";

/** The known cells of one column. */
export interface GivenCells {
  /** One a row; NaN is a missing cell. Of rows that are not given nothing is read. */
  readonly codes: ArrayLike<number>;
  isGiven(row: number): boolean;
}

/** What {@link completeRows} gives. */
export interface CompletedRows {
  /** Per modelled column: the code of each row's cell. */
  readonly codes: readonly Float64Array[];
  /** Per row, nats: what the given cells add to the log density of the latent row. */
  readonly correction: Float64Array;
}

/**
 * The cells of latent rows, column after column in an order in which each comes after those that its relations refer to. A given cell
 * keeps its code: its coordinates in `z` are overwritten by those that encode it beside the cells before it, and `correction` gains
 * what encoding adds to the log density. A row in which a given cell cannot stand beside the others has the correction -Infinity.
 */
export function completeRows(
  { modelled, placed, plan }: ReadableColumns,
  { z, rows, dims }: LatentRows,
  given: ReadonlyMap<number, GivenCells>,
  noise: CellNoise,
): CompletedRows {
  const codes = modelled.map(() => new Float64Array(rows));
  const correction = new Float64Array(rows);
  const byIndex = new Map<number, PlacedColumn>(placed.map((column) => [column.index, column]));
  const cell = openCell();
  for (const index of plan.order) {
    const column = plan.columns[index]!;
    const own = byIndex.get(index);
    const known = given.get(index);
    const out = codes[index]!;
    let row = 0;
    const uniform = (k: number): number => noise(row, own!.offset + k);
    for (row = 0; row < rows; row++) {
      const at = row * dims + (own?.offset ?? 0);
      const isKnown = known !== undefined && known.isGiven(row);
      if (column.related) column.narrow(codes, row, cell);
      // A column without variables is computed from the others.
      if (own === undefined) {
        out[row] = cell.missing === MISSING ? NaN : cell.fixed;
        if (!isKnown) continue;
        if (!isNear(known.codes[row]!, out[row]!)) correction[row] = -Infinity;
        out[row] = known.codes[row]!;
        continue;
      }
      const encoder = column.related ? own.related!.at(cell) : own.encoder;
      const difference = column.related && cell.value === ABOVE ? own.related!.difference! : null;
      if (!isKnown) {
        const code = encoder.decode(z, at);
        out[row] =
          difference !== null && !Number.isNaN(code)
            ? difference.fromDifference(code, cell.low)
            : code;
        continue;
      }
      const code = known.codes[row]!;
      out[row] = code;
      if (correction[row] === -Infinity) continue;
      if (isOut(own, cell, code)) {
        correction[row] = -Infinity;
        continue;
      }
      const encoded =
        difference !== null && !Number.isNaN(code)
          ? Math.max(0, difference.toDifference(code, cell.low))
          : code;
      const z64 = coordinates;
      const added = encoder.encode(encoded, uniform, z64, 0);
      let isFinite = Number.isFinite(added);
      for (let d = 0; d < own.dims; d++) {
        isFinite &&= Number.isFinite(z64[d]);
        if (isFinite) z[at + d] = z64[d]!;
      }
      correction[row] = isFinite ? correction[row]! + added : -Infinity;
    }
  }
  if (given.size > 0 && plan.relations.length > 0)
    for (const { rows: those } of brokenIn({ rows, schemas: modelled, codes }, plan.relations))
      for (const row of those) correction[row] = -Infinity;
  return { codes, correction };
}

/** The coordinates of one cell: a column has two at most. */
const coordinates = new Float64Array(4);

/** A category that relations do not leave in this row has no interval. */
function isOut({ schema }: PlacedColumn, cell: ReturnType<typeof openCell>, code: number): boolean {
  if (!isCategorical(schema)) return cell.missing === MISSING && !Number.isNaN(code);
  const value = Number.isNaN(code) ? schema.values.length : code;
  return cell.among !== undefined && !cell.among.includes(value);
}

/** Sums of decimals differ in their last digits. */
function isNear(a: number, b: number): boolean {
  return isSameCode(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
