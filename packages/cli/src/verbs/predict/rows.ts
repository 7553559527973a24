/** Runs couplet predict for tables: rows from the input, predictions to the output, a chunk at a time. */
import { CoupletError } from "couplet";
import { column, predict, table } from "couplet/table";
import type { Column, Predictions, Table, TableModel } from "couplet/table";
import type { InputOptions } from "../../input/input-options.ts";
import { openInput } from "../../input/open-input.ts";
import { openModel } from "../../input/open-model.ts";
import { aboutFile } from "../../input/read-table.ts";
import { openRows } from "../../output/open-rows.ts";
import type { OutputOptions } from "../../output/open-output.ts";
import { writeAll } from "../../output/write-all.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { learningPrinter } from "../../terminal/learning.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";

export interface RowFlags extends GlobalFlags, OutputOptions, InputOptions {
  readonly target?: string;
  readonly quantiles?: readonly number[];
  readonly samples: number;
  readonly withData?: boolean;
  readonly threads?: number;
}

/** Digits after the point of probabilities and means. */
const DIGITS = 6;

export async function predictRows(
  file: string,
  data: readonly string[],
  flags: RowFlags,
): Promise<void> {
  const { target } = flags;
  if (target === undefined)
    throw new CoupletError({
      code: "USAGE",
      where: "--target",
      expected: "the column to predict",
      received: "none",
    });
  const reporter = openReporter(flags);
  const started = performance.now();
  const model = await openModel(file, flags, data);
  const input = await openInput(data, flags, (text) => reporter.warn(text));
  const totals = { rows: 0, impossible: 0 };
  const summary = () => ({ impossibleRows: totals.impossible });
  try {
    const out = await openRows(flags, [file, ...input.paths], {
      key: "predictions",
      head: { schemaVersion: 1, model: file, data: input.name, target },
      tail: summary,
    });
    const rows = await aboutFile(input.name, () =>
      writeAll(out.sink, predictedChunks(model, input, { ...flags, target }, totals, reporter)),
    );
    if (rows === 0)
      throw new CoupletError({
        code: "DATA_INVALID",
        where: input.name,
        expected: "rows to predict",
        received: "none",
      });
    for (const notice of await input.notices()) reporter.warn(notice);
    if (totals.impossible > 0)
      reporter.warn(
        `${count(totals.impossible)} of ${count(rows)} rows have no prediction: the model holds them impossible whatever ${target} is`,
      );
    const seconds = (performance.now() - started) / 1000;
    out.tell({ rows, ...summary(), seconds });
    if (out.file !== undefined)
      reporter.say(
        `wrote predictions of ${target} for ${count(rows)} rows to ${out.file} (${duration(seconds)})`,
      );
  } finally {
    await input.close();
    model.dispose();
  }
}

async function* predictedChunks(
  model: TableModel,
  input: { readonly name: string; chunks(): AsyncGenerator<Table> },
  flags: RowFlags & { readonly target: string },
  totals: { rows: number; impossible: number },
  reporter: Reporter,
): AsyncGenerator<Table> {
  const signal = interruptSignal();
  for await (const chunk of input.chunks()) {
    const predicted = await predict(model, chunk, {
      target: flags.target,
      samples: flags.samples,
      where: input.name,
      signal,
      onLearn: learningPrinter(reporter),
      ...(flags.quantiles === undefined ? {} : { quantiles: flags.quantiles }),
    });
    const columns = columnsOf(predicted);
    totals.rows += chunk.rows;
    totals.impossible += impossibleRows(predicted);
    const taken = new Set(columns.map(({ name }) => name));
    const kept =
      flags.withData === true ? chunk.columns.filter(({ name }) => !taken.has(name)) : [];
    yield table([...kept, ...columns]);
  }
}

function columnsOf(predicted: Predictions): Column[] {
  const { target } = predicted;
  if (predicted.kind === "number")
    return [column(`${target}_mean`, predicted.mean.map(rounded)), ...predicted.quantiles];
  const { values, probabilities, best } = predicted;
  return [
    column(
      target,
      best.map((value) => (value === null ? null : String(value))),
    ),
    ...values.map((value, k) =>
      column(
        `p_${value}`,
        Float64Array.from(best, (_, row) => rounded(probabilities[row * values.length + k]!)),
      ),
    ),
  ];
}

function impossibleRows(predicted: Predictions): number {
  return predicted.kind === "number"
    ? predicted.mean.filter(Number.isNaN).length
    : predicted.best.filter((value) => value === null).length;
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}
