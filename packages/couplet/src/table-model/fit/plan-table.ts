/** What a fit would do, found out by beginning it. */
import { internalError } from "../../error.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import type { Schema } from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";
import type { TableWarning } from "../../table/warnings.ts";
import { fitTable } from "./fit-table.ts";
import type { FitTableOptions, TableEvent } from "./fit-table-options.ts";
import type { PartitionedTable } from "../partitioned/partitioned-table.ts";

/** What {@link planTable} gives. */
export interface TablePlan {
  readonly schema: Schema;
  readonly warnings: readonly TableWarning[];
  /** Latent variables of a row, and numbers of context. */
  readonly dims: number;
  readonly context: number;
  readonly spec: FlowSpec;
  readonly parameters: number;
  readonly trainingRows: number;
  readonly validationRows: number;
  readonly batch: number;
  readonly epochs: number;
  readonly steps: number;
  /** Rows per second of the steps that were tried. */
  readonly rowsPerSecond: number;
  /** Seconds that all epochs would take at that speed; early stopping usually ends sooner. */
  readonly secondsAtMost: number;
}

/**
 * Sets a fit up as {@link fitTable} would, runs its first steps for about a second to see how fast they are,
 * and throws everything away.
 *
 * @throws CoupletError what fitTable would throw before and in its first steps
 */
export async function planTable(
  source: Table | PartitionedTable,
  options: FitTableOptions = {},
): Promise<TablePlan> {
  const { checkpoint: _, ...rest } = options;
  const run = fitTable(source, rest);
  const warnings: TableWarning[] = [];
  let set: { readonly schema: Schema; readonly dims: number; readonly flow: FlowSpec } | undefined;
  let start:
    | {
        trainingRows: number;
        validationRows: number;
        epochs: number;
        batch: number;
        parameters: number;
      }
    | undefined;
  let timed: Extract<TableEvent, { readonly type: "progress" | "epoch" }> | undefined;
  for await (const event of run) {
    if (event.type === "tableWarning") warnings.push(event.warning);
    else if (event.type === "schema") set = event;
    else if (event.type === "start") start = event;
    else if (event.type === "progress" || event.type === "epoch") timed = event;
    if (set === undefined || start === undefined || timed === undefined) continue;
    // A training that ends sooner than the trial has told all there is.
    if (timed.elapsedMs < TRIAL_MS && event.type !== "end") continue;
    const { trainingRows, validationRows, batch, epochs, parameters } = start;
    // Leaving the loop ends the training and frees the model.
    return {
      schema: set.schema,
      warnings,
      dims: set.dims,
      context: set.flow.context as number,
      spec: set.flow,
      parameters,
      trainingRows,
      validationRows,
      batch,
      epochs,
      steps: epochs * Math.ceil(trainingRows / batch),
      rowsPerSecond: timed.rowsPerSecond,
      secondsAtMost: (epochs * Math.ceil(trainingRows / batch) * batch) / timed.rowsPerSecond,
    };
  }
  throw internalError("a training without a step");
}

/** Long enough for the threads to be warm. */
const TRIAL_MS = 1000;
