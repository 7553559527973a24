/// <reference lib="esnext.disposable" preserve="true" />
/** A model of a table: rows in their original types in, densities and rows of the same types out. */
import type { BytesSource } from "../file/bytes-of.ts";
import { openBytes } from "../file/open-bytes.ts";
import { CoupletError } from "../error.ts";
import type { InverseReport } from "../flow/model/check-inverse.ts";
import { showAs } from "../inspect.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { betweenEvents } from "../threads/yield-to-event-loop.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import { deviceOptionNames } from "../flow/model/call-options.ts";
import { FlowModel } from "../flow/model/model.ts";
import { modelToBytes, saveModel } from "../flow/model/write.ts";
import { checkInteger } from "../check-integer.ts";
import { IMPOSSIBLE_POLICIES } from "../table/cell/read-column.ts";
import type { ImpossiblePolicy } from "../table/cell/read-column.ts";
import type { Schema } from "../table/schema/schema.ts";
import { tableCodec } from "../table/encode/table-codec.ts";
import type { TableCodec } from "../table/encode/table-codec.ts";
import { checkTable } from "../table/table.ts";
import type { Cell, Table } from "../table/table.ts";
import type { ConditionReport } from "./condition/condition-report.ts";
import type { Given } from "./condition/given.ts";
import { contextOf } from "./score/context-rows.ts";
import type { Explanation, ExplainOptions } from "./explain/explain.ts";
import { percentileAmong } from "./fit/held-out.ts";
import type { HeldOutReport } from "./fit/held-out.ts";
import { parseTableRecord } from "./table-record.ts";
import type { LossShift, TableRecord, TableSource } from "./table-record.ts";
import { scoreRows } from "./score/score-rows.ts";

/** Options of {@link TableModel.score}. */
export interface ScoreOptions {
  /**
   * Draws of the noise that fills discrete and rounded cells: their mean tightens the bound on log P(row). A table
   * of continuous columns needs one. Default 1.
   */
  readonly samples?: number;
  /** Seed of that noise. Default 0: the same row, the same score. */
  readonly seed?: number;
  /**
   * Number of the first row in the whole table, when scoring in chunks: a row has the same score, to the last bit, wherever the
   * table is cut. Default 0.
   */
  readonly firstRow?: number;
  /**
   * Rows of probability 0 (an unseen category, a value beyond a bound): an error (default), or -Infinity. A context
   * column's unseen category is an error in any case: no model was fitted of such rows.
   */
  readonly impossible?: ImpossiblePolicy;
  /**
   * Rows that break a relation of the schema: impossible, too (false, the default), or as likely as the row that keeps it, times
   * 1 / (training rows + 1) for each relation broken (true), so that a ranking goes on below.
   */
  readonly softRelations?: boolean;
  /**
   * What some columns are taken to be: scores are then log p(row | condition), the row's log density less the condition's log probability,
   * which is estimated from draws. A row that does not meet the condition has probability 0. A list of columns takes what each row has
   * there: log p(the other columns | these), with 64 or more completions a row.
   */
  readonly given?: Given | readonly string[];
  /** Whether to score the rows without units, too: see {@link TableScores.standardised}. Default false. */
  readonly standardised?: boolean;
  /** For messages: a file's name, say. */
  readonly where?: string;
  readonly signal?: AbortSignal;
}

/** What {@link TableModel.score} gives, one number per row each. */
export interface TableScores {
  /** Log density (discrete columns: log probability) of each row in the table's own units, nats. */
  readonly nats: Float64Array;
  /** Percentage of held-out rows that are less likely: 0 is the most unusual. Of the row's density without the condition, where one is given. */
  readonly percentile: Float64Array;
  /**
   * With `standardised`: log densities on the axes where every column is a standard normal, nats, without units. A number counts by its
   * density there, everything else (categories, points of mass, missing cells) by its probability. Of the whole row, also where a
   * condition is given.
   */
  readonly standardised?: Float64Array;
  /** What is known of the condition, where one was given. */
  readonly condition?: ConditionReport;
}

/** Options of {@link TableModel.sample}. */
export interface SampleTableOptions {
  /** Same seed, same rows, for any number of threads. Defaults to a fresh one. */
  readonly seed?: number;
  /** Scales the base's spread; below 1 gives rows nearer to the modes, and no longer the model's distribution. Default 1. */
  readonly temperature?: number;
  /**
   * Number of the first row among all rows of the seed: chunks that follow each other are exactly the rows of one draw,
   * wherever it is cut. Needs a seed to mean anything. Default 0.
   */
  readonly firstRow?: number;
  /** A value for each context column, the same for all rows; or a table of the context columns, a row for each row to draw. */
  readonly context?: Readonly<Record<string, Cell>> | Table;
  /**
   * What some columns are: values, ranges, missing. The other columns are drawn given these, from the joint model; nothing has to be said when
   * the model is fitted.
   */
  readonly given?: Given;
  readonly signal?: AbortSignal;
}

