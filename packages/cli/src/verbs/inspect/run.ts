/** Runs couplet inspect. */
import { describeSchema, tableFromChunks } from "couplet/table";
import type { TableModel } from "couplet/table";
import type { InverseReport, TrainingRecord } from "couplet";
import type { Table } from "couplet/table";
import { openInput } from "../../input/open-input.ts";
import { isImageModel, openModel } from "../../input/open-model.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import { printable } from "../../terminal/printable.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { warnOfExtraColumns } from "../../input/extra-columns.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { heldOutLines } from "../fit/held-out-lines.ts";

export interface InspectFlags extends GlobalFlags {
  readonly data?: string;
  readonly rows: number;
}

export async function runInspect(file: string, flags: InspectFlags): Promise<void> {
  if (await isImageModel(file)) {
    const { runInspectImages } = await import("./inspect-images.ts");
    return runInspectImages(file, flags);
  }
  const reporter = openReporter(flags);
  const model = await openModel(file, {});
  const { heldOut, source, schema, flow } = model;
  const description = flow.describe();
  const rows = await someRows(model, flags, reporter);
  const inverse =
    rows === undefined
      ? undefined
      : await model.checkInverse(rows, {
          where: flags.data ?? "samples",
          signal: interruptSignal(),
        });
  const { training } = flow;
  if (flags.json === true) {
    process.stdout.write(
      `${JSON.stringify({
        schemaVersion: 1,
        model: file,
        source: sourceAsJson(source),
        schema,
        flow: { ...description, text: undefined },
        training: training ?? {},
        heldOut,
        inverse: inverse ?? null,
      })}\n`,
    );
  } else {
    process.stdout.write(
      printable(
        `${describeSchema(schema)}\n\n${description.text}\n\n${trained(model, training)}\n\n${heldOutLines(heldOut)}\n${inverted(inverse, flags.data)}\n`,
      ),
    );
  }
  model.dispose();
}

/** The source under the key names of docs/command.md. */
function sourceAsJson({ partitions, ...source }: TableModel["source"]): object {
  return { ...source, ...(partitions === undefined ? {} : { parts: partitions }) };
}

/** Rows of the table that is named, or the model's own; none for a conditional model without a table. */
async function someRows(
  model: TableModel,
  flags: InspectFlags,
  reporter: Reporter,
): Promise<Table | undefined> {
  if (flags.data === undefined)
    return model.codec.contextDims > 0 ? undefined : model.sample(flags.rows, { seed: 0 });
  const input = await openInput([flags.data], {}, (text) => reporter.warn(text));
  try {
    warnOfExtraColumns(input, model.schema, reporter);
    const chunks: Table[] = [];
    let rows = 0;
    for await (const chunk of input.chunks()) {
      chunks.push(chunk);
      if ((rows += chunk.rows) >= flags.rows) break;
    }
    return tableFromChunks(chunks);
  } finally {
    await input.close();
  }
}

function trained({ source }: TableModel, training: TrainingRecord | undefined): string {
  const of = source.name === undefined ? "" : ` of ${source.name}`;
  const without =
    source.contamination === undefined
      ? ""
      : `, without the least usual ${(100 * source.contamination).toFixed(1)} %`;
  const parts = source.partitions === undefined ? "" : ` in ${source.partitions} parts`;
  return (
    `trained on ${count(training?.trainingRows ?? 0)} of ${count(source.rows)} rows${of}${parts}${without}, seed ${source.seed}: ` +
    (training === undefined
      ? "the file does not say how"
      : `${training.epochs} epochs, the best was ${training.best.epoch}; ${duration(training.elapsedMs / 1000)} on ${training.threads} threads`)
  );
}

function inverted(inverse: InverseReport | undefined, data: string | undefined): string {
  if (inverse === undefined) return "inverse: not checked (a conditional model needs rows: --data)";
  const { error, logDet, rows } = inverse;
  const worst = inverse.layers.reduce((a, b) => (b.error.most > a.error.most ? b : a));
  return (
    `inverse on ${count(rows)} ${data === undefined ? "samples" : `rows of ${data}`}: |decode(encode(z)) - z| has median ${error.median.toExponential(1)}, ` +
    `99.9th percentile ${error.p999.toExponential(1)}, maximum ${error.most.toExponential(1)} (latent units);\n` +
    `the least exact layer is ${worst.layer} (${worst.kind}, ${worst.error.most.toExponential(1)}); logDet from ${logDet.least.toFixed(2)} to ${logDet.most.toFixed(2)}`
  );
}
