/** Trains the model of a table, writes it and reports how good it is. */
import { fitTable } from "couplet/table";
import type {
  FitTableOptions,
  PartitionedTable,
  Table,
  TableEvent,
  TableModel,
} from "couplet/table";
import type { OpenInput } from "../../input/open-input.ts";
import { firstRows } from "../../input/read-table.ts";
import { eventLinePrinter } from "../../terminal/event-lines.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { schemaLines } from "../schema/schema-lines.ts";
import { fitProgress } from "./fit-progress.ts";
import type { FitTarget } from "./fit-target.ts";
import type { FitFlags } from "./flags.ts";
import { heldOutLines, isOwnLine } from "./held-out-lines.ts";
import { trainAndSave } from "./train-and-save.ts";
import type { Ended } from "./train-and-save.ts";
import { printableJson } from "../../terminal/printable.ts";

/** Rows that the closing check of the inverse takes. */
const INVERSE_ROWS = 1000;

/** What a training needs besides the rows and the options of the library. */
interface TableRun {
  readonly input: OpenInput;
  readonly target: FitTarget;
  readonly flags: FitFlags;
  readonly reporter: Reporter;
}

export async function trainTable(
  source: Table | PartitionedTable,
  options: FitTableOptions,
  run: TableRun,
): Promise<void> {
  const { target, flags, reporter } = run;
  const print =
    flags.json === true ? eventLinePrinter(flags.quiet === true) : fitProgress(reporter);
  let rowsPerSecond = 0;
  await trainAndSave<TableEvent, TableModel>({
    target,
    flags,
    reporter,
    onEvent: (event) => {
      if (event.type === "schema") {
        reporter.say(schemaLines(event.schema, event.dims));
        reporter.live("preparing the rows ...");
      }
      if (event.type === "epoch") rowsPerSecond = event.rowsPerSecond;
      print(event);
    },
    train: (control) =>
      fitTable(source, {
        ...options,
        ...control,
        ...(flags.maxMinutes === undefined ? {} : { maxMinutes: flags.maxMinutes }),
      }),
    report: (model, ended) => report(model, source, run, { ...ended, rowsPerSecond }),
  });
}

async function report(
  model: TableModel,
  source: Table | PartitionedTable,
  { input, target, flags, reporter }: TableRun,
  { reason, seconds, rowsPerSecond }: Ended & { readonly rowsPerSecond: number },
): Promise<void> {
  const { heldOut, flow } = model;
  const first = "partition" in source ? await source.partition(0) : source;
  const some = firstRows(first, INVERSE_ROWS);
  const { error } = await model.checkInverse(some, { where: input.name });
  if (flags.json === true) {
    process.stdout.write(
      `${printableJson({
        schemaVersion: 1,
        model: target.output,
        rows: model.source.rows,
        parts: model.source.partitions ?? 1,
        dims: flow.spec.dims,
        context: flow.spec.context,
        parameters: flow.parameterCount,
        seed: flags.seed,
        epochs: flow.training?.epochs,
        best: flow.training?.best,
        ended: reason,
        // The same keys, whichever model it is.
        heldOut: { ...heldOut, trained: heldOut.trained ?? null },
        inverse: error,
        rowsPerSecond: Math.round(rowsPerSecond),
        seconds,
        peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      })}\n`,
    );
    return;
  }
  reporter.say("");
  for (const line of heldOutLines(heldOut, model.schema.relations).split("\n"))
    reporter.say(line, isOwnLine(line) ? "bold" : undefined);
  reporter.say(
    `\ninverse error: 99.9th percentile ${error.p999.toExponential(1)}, maximum ${error.most.toExponential(1)} (latent units)` +
      `\nspeed: ${count(Math.round(rowsPerSecond))} rows/s; peak memory ${(process.resourceUsage().maxRSS / 1e6).toFixed(1)} GB`,
  );
  reporter.say(`\nwrote ${target.output} (${duration(seconds)})`);
}
