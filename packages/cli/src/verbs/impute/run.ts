/** Runs couplet impute: rows from the input, filled, to the output, a chunk at a time. */
import { CoupletError } from "couplet";
import { impute, tableFromObjects } from "couplet/table";
import type { FilledCell, ImputedTable, Table, TableModel } from "couplet/table";
import type { InputOptions } from "../../input/input-options.ts";
import { openInput } from "../../input/open-input.ts";
import { openModel } from "../../input/open-model.ts";
import { aboutFile } from "../../input/read-table.ts";
import { checkDistinct } from "../../output/check-target.ts";
import { openOutput } from "../../output/open-output.ts";
import type { OutputOptions } from "../../output/open-output.ts";
import { writeAll } from "../../output/write-all.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { learningPrinter } from "../../terminal/learning.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { printableJson } from "../../terminal/printable.ts";

interface ImputeFlags extends GlobalFlags, OutputOptions, InputOptions {
  readonly method: "draw" | "median";
  readonly seed: number;
  readonly copies: number;
  readonly cells?: string;
  readonly threads?: number;
}

/** Draws that the weights of a row have to be worth; of fewer the cells are a guess. */
const LEAST_EFFECTIVE = 4;

/** What is known of all rows at the end. */
interface Totals {
  rows: number;
  readonly effective: number[];
  readonly cells: FilledCell[];
  filled: number;
  readonly left: Map<string, number>;
  impossible: number;
}

export async function runImpute(
  file: string,
  data: readonly string[],
  flags: ImputeFlags,
): Promise<void> {
  const reporter = openReporter(flags);
  const started = performance.now();
  const toFile = flags.output !== undefined && flags.output !== "-";
  if (flags.json === true && !toFile)
    throw new CoupletError({
      code: "USAGE",
      where: "--json",
      expected: "--output beside it: standard output takes one of the two",
      received: "none",
    });
  const model = await openModel(file, flags, data);
  const input = await openInput(data, flags, (text) => reporter.warn(text));
  const totals: Totals = {
    rows: 0,
    effective: [],
    cells: [],
    filled: 0,
    left: new Map(),
    impossible: 0,
  };
  try {
    const read = [file, ...input.paths];
    if (flags.cells !== undefined)
      await checkDistinct(toFile ? flags.output : undefined, [flags.cells], "--cells");
    const sink = await openOutput(flags, read);
    const cells =
      flags.cells === undefined
        ? undefined
        : await openOutput({ output: flags.cells, force: flags.force === true }, read);
    const rows = await aboutFile(input.name, () =>
      writeAll(sink, filledChunks(model, input, flags, totals, reporter)),
    );
    if (cells !== undefined) await writeAll(cells, one(cellTable(totals.cells)));
    for (const notice of await input.notices()) reporter.warn(notice);
    conclude(totals, flags, reporter);
    const seconds = (performance.now() - started) / 1000;
    if (flags.json === true)
      process.stdout.write(
        `${printableJson({ schemaVersion: 1, model: file, data: input.name, rows, ...summary(totals), method: flags.method, seed: flags.seed, output: flags.output, seconds })}\n`,
      );
    else if (toFile)
      reporter.say(`wrote ${count(rows)} rows to ${flags.output} (${duration(seconds)})`);
  } finally {
    await input.close();
    model.dispose();
  }
}

async function* filledChunks(
  model: TableModel,
  input: { readonly name: string; chunks(): AsyncGenerator<Table> },
  flags: ImputeFlags,
  totals: Totals,
  reporter: Reporter,
): AsyncGenerator<Table> {
  const { method, seed, copies } = flags;
  const signal = interruptSignal();
  for await (const chunk of input.chunks()) {
    const firstRow = totals.rows;
    const filled = await impute(model, chunk, {
      method,
      seed,
      copies,
      firstRow,
      where: input.name,
      signal,
      onLearn: learningPrinter(reporter),
    });
    tally(filled, firstRow, flags.cells !== undefined, totals);
    yield filled.table;
  }
}

function tally(filled: ImputedTable, firstRow: number, keep: boolean, totals: Totals): void {
  totals.rows += filled.table.rows;
  totals.filled += filled.cells.length;
  totals.impossible += filled.impossible;
  totals.effective.push(...filled.effective);
  for (const { column, why } of filled.left) {
    const key = `${column}: ${why}`;
    totals.left.set(key, (totals.left.get(key) ?? 0) + 1);
  }
  if (keep)
    for (const cell of filled.cells) totals.cells.push({ ...cell, row: firstRow + cell.row });
}

function summary({ effective, filled, left, impossible }: Totals) {
  const sorted = effective.toSorted((a, b) => a - b);
  return {
    filledCells: filled,
    filledRows: effective.length,
    leftCells: [...left.values()].reduce((sum, n) => sum + n, 0),
    impossibleCells: impossible,
    effective: {
      median: sorted[sorted.length >> 1] ?? null,
      least: sorted[0] ?? null,
      poorRows: sorted.filter((worth) => worth < LEAST_EFFECTIVE).length,
    },
  };
}

function conclude(totals: Totals, { method, seed }: ImputeFlags, reporter: Reporter): void {
  const { filledCells, filledRows, impossibleCells, effective } = summary(totals);
  const how = method === "draw" ? `draws, seed ${seed}` : "medians";
  const worth =
    effective.median === null
      ? ""
      : `; the completions of the median row are worth ${count(Math.round(effective.median))} draws`;
  reporter.say(
    `filled ${count(filledCells)} cells in ${count(filledRows)} of ${count(totals.rows)} rows (${how})${worth}`,
  );
  for (const [what, cells] of totals.left)
    reporter.warn(`${count(cells)} missing cells stay in ${what}`);
  if (impossibleCells > 0)
    reporter.warn(
      `${count(impossibleCells)} cells have a value that the model holds impossible (a category never seen, a number beyond a bound): their rows were completed without them`,
    );
  if (effective.poorRows > 0)
    reporter.warn(
      `${count(effective.poorRows)} rows have completions worth fewer than ${LEAST_EFFECTIVE} draws: their known cells are unlike the rows of the fit. --copies 1000 weighs more`,
    );
}

function cellTable(cells: readonly FilledCell[]): Table {
  const text = (value: string | number | undefined): string | null =>
    value === undefined ? null : String(value);
  return tableFromObjects(
    cells.map(({ row, column, cell, low, high, probability }) => ({
      row: row + 1,
      column,
      cell: text(cell),
      low: text(low),
      high: text(high),
      probability: probability ?? null,
    })),
  );
}

async function* one(table: Table): AsyncGenerator<Table> {
  yield await Promise.resolve(table);
}
