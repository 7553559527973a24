/** What the page asks of its worker: one table, one model, and everything about them. */
import { TableModel } from "couplet/table";
import type { Table } from "couplet/table";
import type { TableReport } from "couplet/report";
import type {
  CouplingCurves,
  FitNews,
  FitSettings,
  Marginal,
  ModelAnswer,
  OpenedTable,
  PairAnswer,
  PlaneSteps,
  SchemaAnswer,
  ScoredRows,
  WhatIfAnswer,
} from "./answers.ts";
import { spread, textRows } from "./cells.ts";
import { Fitting } from "./fitting.ts";
import { keptCheckpoint } from "./kept-fit.ts";
import type { KeptCheckpoint } from "./kept-fit.ts";
import { couplingCurves, planeSteps } from "./inside.ts";
import { modelAnswer } from "./model-answer.ts";
import { explainedRows, scoreTable } from "./odd-rows.ts";
import type { TableScore } from "./odd-rows.ts";
import { drawRows, marginalOf, pairOf, tablePlaces } from "./pictures.ts";
import type { Places } from "./pictures.ts";
import { readFile } from "./read-file.ts";
import { schemaAnswer, schemaJson } from "./schema-answer.ts";
import type { Declared } from "./schema-answer.ts";
import { scoresCsv, tableCsv } from "./table-csv.ts";
import { prepareConditions, whatIf } from "./what-if.ts";

/** Rows that the first table shows. */
const HEAD_ROWS = 50;
/** Rows of the model behind pictures; fewer while it trains. */
const [DRAWN, DRAWN_LIVE] = [10_000, 2000];
const [CELLS, CELLS_LIVE] = [96, 56];
const SEED = 7;

interface OpenTable {
  readonly name: string;
  readonly table: Table;
}

/** A model with what has been computed of it. */
interface OpenModel {
  readonly name: string;
  readonly model: TableModel;
  drawn?: Promise<Places>;
  real?: Places | undefined;
  score?: Promise<TableScore>;
  /** Ready for conditions: see {@link prepareConditions}. */
  prepared?: Promise<void>;
}

/** The worker's side of the studio. */
export class Workbench {
  #table: OpenTable | undefined;
  #other: (OpenTable & { score?: Promise<TableScore> }) | undefined;
  #declared: Declared = { types: {}, given: [] };
  #model: OpenModel | undefined;
  #fitting: Fitting | undefined;
  #pair: readonly [string, string] | undefined;
  #asking: AbortController | undefined;
  /** Somebody stopped the fit while its checkpoint was being read. */
  #isStopAsked = false;
  readonly #tables = new Turns();
  readonly #others = new Turns();

  /**
   * Reads a table; what was open before is closed, its model too, and a fit under way ends without a model. Undefined where a file that was
   * asked for later has been opened meanwhile.
   */
  async openTable(name: string, blob: Blob): Promise<OpenedTable | undefined> {
    const started = performance.now();
    const isNewest = this.#tables.begin();
    const { table, notes } = await readFile(name, blob);
    if (!isNewest()) return undefined;
    this.#endFit();
    this.closeModel();
    this.#table = { name, table };
    this.#declared = { types: {}, given: [] };
    return {
      name,
      bytes: blob.size,
      rows: table.rows,
      names: table.columns.map((column) => column.name),
      head: textRows(table, spread(Math.min(HEAD_ROWS, table.rows), HEAD_ROWS)),
      notes,
      milliseconds: performance.now() - started,
    };
  }

