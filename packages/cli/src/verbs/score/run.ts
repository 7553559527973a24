/** Runs couplet score: rows from the input through the model to the output, a chunk at a time. */
import { CoupletError } from "couplet";
import { column, columnNamed, selectRows, table, tableFromChunks } from "couplet/table";
import type { BrokenRelation, Column, ConditionReport, Table, TableModel } from "couplet/table";
import type { InputOptions } from "../../input/input-options.ts";
import { openInput } from "../../input/open-input.ts";
import type { OpenInput } from "../../input/open-input.ts";
import type { RowRange } from "../../input/row-range.ts";
import { isImageModel, openModel } from "../../input/open-model.ts";
import { outputFormat, targetOf } from "../../output/open-output.ts";
import type { OutputOptions } from "../../output/open-output.ts";
import { tellCondition } from "../../terminal/condition-lines.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import type { Look } from "../../output/formats/aligned-table.ts";
import { openRows } from "../../output/open-rows.ts";
import { aboutFile } from "../../input/read-table.ts";
import { writeAll } from "../../output/write-all.ts";
import { warnOfExtraColumns } from "../../input/extra-columns.ts";
import { ImpossibleRows } from "./impossible-rows.ts";
import { parseShard, shardRange } from "./shard.ts";

export interface ScoreFlags extends GlobalFlags, OutputOptions, InputOptions {
  readonly samples: number;
  readonly explain?: number | true;
  readonly lowest?: number;
  readonly withData?: boolean;
  readonly strict?: boolean;
  readonly softRelations?: boolean;
  readonly standardised?: boolean;
  readonly given?: Readonly<Record<string, string>>;
  readonly threads?: number;
  readonly shard?: string;
}

/** Rows of the input and what the model says of them. */
interface ScoredChunk {
  readonly chunk: Table;
  readonly scores: Table;
}

/** What is known of all rows at the end. */
interface Totals {
  /** Rows before those that are scored. */
  readonly before: number;
  rows: number;
  possible: number;
  sum: number;
  squares: number;
  /** Why rows have probability 0. */
  readonly impossible: ImpossibleRows;
  /** What the model says of `--given`. */
  condition: ConditionReport | undefined;
}

/** Scores as people read them; files have all their digits. */
const LOOK: Look = {
  decimals: (name) =>
    /^(nats|bits|standardised|percentile|surprise(_\d+)?)$/.test(name) ? 2 : undefined,
  spare: ["bits"],
};

