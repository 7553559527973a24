/** What the encoders of related columns are fitted to: the cells that relations leave open. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { differenceSchema, differenceOf } from "../relations/difference.ts";
import { planRelations } from "../relations/plan-relations.ts";
import {
  type ModelledColumnSchema,
  type NumericColumnSchema,
  type Schema,
  isModelled,
} from "../schema/schema.ts";
import type { TableCodecState } from "./codec.ts";
import { fitNumeric } from "./fit-encoder.ts";
import {
  type RelatedCells,
  distancesAbove,
  freeRows,
  isAbove,
  narrowedCells,
} from "./narrowed-cells.ts";
import type { DifferenceState } from "./related-encoder.ts";

/** The cells that a column's own encoder is fitted to, and those that say how many are missing. */
interface OpenCells {
  readonly values: Float64Array;
  readonly indicated: Float64Array;
}

/** The modelled columns without context. */
export function ownColumns(schema: Schema): ModelledColumnSchema[] {
  return schema.columns.filter(isModelled).filter((column) => column.role !== "context");
}

/** The open cells of related columns, by name, and the encoders of differences; in pieces. */
export function* fitRelated(
  schema: Schema,
  all: readonly ModelledColumnSchema[],
  codesOfAll: readonly Float64Array[],
): InPieces<{
  readonly cells: ReadonlyMap<string, OpenCells>;
  readonly state: Pick<TableCodecState, "differences" | "relatedRows">;
  readonly open?: RelatedCells;
}> {
  const schemas = ownColumns(schema);
  const codes = schemas.map((column) => codesOfAll[all.indexOf(column)]!);
  const plan = planRelations(schema.relations ?? [], schemas);
  const cells = new Map<string, OpenCells>();
  if (plan.relations.length === 0) return { cells, state: {} };
  const differences: [string, DifferenceState][] = [];
  const allDistances: (Float64Array | undefined)[] = [];
  const allNarrowed = yield* narrowedCells(plan, schemas, codes);
  for (const [j, narrowed] of allNarrowed.entries()) {
    if (narrowed === undefined) continue;
    yield;
    const column = schemas[j]!;
    const own = codes[j]!;
    const { isValue, isIndicator } = freeRows(narrowed);
    const values = own.filter((_, row) => isValue(row));
    yield;
    const indicated = own.filter((_, row) => isIndicator(row));
    // Where nothing is open, the column's own distribution stands by for rows that break a relation.
    cells.set(column.name, {
      values: values.some((code) => !Number.isNaN(code)) ? values : own,
      indicated,
    });
    if (!plan.columns[j]!.difference) continue;
    yield;
    const numeric = column as NumericColumnSchema;
    const { toDifference } = differenceOf(numeric, differenceSchema(numeric, new Float64Array(0)));
    const all = yield* distancesAbove(own, narrowed, toDifference);
    allDistances[j] = all;
    const distances = all.filter((_, row) => isAbove(narrowed, row, own[row]!));
    yield;
    const shape = differenceSchema(numeric, distances);
    yield;
    differences.push([
      column.name,
      { schema: shape, encoder: yield* fitNumeric(distances, shape, indicated) },
    ]);
  }
  return {
    cells,
    open: { narrowed: allNarrowed, distances: allDistances },
    state: {
      relatedRows: codes[0]?.length ?? 0,
      ...(differences.length === 0 ? {} : { differences: Object.fromEntries(differences) }),
    },
  };
}