  /** What the columns are, with what is declared of them. */
  schema(declared: Declared): SchemaAnswer {
    this.#declared = declared;
    return schemaAnswer(this.#opened().table, declared);
  }

  /** The schema as `couplet schema` prints it. */
  schemaJson(): Promise<string> {
    return schemaJson(this.#opened().table, this.#declared);
  }

  /**
   * Fits a model of the open table; the model stays open here. Undefined, and no model, where a file has been opened, everything closed, or
   * another fit begun meanwhile: the model would be that of a table which is gone.
   *
   * @param kept the fit as it is kept for a reload; `goesOn`: it was interrupted, and goes on from its checkpoint
   */
  async fit(
    settings: FitSettings,
    tell: (news: FitNews) => void,
    kept: { readonly id?: string; readonly goesOn?: boolean; readonly isStopped?: boolean } = {},
  ): Promise<ModelAnswer | undefined> {
    this.#endFit();
    this.#isStopAsked = false;
    this.closeModel();
    const opened = this.#opened();
    const { table, name } = opened;
    const { types, given } = this.#declared;
    const { id, goesOn = false, isStopped = false } = kept;
    const checkpoint = goesOn && id !== undefined ? await keptCheckpoint(id) : undefined;
    if (this.#table !== opened) return undefined;
    if (goesOn) tell({ kind: "resumed", from: checkpoint && withoutBytes(checkpoint) });
    const minutes = minutesLeft(settings.minutes, checkpoint?.elapsedMs);
    let real: Places | undefined;
    const isCurrent = (): boolean => this.#fitting === fitting;
    const fitting: Fitting = new Fitting(
      table,
      {
        name,
        seed: 0,
        ...(Object.keys(types).length === 0 ? {} : { infer: { types } }),
        ...(given.length === 0 ? {} : { context: given }),
        ...(settings.passes === undefined ? {} : { epochs: settings.passes }),
        ...(minutes === undefined ? {} : { maxMinutes: minutes }),
        ...(settings.anyCondition && given.length === 0 ? { anyCondition: true } : {}),
      },
      {
        tell: (news) => {
          if (isCurrent()) tell(news);
        },
        picture: async (model) => {
          if (this.#pair === undefined) return undefined;
          real ??= tablePlaces(table, model.schema);
          const drawn = tablePlaces(await drawRows(model, DRAWN_LIVE, SEED, table), model.schema);
          return pairOf({ model, real, rows: table.rows, drawn }, this.#pair, CELLS_LIVE);
        },
      },
      { id, checkpoint },
    );
    this.#fitting = fitting;
    if (isStopped || this.#isStopAsked) fitting.stop();
    try {
      const model = await fitting.result();
      if (isCurrent()) return this.#open(model, name, false);
      model.dispose();
      return undefined;
    } catch (error) {
      // A fit that nobody waits for any more may end as it likes.
      if (isCurrent()) throw error;
      return undefined;
    } finally {
      if (isCurrent()) this.#fitting = undefined;
    }
  }

  /** Ends the fit; the model of the latest picture can be used at once, until the closing report is there. Undefined where none was made yet. */
  stopFit(): ModelAnswer | undefined {
    const fitting = this.#fitting;
    this.#isStopAsked = true;
    if (fitting === undefined) return undefined;
    fitting.stop();
    const latest = fitting.takeLatest();
    return latest && this.#open(latest, this.#opened().name, true);
  }

  /** Which pair of columns the pictures of a fit show. */
  showPair(pair: readonly [string, string] | undefined): void {
    this.#pair = pair;
  }

  /** Opens a model's file. The open table stays, if the model is of its columns. Undefined as of {@link openTable}. */
  async openModel(name: string, blob: Blob): Promise<ModelAnswer | undefined> {
    const isNewest = this.#tables.begin();
    const model = await TableModel.fromBytes(blob, { where: name });
    if (!isNewest()) {
      model.dispose();
      return undefined;
    }
    this.#endFit();
    if (this.#table !== undefined && !fitsTable(model, this.#table.table)) this.#table = undefined;
    return this.#open(model, name, false);
  }

  /** Whether a table is open. */
  hasTable(): boolean {
    return this.#table !== undefined;
  }

  /** The model's file. */
  modelBytes(): Uint8Array<ArrayBuffer> {
    return this.#opening().model.toBytes();
  }

  /** Two columns: the density under rows of the table. */
  async pair(names: readonly [string, string]): Promise<PairAnswer> {
    const open = this.#opening();
    const drawn = await this.#drawn(open);
    const scores = await open.score;
    return pairOf(
      {
        model: open.model,
        real: this.#real(open),
        rows: this.#table?.table.rows ?? 0,
        drawn,
        scores,
      },
      names,
      CELLS,
    );
  }

  /** Each column of the table beside the same of the model's rows. */
  async marginals(): Promise<Marginal[]> {
    const open = this.#opening();
    const drawn = await this.#drawn(open);
    const real = this.#real(open);
    return [...drawn.keys()].map((name) => marginalOf(open.model.schema, name, real, drawn));
  }

  /** The oddest rows of the open table or of the other file, from place `first` on, explained. */
  async oddRows(
    which: "table" | "other",
    first: number,
    count: number,
    tell: (share: number) => void,
  ): Promise<ScoredRows> {
    const { model } = this.#opening();
    if (which === "table") {
      const { table, name } = this.#opened();
      return explainedRows(model, table, name, await this.#scores(tell), first, count);
    }
    const other = this.#other;
    if (other === undefined) throw new Error("No second file is open.");
    other.score ??= scoreTable(model, other.table, tell);
    return explainedRows(model, other.table, other.name, await other.score, first, count);
  }

  /** Reads a second file, to be scored by the model. False where one that was asked for later has been opened meanwhile. */
  async openOther(name: string, blob: Blob): Promise<boolean> {
    const isNewest = this.#others.begin();
    const { table } = await readFile(name, blob);
    if (!isNewest()) return false;
    this.#other = { name, table };
    return true;
  }

  /** Rows of the model where some columns are set. The newest question counts: one that is still being answered ends. */
  async whatIf(
    set: Readonly<Record<string, string>>,
    seed: number,
    draws: number,
  ): Promise<WhatIfAnswer> {
    this.#asking?.abort();
    const { signal } = (this.#asking = new AbortController());
    const open = this.#opening();
    const before = this.#real(open) ?? (await this.#drawn(open));
    // Under way since the answer without conditions: what it makes ready they need.
    if (Object.keys(set).length > 0) await open.prepared;
    signal.throwIfAborted();
    const answer = await whatIf(open.model, set, before, { seed, draws, signal });
    if (Object.keys(set).length === 0) open.prepared ??= prepareConditions(open.model, seed);
    return answer;
  }

  /** The plane of two columns, layer by layer. */
  async plane(): Promise<PlaneSteps> {
    const open = this.#opening();
    return planeSteps(open.model, this.#table?.table, await this.#drawn(open));
  }

  /** A coupling of two columns as a function; undefined for another layer. */
  coupling(layer: number): Promise<CouplingCurves | undefined> {
    return couplingCurves(this.#opening().model, layer);
  }

  /** Closes the table, the second file and the model; files that are still being read are not opened, and a fit under way ends without a model. */
  closeAll(): void {
    this.#tables.begin()();
    this.#others.begin()();
    this.#endFit();
    this.closeModel();
    this.#table = undefined;
    this.#other = undefined;
    this.#declared = { types: {}, given: [] };
  }

  /** Closes the model. */
  closeModel(): void {
    this.#model?.model.dispose();
    this.#model = undefined;
    if (this.#other !== undefined) delete this.#other.score;
  }

  /** Rows of the model as CSV. */
  async samplesCsv(count: number, seed: number): Promise<string> {
    return tableCsv(await drawRows(this.#opening().model, count, seed, this.#table?.table));
  }

  /** The open table with two columns more: nats and percentile. */
  async scoresCsv(tell: (share: number) => void): Promise<string> {
    return scoresCsv(this.#opened().table, await this.#scores(tell));
  }

  /** The measures of a report; the page draws it. */
  async report(tell: (part: string) => void): Promise<TableReport> {
    const { model } = this.#opening();
    const { table, name } = this.#opened();
    const { tableReport } = await import("couplet/report");
    return tableReport(model, table, { name, command: "Couplet studio", onPart: tell });
  }

  /** The scores of the open table, computed once. */
  async #scores(tell: (share: number) => void): Promise<TableScore> {
    const open = this.#opening();
    return (open.score ??= scoreTable(open.model, this.#opened().table, tell));
  }

  /** Stops the fit under way and forgets it: its model is of a table that is being replaced. */
  #endFit(): void {
    this.#fitting?.stop();
    this.#fitting = undefined;
  }

  #open(model: TableModel, name: string, isPreliminary: boolean): ModelAnswer {
    this.closeModel();
    this.#model = { name, model };
    return modelAnswer(model, name, isPreliminary);
  }

  #opened(): OpenTable {
    if (this.#table === undefined) throw new Error("No table is open.");
    return this.#table;
  }

  #opening(): OpenModel {
    if (this.#model === undefined) throw new Error("No model is open: fit one first.");
    return this.#model;
  }

  #real(open: OpenModel): Places | undefined {
    if (this.#table === undefined) return undefined;
    return (open.real ??= tablePlaces(this.#table.table, open.model.schema));
  }

  #drawn(open: OpenModel): Promise<Places> {
    return (open.drawn ??= drawRows(open.model, DRAWN, SEED, this.#table?.table).then((rows) =>
      tablePlaces(rows, open.model.schema),
    ));
  }
}

/** Whose turn it is, of calls that end in another order than they began: a call counts unless one that began later has counted already. */
class Turns {
  #begun = 0;
  #counted = 0;

  /** Begins a call; gives the question that it asks at its end. */
  begin(): () => boolean {
    const own = ++this.#begun;
    return () => {
      if (own < this.#counted) return false;
      this.#counted = own;
      return true;
    };
  }
}

/** What the page shows of a checkpoint. */
function withoutBytes({ fraction, elapsedMs, epochs, bestEpoch }: KeptCheckpoint) {
  return { fraction, elapsedMs, epochs, bestEpoch };
}

/** The time that a fit was given counts from its beginning; what is over still leaves a step. */
function minutesLeft(minutes: number | undefined, elapsedMs = 0): number | undefined {
  return minutes === undefined ? undefined : Math.max(1e-4, minutes - elapsedMs / 60_000);
}

/** A table has the columns of a model. */
function fitsTable({ schema }: TableModel, source: Table): boolean {
  const names = new Set(source.columns.map(({ name }) => name));
  return schema.columns.every(
    ({ name, type }) => type === "text" || type === "identifier" || names.has(name),
  );
}