/** What {@link TableModel.sample} gives. */
export interface SampledTable extends Table {
  /** The seed that the rows were drawn with: the same seed draws them again. */
  readonly seed: number;
  /** What is known of the condition, where one was given. */
  readonly condition?: ConditionReport;
}

const scoreOptionNames: OptionNames<ScoreOptions> = {
  samples: 0,
  seed: 0,
  firstRow: 0,
  impossible: IMPOSSIBLE_POLICIES,
  softRelations: false,
  standardised: false,
  given: true,
  where: "",
  signal: "AbortSignal",
};

const sampleOptionNames: OptionNames<SampleTableOptions> = {
  seed: 0,
  temperature: 0,
  firstRow: 0,
  context: true,
  given: true,
  signal: "AbortSignal",
};

/** Latent values beyond this have probability below 1e-15 under the encoders; a sample there is rounding. */
const MOST_LATENT = 8;

/** A flow between the exact encoders of a table; {@link fitTable} makes one. */
export class TableModel {
  readonly flow: FlowModel;
  readonly codec: TableCodec;
  readonly heldOut: HeldOutReport;
  readonly source: TableSource;

  /** Nats that turn losses of latent rows into nats per row of the table; models of older files do not know it. */
  readonly lossShift: LossShift | undefined;

  /** What `fitTable` learnt under `anyCondition`, as a model's file has it; undefined of a model that was fitted without. */
  readonly anyCondition: string | undefined;

  constructor(flow: FlowModel, codec: TableCodec, record: Omit<TableRecord, "codec">) {
    this.flow = flow;
    this.codec = codec;
    this.heldOut = record.heldOut;
    this.source = record.source;
    this.lossShift = record.lossShift;
    this.anyCondition = record.anyCondition;
    const columns = codec.columns.map(({ name }) => name).join(", ");
    showAs(this, () => `TableModel of ${columns}: ${flow.describe().text}`);
  }

  /**
   * Reads a table model from a `.couplet` file. Node only; pages use {@link TableModel.fromBytes}.
   *
   * @throws CoupletError FILE_NOT_FOUND, FILE_INVALID, SPEC_INVALID
   */
  static async load(path: string, options: DeviceOptions = {}): Promise<TableModel> {
    checkOptions("TableModel.load", options, deviceOptionNames);
    return modelOf(await FlowModel.load(path, options), path);
  }

  /**
   * Reads a table model from a `.couplet` file (its bytes, a `Blob` or `File`, or a `Response`); everything in it is checked.
   *
   * @param options the device, and `where`: the file's name, for messages
   * @throws CoupletError FILE_INVALID, SPEC_INVALID; USAGE for what are no bytes
   */
  static async fromBytes(
    bytes: BytesSource,
    options: DeviceOptions & { readonly where?: string } = {},
  ): Promise<TableModel> {
    checkOptions("TableModel.fromBytes", options, { ...deviceOptionNames, where: "" });
    const { bytes: read, where } = await openBytes(bytes, options.where);
    return modelOf(await FlowModel.fromBytes(read, { ...options, where }), where);
  }

  /** Whether the file that a flow was read from is of a table, so that {@link TableModel.load} reads it. */
  static isOfTable(flow: FlowModel): boolean {
    return flow.records["table"] !== undefined;
  }

  /** What the model's file keeps about its table. */
  get record(): TableRecord {
    const { codec, heldOut, source, lossShift, anyCondition } = this;
    return {
      codec: codec.toJSON(),
      heldOut,
      source,
      ...(lossShift === undefined ? {} : { lossShift }),
      ...(anyCondition === undefined ? {} : { anyCondition }),
    };
  }

  get schema(): Schema {
    return this.codec.schema;
  }

  /**
   * Scores rows: nats in original units, and the percentile among held-out rows.
   *
   * @throws CoupletError for a table that does not fit the schema: missing, renamed or mistyped
   *   columns; unseen categories, unless `impossible` says otherwise
   */
  async score(rows: Table, options: ScoreOptions = {}): Promise<TableScores> {
    checkOptions("score", options, scoreOptionNames);
    checkTable("score", rows);
    const { samples = 1 } = options;
    checkInteger("score: samples", samples, 1);
    const how = { ...options, samples };
    const { flow, codec } = this;
    // Loaded when called: scores in the table's units alone start sooner.
    const { nats, ...standardised } =
      options.standardised === true
        ? await (await import("./on-demand.ts")).standardisedScores(flow, codec, rows, how)
        : { nats: await scoreRows(flow, codec, rows, how) };
    const { quantiles, quantilesOfOneDraw = quantiles } = this.heldOut;
    const among = samples === 1 ? quantilesOfOneDraw : quantiles;
    const percentile = nats.map((value) => percentileAmong(among, value));
    const { given } = options;
    if (given === undefined) return { nats, percentile, ...standardised };
    const { scoreGiven, scoreGivenOwn } = await import("./condition/score-given.ts");
    if (isNames(given))
      return {
        nats: await scoreGivenOwn(this, rows, nats, { ...options, given }),
        percentile,
        ...standardised,
      };
    const { nats: conditional, report } = await scoreGiven(this, rows, nats, { ...options, given });
    return { nats: conditional, percentile, ...standardised, condition: report };
  }