export async function runScore(
  file: string,
  data: readonly string[],
  flags: ScoreFlags,
): Promise<void> {
  if (await isImageModel(file)) {
    const { runScoreImages } = await import("./score-images.ts");
    return runScoreImages(file, data, flags);
  }
  const reporter = openReporter(flags);
  const started = performance.now();
  const model = await openModel(file, flags, data);
  const signal = interruptSignal();
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard);
  const input = await openInput(data, flags, (text) => reporter.warn(text), { once: true });
  warnOfExtraColumns(input, model.schema, reporter);
  try {
    const range = shard && shardRange(shard, await input.countRows());
    const totals: Totals = {
      before: range?.from ?? 0,
      rows: 0,
      possible: 0,
      sum: 0,
      squares: 0,
      impossible: new ImpossibleRows(),
      condition: undefined,
    };
    const summary = () => ({
      scoredRows: totals.rows,
      ...meanOf(totals),
      ...(totals.condition === undefined ? {} : { condition: totals.condition }),
    });
    const continued = shard !== undefined && shard.part > 1;
    const out = await openRows({ ...flags, continued }, [file, ...input.paths], {
      key: "scores",
      head: { schemaVersion: 1, model: file, data: input.name },
      tail: summary,
      look: LOOK,
    });
    const scored = scoredChunks(model, input, range, flags, totals, signal);
    const rows = await aboutFile(input.name, () =>
      writeAll(
        out.sink,
        outputChunks(
          model,
          flags.lowest === undefined ? scored : lowest(scored, flags.lowest),
          flags,
          input.name,
          signal,
        ),
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    out.tell({ rows, ...summary(), seconds });
    for (const notice of await input.notices()) reporter.warn(notice);
    if (totals.condition !== undefined)
      tellCondition(totals.condition, { trainingRows: model.source.rows }, reporter);
    conclude(totals, seconds, out.file, reporter);
  } finally {
    await input.close();
    model.dispose();
  }
}

async function* scoredChunks(
  model: TableModel,
  input: Pick<OpenInput, "name" | "chunks">,
  range: RowRange | undefined,
  flags: ScoreFlags,
  totals: Totals,
  signal: AbortSignal,
): AsyncGenerator<ScoredChunk> {
  const where = input.name;
  for await (const chunk of input.chunks(range)) {
    const firstRow = totals.before + totals.rows;
    const { nats, percentile, standardised, condition } = await model.score(chunk, {
      samples: flags.samples,
      where,
      firstRow,
      impossible: flags.strict === true ? "error" : "zero",
      softRelations: flags.softRelations === true,
      standardised: flags.standardised === true,
      ...(flags.given === undefined ? {} : { given: flags.given }),
      signal,
    });
    totals.condition ??= condition;
    tally(nats, totals);
    totals.impossible.add(model, chunk, nats, {
      where,
      firstRow,
      softRelations: flags.softRelations === true,
      conditional: flags.given !== undefined,
    });
    const scores = [
      column(
        "row",
        Float64Array.from(nats, (_, r) => firstRow + r + 1),
      ),
      column(
        "nats",
        nats.map((value) => rounded(value, 6)),
      ),
      column(
        "bits",
        nats.map((value) => rounded(value / Math.LN2, 6)),
      ),
      ...(standardised === undefined
        ? []
        : [
            column(
              "standardised",
              standardised.map((value) => rounded(value, 6)),
            ),
          ]),
      column(
        "percentile",
        percentile.map((value) => rounded(value, 2)),
      ),
    ];
    // JSON has null for -infinity: a key of its own says that it is no missing number.
    if (inJson(flags)) scores.push(column("impossible", impossibleCells(nats)));
    yield { chunk, scores: table(scores) };
  }
  if (totals.rows === 0 && range === undefined) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where,
      expected: "rows to score",
      received: "none",
    });
  }
}

/** Whether the rows are written as JSON objects. */
function inJson(flags: ScoreFlags): boolean {
  return (flags.json === true && targetOf(flags) === undefined) || outputFormat(flags) === "jsonl";
}

function impossibleCells(nats: Float64Array): boolean[] {
  return Array.from(nats, (value) => value === -Infinity);
}

/** The columns of the output: data if asked for, scores, reasons if asked for. */
async function* outputChunks(
  model: TableModel,
  scored: AsyncIterable<ScoredChunk>,
  flags: ScoreFlags,
  where: string,
  signal: AbortSignal,
): AsyncGenerator<Table> {
  for await (const { chunk, scores } of scored) {
    const columns = [...scores.columns];
    if (flags.explain !== undefined) {
      const most = flags.explain === true ? 1 : flags.explain;
      // The column counts from 1.
      const rowNumbers = (columnNamed(scores, "row").values as Float64Array).map((row) => row - 1);
      columns.push(...(await reasons(model, chunk, most, { where, rowNumbers, signal })));
    }
    const taken = new Set(columns.map(({ name }) => name));
    const kept =
      flags.withData === true ? chunk.columns.filter(({ name }) => !taken.has(name)) : [];
    yield table([...kept, ...columns]);
  }
}

