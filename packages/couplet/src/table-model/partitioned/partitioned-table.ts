/** Tables that are larger than memory. */
import { CoupletError } from "../../error.ts";
import { extendSchema } from "../../table/infer/extend-schema.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import type { InferSchemaOptions } from "../../table/infer/infer-schema.ts";
import { readColumn } from "../../table/cell/read-column.ts";
import type { ImpossiblePolicy } from "../../table/cell/read-column.ts";
import { parseSchema } from "../../table/schema/parse-schema.ts";
import { isModelled } from "../../table/schema/schema.ts";
import type { Schema } from "../../table/schema/schema.ts";
import { columnNamed, selectRows } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";
import { textOfFirst } from "../../train/text-of-first.ts";
import type { Reducer } from "../../train/reducer.ts";

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
  /**
   * Partition `index` (from 0); always the same rows in the same order.
   *
   * @param range the rows of the partition that are wanted; all of them without. What cannot read a part gives all the same
   */
  partition(index: number, range?: RowRange): Promise<Table>;
}

/** The rows from `from` up to `to`, without that. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
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
  /**
   * Rows of an epoch (counted from 0): as many as in `training`, of another part each time.
   *
   * @param range of these rows alone
   */
  rowsOfEpoch(epoch: number, range?: RowRange): Promise<Table>;
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
 * @param reducer other processes of this fit: rank 0 alone looks at the parts from 2 on, and tells the others what it found
 * @throws CoupletError DATA_INVALID for a cell, in any part, of another type than its column
 */
export async function openPartitions(
  source: PartitionedTable,
  given: Schema | undefined,
  infer: InferSchemaOptions = {},
  reducer?: Reducer,
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
  const lookAtOthers = async (): Promise<Found> => {
    let fewest = training.rows;
    let trainingRows = training.rows;
    for (let index = 2; index < source.partitions; index++) {
      const part = await source.partition(index);
      look(part);
      fewest = Math.min(fewest, part.rows);
      trainingRows += part.rows;
    }
    return { schema, fewest, trainingRows };
  };
  const found =
    reducer === undefined
      ? await lookAtOthers()
      : (JSON.parse(
          await textOfFirst(reducer, async () => JSON.stringify(await lookAtOthers())),
        ) as Found);
  const { fewest, trainingRows } = found;
  return {
    schema: reducer === undefined ? schema : parseSchema(found.schema),
    training: first(training, 0, fewest),
    validation,
    heldOut,
    trainingRows,
    rowsOfEpoch: async (epoch, range = { from: 0, to: fewest }) => {
      const index = 1 + (epoch % (source.partitions - 1));
      const { from, to } = range;
      const part = await source.partition(index, range);
      return part.rows === to - from ? part : first(part, from, to - from);
    },
  };
}

/** What all parts together say. */
interface Found {
  readonly schema: Schema;
  readonly fewest: number;
  readonly trainingRows: number;
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
