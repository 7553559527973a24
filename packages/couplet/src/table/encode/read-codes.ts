/** From a table's cells to numbers: the part of encoding that reads text. */
import { CoupletError } from "../../error.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { type ColumnCodes, readColumnInPieces } from "../cell/read-column.ts";
import { checkConstant, requiredColumns } from "../check-table.ts";
import { type BrokenRelation, brokenInPieces } from "../relations/broken-relations.ts";
import { kindOf } from "../relations/kinds/index.ts";
import { type ModelledColumnSchema, isNumeric } from "../schema/schema.ts";
import type { Table } from "../table.ts";
import type { ReadOptions, TableCodes } from "./codec.ts";
import { type RelatedCells, distancesAbove, narrowedCells } from "./narrowed-cells.ts";
import type { ReadableColumns } from "./readable-columns.ts";

/**
 * The cells of the placed columns as numbers; in pieces.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema
 */
export function* readCodesInPieces(
  source: Table,
  columns: ReadableColumns,
  options: ReadOptions,
): InPieces<TableCodes> {
  const { firstRow = 0, impossible = "error", where = "table" } = options;
  const { schema, modelled, plan } = columns;
  const names = modelled.map((column) => column.name);
  const present = requiredColumns(source, schema, names, where);
  const { missingValues } = schema;
  const how = { missingValues, impossible, firstRow, where };
  const read: ColumnCodes[] = [];
  for (const [j, column] of modelled.entries()) {
    const own = plan.columns[j]!.value ? column : withoutEnds(column);
    read.push(yield* readColumnInPieces(present.get(column.name)!, own, how));
  }
  const broken = new Set<number>();
  for (const column of schema.columns)
    if (column.type === "constant") checkConstant(source, column, impossible, broken, where);
  return yield* codesOf(source.rows, read, broken, columns, options);
}

/** A column that others compute has the values that they give it, also beyond those of the training rows. */
export function withoutEnds(column: ModelledColumnSchema): ModelledColumnSchema {
  if (!isNumeric(column)) return column;
  const { lower: _l, upper: _u, values: _v, sentinels: _s, ...open } = column;
  return open;
}

/**
 * The codes of columns that were read; in pieces.
 *
 * @param offending rows that break a constant column
 * @param open what relations leave of the cells, if that is known
 * @throws CoupletError DATA_INVALID for rows that break a relation, unless `impossible` or `softRelations` says otherwise
 */
export function* codesOf(
  rows: number,
  read: readonly ColumnCodes[],
  offending: Iterable<number>,
  { modelled, placed, plan, relatedRows }: ReadableColumns,
  options: ReadOptions,
  open?: RelatedCells,
): InPieces<TableCodes> {
  const { firstRow = 0, softRelations = false } = options;
  const never = new Set(read.flatMap((column) => column.impossible));
  for (const row of offending) never.add(row);
  const codes = read.map((column) => column.codes);
  const impossibleCells = read.map((column) => new Set(column.impossible));
  const base = { rows, firstRow };
  if (plan.relations.length === 0)
    return {
      ...base,
      columns: codes,
      impossibleCells,
      impossible: [...never].sort((a, b) => a - b),
    };
  const broken = yield* brokenInPieces({ rows, schemas: modelled, codes }, plan.relations);
  if (broken.length > 0 && !softRelations) {
    if (options.impossible !== "zero") throw breaksRelations(broken, rows, options);
    for (const { relation, rows: those } of broken)
      for (const row of those) {
        never.add(row);
        const target =
          relation.kind === "order" ? relation.high : kindOf(relation).columns(relation)[0]!;
        impossibleCells[modelled.findIndex(({ name }) => name === target)]!.add(row);
      }
  }
  const narrowed = open?.narrowed ?? (yield* narrowedCells(plan, modelled, codes));
  const columns: Float64Array[] = [];
  for (const { index, related } of placed) {
    const cells = narrowed[index];
    const own = codes[index]!;
    const difference = related?.difference;
    if (cells === undefined || difference === undefined) {
      columns.push(own);
      continue;
    }
    columns.push(
      open?.distances[index] ?? (yield* distancesAbove(own, cells, difference.toDifference)),
    );
  }
  return {
    ...base,
    columns,
    impossibleCells: placed.map(({ index }) => impossibleCells[index]!),
    impossible: [...never].sort((a, b) => a - b),
    narrowed: placed.map(({ index }) => narrowed[index]),
    ...(broken.length === 0 ? {} : { broken }),
    ...(broken.length === 0 || !softRelations
      ? {}
      : { penalty: penaltyOf(rows, broken, relatedRows) }),
  };
}

/** Laplace's rule: what held in n rows fails in the next with a probability of 1 / (n + 1), nearly. */
function penaltyOf(
  rows: number,
  broken: readonly BrokenRelation[],
  relatedRows: number,
): Float64Array {
  const penalty = new Float64Array(rows);
  for (const { rows: those } of broken)
    for (const row of those) penalty[row]! -= Math.log(relatedRows + 1);
  return penalty;
}

function breaksRelations(
  broken: readonly BrokenRelation[],
  rows: number,
  { where = "table", firstRow = 0 }: ReadOptions,
): CoupletError {
  const [first, ...others] = broken;
  const more =
    others.length === 0
      ? ""
      : `; also broken: ${others.map(({ text, rows: those }) => `${text} (${those.length})`).join(", ")}`;
  return new CoupletError({
    code: "DATA_INVALID",
    where: `${where}: row ${firstRow + first!.rows[0]! + 1}`,
    expected: `${first!.text}, as in every training row`,
    received: `${first!.rows.length} of ${rows} rows that break it${more}`,
    hint: "The model gives such rows probability 0: score them so or with soft relations, drop them, or fit again without the relation.",
  });
}