  /**
   * Draws rows in the original types, with the original column names and order.
   *
   * @throws CoupletError CONTEXT_MISMATCH when the model has context columns and gets no values for
   *   them, or unknown ones (known values are listed)
   */
  async sample(count: number, options: SampleTableOptions = {}): Promise<SampledTable> {
    checkOptions("sample", options, sampleOptionNames);
    const { context: given = {}, temperature, signal, firstRow = 0 } = options;
    const seed = options.seed ?? Math.floor(Math.random() * 2 ** 48);
    checkInteger("sample: rows", count, 0);
    checkInteger("sample: firstRow", firstRow, 0);
    if (options.given !== undefined) {
      const { sampleGiven } = await import("./condition/sample-given.ts");
      const { table, report } = await sampleGiven(this, count, seed, {
        ...options,
        given: options.given,
      });
      return { ...table, seed, condition: report };
    }
    const context = isTable(given)
      ? given
      : this.codec.contextDims > 0 || options.context !== undefined
        ? this.codec.contextTable(given, count)
        : undefined;
    if (context !== undefined && context.rows !== count) {
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: "sample: context",
        expected: `${count} rows, one for each row to draw`,
        received: String(context.rows),
      });
    }
    // To the last bit, or now and then a row would fall on the other side of an interval's edge.
    const z = await this.flow.samplePart(count, {
      seed,
      ...(temperature === undefined ? {} : { temperature }),
      ...(signal === undefined ? {} : { signal }),
      firstRow,
      ...(context === undefined ? {} : { context: this.codec.encodeContext(context) }),
    });
    for (let i = 0; i < z.length; i++) z[i] = Math.max(-MOST_LATENT, Math.min(MOST_LATENT, z[i]!));
    return { ...(await betweenEvents(this.codec.decodeInPieces(z, context), signal)), seed };
  }

  /**
   * Which columns make each row unusual; see {@link Explanation} for the definition.
   *
   * @throws CoupletError for a table that does not fit the schema; cells of probability 0 are not errors here
   */
  async explain(rows: Table, options: ExplainOptions = {}): Promise<Explanation> {
    // Loaded when called: who only scores starts sooner.
    const { explainOptionNames, explainPicked } = await import("./on-demand.ts");
    checkOptions("explain", options, explainOptionNames);
    checkTable("explain", rows);
    checkInteger("explain: samples", options.samples ?? 1, 1);
    return explainPicked(this, rows, options);
  }

  /**
   * How exactly the model inverts on rows of a table, per layer and as a whole, on the latent scale.
   *
   * @throws CoupletError as {@link score}
   */
  checkInverse(
    rows: Table,
    options: { readonly where?: string; readonly signal?: AbortSignal } = {},
  ): Promise<InverseReport> {
    checkOptions("checkInverse", options, { where: "", signal: "AbortSignal" });
    const where = options.where ?? "table";
    const { z } = this.codec.encode(rows, { where, impossible: "zero" });
    return this.flow.checkInverse(z, {
      ...contextOf(this.codec, rows, where),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }

  /** The model as the bytes of a `.couplet` file. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return modelToBytes(this.flow, { table: this.record });
  }

  /** Writes a `.couplet` file: to a temporary one first, then renamed. Node only. */
  save(path: string): Promise<void> {
    return saveModel(this.flow, path, { table: this.record });
  }

  /** Frees memory and threads. */
  dispose(): void {
    this.flow.dispose();
  }

  /** Same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

function isNames(given: Given | readonly string[]): given is readonly string[] {
  return Array.isArray(given);
}

/** A table holds a list of columns, which no cell is. */
function isTable(context: Readonly<Record<string, Cell>> | Table): context is Table {
  return Array.isArray(context["columns"]);
}

/** The table model that a flow's file holds; the flow is disposed where it holds none. */
function modelOf(flow: FlowModel, where: string): TableModel {
  try {
    const saved = flow.records["table"];
    if (saved === undefined) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where,
        expected: "a model of a table",
        received: "a flow without a schema",
        hint: "It was saved by FlowModel.save: read it with FlowModel.load.",
      });
    }
    const { codec: state, ...record } = parseTableRecord(saved, where);
    const codec = tableCodec(state);
    const context = flow.spec.context as number;
    if (codec.dims !== flow.spec.dims || codec.contextDims !== context) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where,
        expected: `a schema of ${flow.spec.dims} latent dimensions and ${context} of context`,
        received: `${codec.dims} and ${codec.contextDims}`,
      });
    }
    return new TableModel(flow, codec, record);
  } catch (error) {
    flow.dispose();
    throw error;
  }
}