/** The columns with the greatest excess surprisal in each row, as pairs of columns: name and nats. */
async function reasons(
  model: TableModel,
  chunk: Table,
  most: number,
  options: {
    readonly where: string;
    readonly rowNumbers: Float64Array;
    readonly signal: AbortSignal;
  },
): Promise<Column[]> {
  const { columns, excessSurprisal, brokenRelations } = await model.explain(chunk, options);
  const shown = Math.min(most, columns.length);
  const names = Array.from({ length: shown }, () => Array.from<string>({ length: chunk.rows }));
  const values = Array.from({ length: shown }, () => new Float64Array(chunk.rows));
  for (let r = 0; r < chunk.rows; r++) {
    const own = excessSurprisal.subarray(r * columns.length, (r + 1) * columns.length);
    const order = [...columns.keys()].sort((a, b) => own[b]! - own[a]!);
    for (let k = 0; k < shown; k++) {
      names[k]![r] = columns[order[k]!]!;
      values[k]![r] = rounded(own[order[k]!]!, 3);
    }
  }
  const found = names.flatMap((list, k) => {
    const suffix = shown === 1 ? "" : `_${k + 1}`;
    return [column(`column${suffix}`, list), column(`surprise${suffix}`, values[k]!)];
  });
  return hasRelations(model) ? [...found, brokenColumn(brokenRelations, chunk.rows)] : found;
}

function hasRelations({ schema }: TableModel): boolean {
  return (schema.relations ?? []).some(({ keep }) => keep !== false);
}

/** Per row: the relations that it breaks, in words; empty where it breaks none. */
function brokenColumn(broken: readonly BrokenRelation[], rows: number): Column {
  const texts = Array.from({ length: rows }, (): string[] => []);
  for (const { text, rows: those } of broken) for (const row of those) texts[row]!.push(text);
  return {
    kind: "text",
    name: "broken",
    values: texts.map((list) => (list.length === 0 ? null : list.join("; "))),
  };
}

/** The rows with the lowest scores, as one chunk; only these need to be explained. */
async function* lowest(
  scored: AsyncIterable<ScoredChunk>,
  most: number,
): AsyncGenerator<ScoredChunk> {
  let kept: ScoredChunk | undefined;
  for await (const next of scored) {
    const chunk = kept === undefined ? next.chunk : tableFromChunks([kept.chunk, next.chunk]);
    const scores = kept === undefined ? next.scores : tableFromChunks([kept.scores, next.scores]);
    const nats = columnNamed(scores, "nats").values as Float64Array;
    // Not by differences: -infinity less -infinity is no number.
    const order = [...nats.keys()]
      .sort((a, b) => (nats[a] === nats[b] ? a - b : nats[a]! < nats[b]! ? -1 : 1))
      .slice(0, most);
    kept = { chunk: selectRows(chunk, order), scores: selectRows(scores, order) };
  }
  if (kept !== undefined) yield kept;
}

function tally(nats: Float64Array, totals: Totals): void {
  totals.rows += nats.length;
  for (const value of nats) {
    if (value === -Infinity) continue;
    totals.possible++;
    totals.sum += value;
    totals.squares += value * value;
  }
}

/** Mean and standard error over the rows that are possible. */
function meanOf({ rows, possible, sum, squares }: Totals) {
  const mean = possible > 0 ? sum / possible : null;
  const variance =
    mean === null || possible < 2 ? null : (squares - possible * mean * mean) / (possible - 1);
  return {
    impossibleRows: rows - possible,
    meanNats: mean,
    standardError: variance === null ? null : Math.sqrt(Math.max(0, variance) / possible),
  };
}

function conclude(
  totals: Totals,
  seconds: number,
  output: string | undefined,
  reporter: Reporter,
): void {
  const { impossibleRows, meanNats, standardError } = meanOf(totals);
  if (impossibleRows > 0) {
    reporter.warn(
      `${count(impossibleRows)} of ${count(totals.rows)} rows ${impossibleRows === 1 ? "has" : "have"} probability 0 under the model (-inf): ${totals.impossible.text()}. --strict makes this an error`,
    );
  }
  if (output === undefined && !process.stderr.isTTY) return;
  const mean =
    meanNats === null
      ? ""
      : `, mean ${meanNats.toFixed(3)}${standardError === null ? "" : ` +- ${standardError.toFixed(3)}`} nats`;
  reporter.say(
    `${count(totals.rows)} rows scored${mean} (${duration(seconds)})${output === undefined ? "" : `; wrote ${output}`}`,
  );
}

function rounded(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : value;
}
