/** Runs couplet inspect. */
import { describeSchema } from "couplet/table";
import type { TableModel } from "couplet/table";
import type { FlowDescription, FlowModel, InverseReport, TrainingRecord } from "couplet";
import type { Table } from "couplet/table";
import { warnOfExtraColumns } from "../../input/extra-columns.ts";
import { isClassifier, isImageModel, openAnyModel } from "../../input/open-model.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import { printable, printableJson } from "../../terminal/printable.ts";
import { openReporter, styled } from "../../terminal/reporter.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { widthOf, wrapped } from "../../terminal/wrap.ts";
import { heldOutLines, isOwnLine } from "../fit/held-out-lines.ts";
import { foldedLayers } from "./fold-layers.ts";
import { firstRowsOf, inverseOfFlow } from "./inspect-flow.ts";

export interface InspectFlags extends GlobalFlags {
  readonly data?: string;
  readonly rows: number;
}

export async function runInspect(file: string, flags: InspectFlags): Promise<void> {
  if (await isClassifier(file)) {
    const { runInspectClassifier } = await import("./inspect-classifier.ts");
    return runInspectClassifier(file, flags);
  }
  if (await isImageModel(file)) {
    const { runInspectImages } = await import("./inspect-images.ts");
    return runInspectImages(file, flags);
  }
  const reporter = openReporter(flags);
  const opened = await openAnyModel(file, {});
  try {
    const table = opened.kind === "table" ? opened.model : undefined;
    const flow: FlowModel = opened.kind === "table" ? opened.model.flow : opened.model;
    const inverse =
      table === undefined
        ? await inverseOfFlow(flow, flags, reporter)
        : await inverseOfTable(table, flags, reporter);
    reporter.clear();
    if (flags.json === true)
      process.stdout.write(`${printableJson(asJson(file, flow, table, inverse))}\n`);
    else
      process.stdout.write(
        `${asText(flow, table, inverse, flags)
          .map((line) => {
            const text = wrapped(printable(line), widthOf(process.stdout));
            return isOwnLine(line) ? styled("bold", text, process.stdout, flags.color) : text;
          })
          .join("\n")}\n`,
      );
  } finally {
    opened.model.dispose();
  }
}

function asJson(
  file: string,
  flow: FlowModel,
  table: TableModel | undefined,
  inverse: InverseReport | undefined,
): object {
  return {
    schemaVersion: 1,
    model: file,
    source: table === undefined ? null : sourceAsJson(table.source),
    schema: table?.schema ?? null,
    flow: { ...flow.describe(), text: undefined },
    training: flow.training ?? {},
    heldOut: table?.heldOut ?? null,
    inverse: inverse ?? null,
  };
}

function asText(
  flow: FlowModel,
  table: TableModel | undefined,
  inverse: InverseReport | undefined,
  flags: InspectFlags,
): string[] {
  const schema = table === undefined ? [] : [...describeSchema(table.schema).split("\n"), ""];
  const heldOut =
    table === undefined ? [] : heldOutLines(table.heldOut, table.schema.relations).split("\n");
  return [
    ...schema,
    ...flowLines(flow.describe()),
    "",
    trained(table, flow.training),
    "",
    ...heldOut,
    ...inverted(inverse, flags.data).split("\n"),
  ];
}

function flowLines({ dims, context, parameters, base, layers }: FlowDescription): string[] {
  const given = context === 0 ? "" : ` given ${context} of context`;
  return [
    `flow of ${dims} variables${given}, ${count(parameters)} parameters, base ${base}`,
    ...foldedLayers(layers),
  ];
}

/** The source under the key names of docs/command.md. */
function sourceAsJson({ partitions, ...source }: TableModel["source"]): object {
  return { ...source, ...(partitions === undefined ? {} : { parts: partitions }) };
}

async function inverseOfTable(
  model: TableModel,
  flags: InspectFlags,
  reporter: Reporter,
): Promise<InverseReport | undefined> {
  const rows = await someRows(model, flags, reporter);
  return rows === undefined
    ? undefined
    : model.checkInverse(rows, { where: flags.data ?? "samples", signal: interruptSignal() });
}

/** Rows of the table that is named, or the model's own; none for a conditional model without a table. */
async function someRows(
  model: TableModel,
  flags: InspectFlags,
  reporter: Reporter,
): Promise<Table | undefined> {
  if (flags.data === undefined)
    return model.codec.contextDims > 0 ? undefined : model.sample(flags.rows, { seed: 0 });
  return firstRowsOf(flags.data, flags.rows, reporter, (input) =>
    warnOfExtraColumns(input, model.schema, reporter),
  );
}

function trained(table: TableModel | undefined, training: TrainingRecord | undefined): string {
  const how =
    training === undefined
      ? "the file does not say how"
      : `${training.epochs} epochs, the best was ${training.best.epoch}; ${duration(training.elapsedMs / 1000)} on ${training.threads} threads`;
  if (table === undefined)
    return training === undefined
      ? "a flow of numbers, never trained"
      : `a flow of numbers, trained on ${count(training.trainingRows)} rows: ${how}`;
  const { source } = table;
  const of = source.name === undefined ? "" : ` of ${source.name}`;
  const without =
    source.contamination === undefined
      ? ""
      : `, without the least usual ${(100 * source.contamination).toFixed(1)} %`;
  const parts = source.partitions === undefined ? "" : ` in ${source.partitions} parts`;
  return `trained on ${count(training?.trainingRows ?? 0)} of ${count(source.rows)} rows${of}${parts}${without}, seed ${source.seed}: ${how}`;
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
