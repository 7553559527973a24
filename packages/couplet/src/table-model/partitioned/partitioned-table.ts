/** Tables that are larger than memory. */
import { CoupletError } from "../../error.ts";
import { extendSchema } from "../../table/infer/extend-schema.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import type { InferSchemaOptions } from "../../table/infer/infer-schema.ts";
import { readColumn } from "../../table/cell/read-column.ts";
import type { ImpossiblePolicy } from "../../table/cell/read-column.ts";
import { isModelled } from "../../table/schema/schema.ts";
import type { Schema } from "../../table/schema/schema.ts";
import { columnNamed, selectRows } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";

/**
 * A table cut at random in parts, each small enough for memory; every row is in one part. Whoever
 * reads the table makes it: rows on disk, dealt by chance, so that each part is a fair sample.
 */
export interface PartitionedTable {
  /** Rows of all parts together. */
  readonly rows: number;
  /** Partitions, at least 2. */
  readonly partitions: number;
  /** Tells this data from other data: a checkpoint made with another one is refused. */
  readonly digest?: string;
  /** Partition `index` (from 0); always the same rows in the same order. */
  partition(index: number): Promise<Table>;
}

/** Rows that report, at most: the standard error of their mean is then below a hundredth of the spread. */
const MOST_HELD_OUT = 20_000;

/** What training needs of a parted table. */
export interface OpenedPartitions {
  readonly schema: Schema;
  readonly training: Table;
  readonly validation: Table;
  readonly heldOut: Table;
  /** Rows that epochs draw on, all parts together. */
  readonly trainingRows: number;
  /** Rows of an epoch (counted from 0): as many as in `training`, of another part each time. */
  rowsOfEpoch(epoch: number): Promise<Table>;
}

export function isPartitioned(source: Table | PartitionedTable): source is PartitionedTable {
  return typeof source === "object" && source !== null && "partition" in source;
}

/**
 * Part 0 is held out: half of it (20,000 rows at most) chooses the epoch, as many report. The schema is
 * inferred from part 1 and extended by the others, so that no category and no bound is lost; the encoders
 * are fitted on part 1. Epoch e trains on part 1 + e mod (parts - 1), cut to the rows of the smallest part.
 *
 * @param given the schema, when it is known: it is taken as it is
 * @param infer how to infer it otherwise
 * @throws CoupletError DATA_INVALID for a cell, in any part, of another type than its column
 */
export async function openPartitions(
  source: PartitionedTable,
  given: Schema | undefined,
  infer: InferSchemaOptions = {},
): Promise<OpenedPartitions> {
  if (!(Number.isInteger(source.partitions) && source.partitions >= 2)) {
    throw new CoupletError({
      code: "USAGE",
      where: "fitTable: partitions",
      expected: "an integer from 2 up",
      received: String(source.partitions),
    });
  }
  const training = await source.partition(1);
  let schema = given ?? inferSchema(training, infer);
  const look = (part: Table): void => {
    if (given === undefined) schema = extendSchema(schema, part);
    checkCells(part, schema, given === undefined ? "zero" : "error");
  };
  look(training);
  // Two parts are in memory at a time, no more.
  const kept = await source.partition(0);
  look(kept);
  const half = Math.min(MOST_HELD_OUT, Math.floor(kept.rows / 2));
  const heldOut = first(kept, 0, half);
  const validation = first(kept, half, half);
  let fewest = training.rows;
  let trainingRows = training.rows;
  for (let index = 2; index < source.partitions; index++) {
    const part = await source.partition(index);
    look(part);
    fewest = Math.min(fewest, part.rows);
    trainingRows += part.rows;
  }
  return {
    schema,
    training: first(training, 0, fewest),
    validation,
    heldOut,
    trainingRows,
    rowsOfEpoch: async (epoch) =>
      first(await source.partition(1 + (epoch % (source.partitions - 1))), 0, fewest),
  };
}

/** Finds out before training, not in some epoch, that a cell has another type than its column. */
function checkCells(part: Table, schema: Schema, impossible: ImpossiblePolicy): void {
  for (const column of schema.columns.filter(isModelled))
    readColumn(columnNamed(part, column.name), column, {
      missingValues: schema.missingValues,
      impossible,
    });
}

function first(table: Table, from: number, rows: number): Table {
  if (from === 0 && rows === table.rows) return table;
  return selectRows(
    table,
    Int32Array.from({ length: rows }, (_, i) => from + i),
  );
}
