/** From a table to a model of it, with defaults that work. */
import type { PartitionedTable } from "../partitioned/partitioned-table.ts";
import type { Table } from "../../table/table.ts";
import { Run } from "../../train/run.ts";
import type { TableModel } from "../table-model.ts";
import type { FitTableOptions, TableEvent } from "./fit-table-options.ts";

/**
 * Fits a model of a table: infers the schema, encodes, trains with early stopping, and scores rows
 * that training never saw beside a Gaussian, independent columns and a Gaussian copula.
 *
 * @returns a {@link Run}: await it for the model, or iterate over its events
 * @throws CoupletError DATA_INVALID and friends for tables that cannot be modelled; as `fit`
 * @example
 * import { readTable } from "couplet/io";
 * import { fitTable } from "couplet/table";
 * const model = await fitTable(await readTable(await fetch("people.csv")), { seed: 1 });
 * const { nats, percentile } = await model.score(people); // of each row
 */
export function fitTable(
  source: Table | PartitionedTable,
  options: FitTableOptions = {},
): Run<TableEvent, TableModel> {
  return new Run(async function* (stop) {
    // Loaded when something fits: a page that scores and draws starts sooner.
    const { fitTableEvents } = await import("./table-run.ts");
    return yield* fitTableEvents(source, options, stop);
  });
}
