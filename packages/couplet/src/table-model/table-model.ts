/** A model of a table: rows in their original types in, densities and rows of the same types out. */
import { TILE_ROWS } from "../engine/tile.ts";
import { CoupletError } from "../error.ts";
import type { InverseReport } from "../flow/check-inverse.ts";
import type { DeviceOptions } from "../flow/call-options.ts";
import type { FlowModel } from "../flow/model.ts";
import { load, modelFromBytes } from "../flow/read-model.ts";
import { checkWhole } from "../flow/whole-number.ts";
import { modelToBytes } from "../flow/write-model.ts";
import { logMeanExp } from "../table/log-sum-exp.ts";
import type { ImpossiblePolicy } from "../table/read-column.ts";
import type { Schema } from "../table/schema.ts";
import { tableCodec } from "../table/table-codec.ts";
import type { TableCodec, TableCodecState } from "../table/table-codec.ts";
import { selectRows } from "../table/table.ts";
import type { Cell, Table } from "../table/table.ts";
import { explainRows } from "./explain.ts";
import type { Explanation, ExplainOptions } from "./explain.ts";
import { percentileAmong } from "./held-out.ts";
import type { HeldOutReport } from "./held-out.ts";

/** What the model file keeps about the table, in the card's `table`. */
export interface TableCard {
  readonly codec: TableCodecState;
  readonly heldOut: HeldOutReport;
  readonly source: TableSource;
  /** What turns the losses of the flow's card, which are of latent rows, into nats per row of the table. */
  readonly lossShift?: { readonly training: number; readonly validation: number };
}

/** Where the rows came from, for reports. */
export interface TableSource {
  readonly rows: number;
  readonly name?: string;
  /** Seed of the split in training, validation and held-out rows. */
  readonly seed: number;
  /** Parts that a table larger than memory was cut into; see {@link PartedTable}. */
  readonly parts?: number;
  /** The fraction of rows that was held out, and as many again to choose the best epoch. */
  readonly heldOut?: number;
  /** Tells the very table again; absent when it came in parts. See {@link tableFingerprint}. */
  readonly fingerprint?: string;
}

/** Options of {@link TableModel.score}. */
export interface ScoreOptions {
  /**
   * Draws of the noise that fills discrete cells: their mean tightens the bound on log P(row). A table
   * of continuous columns needs one. Default 1.
   */
  readonly samples?: number;
  /** Seed of that noise. Default 0: the same row, the same score. */
  readonly seed?: number;
  /** Number of the first row in the whole table, when scoring in chunks. */
  readonly firstRow?: number;
  /**
   * Rows of probability 0 (an unseen category, a value beyond a bound): an error (default), or -Infinity. A context
   * column's unseen category is an error in any case: no model was fitted of such rows.
   */
  readonly impossible?: ImpossiblePolicy;
  /** For messages: a file's name, say. */
  readonly where?: string;
  readonly signal?: AbortSignal;
}

/** What {@link TableModel.score} gives, one number per row each. */
export interface TableScores {
  /** Log density (discrete columns: log probability) of each row in the table's own units, nats. */
  readonly nats: Float64Array;
  /** Percentage of held-out rows that are less likely: 0 is the most unusual. */
  readonly percentile: Float64Array;
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
  /** A value for each context column. */
  readonly given?: Readonly<Record<string, Cell>>;
  /** Or a table of context columns: one row is drawn per row. */
  readonly context?: Table;
  readonly signal?: AbortSignal;
}

/** Latent values beyond this have probability below 1e-15 under the encoders; a sample there is rounding. */
const MOST_LATENT = 8;

/** A flow between the exact encoders of a table; {@link fitTable} makes one. */
export class TableModel {
  readonly flow: FlowModel;
  readonly codec: TableCodec;
  readonly heldOut: HeldOutReport;
  readonly source: TableSource;

  constructor(flow: FlowModel, codec: TableCodec, heldOut: HeldOutReport, source: TableSource) {
    this.flow = flow;
    this.codec = codec;
    this.heldOut = heldOut;
    this.source = source;
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
    const {
      samples = 1,
      seed = 0,
      firstRow = 0,
      impossible = "error",
      where = "table",
      signal,
    } = options;
    checkWhole("score: samples", samples, 1);
    const context = this.contextOf(rows, where);
    const draws: Float64Array[] = [];
    for (let sample = 0; sample < samples; sample++) {
      const { z, logCorrection } = this.codec.encode(rows, {
        seed,
        sample,
        firstRow,
        impossible,
        where,
      });
      const density = await this.flow.logProb(z, {
        ...context,
        ...(signal === undefined ? {} : { signal }),
      });
      draws.push(density.map((value, i) => value + logCorrection[i]!));
    }
    const nats = draws.length === 1 ? draws[0]! : logMeanExp(draws);
    return {
      nats,
      percentile: nats.map((value) => percentileAmong(this.heldOut.quantiles, value)),
    };
  }

  /**
   * Draws rows in the original types, with the original column names and order.
   *
   * @throws CoupletError CONTEXT_MISMATCH when the model has context columns and gets no values for
   *   them, or unknown ones (known values are listed)
   */
  async sample(count: number, options: SampleTableOptions = {}): Promise<Table> {
    const { given, context: contextTable, seed, temperature, signal, firstRow = 0 } = options;
    checkWhole("sample: rows", count, 0);
    checkWhole("sample: firstRow", firstRow, 0);
    const context =
      contextTable ??
      (this.codec.contextDims > 0 || given !== undefined
        ? this.codec.conditionTable(given ?? {}, count)
        : undefined);
    if (context !== undefined && context.rows !== count) {
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: "sample: context",
        expected: `${count} rows, one for each row to draw`,
        received: String(context.rows),
      });
    }
    // Whole tiles are drawn and cut: the last bits of a row depend on its place in its tile, and with them now and then
    // the side of an interval's edge that it falls on.
    const before = firstRow % TILE_ROWS;
    const drawn = Math.ceil((before + count) / TILE_ROWS) * TILE_ROWS;
    const after = drawn - before - count;
    const whole = await this.flow.sample(count === 0 ? 0 : drawn, {
      ...(seed === undefined ? {} : { seed }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(signal === undefined ? {} : { signal }),
      firstRow: firstRow - before,
      ...(context === undefined
        ? {}
        : { context: padded(this.codec.encodeContext(context), count, before, after) }),
    });
    const { dims } = this.codec;
    const z = whole.subarray(before * dims, (before + count) * dims);
    for (let i = 0; i < z.length; i++) z[i] = Math.max(-MOST_LATENT, Math.min(MOST_LATENT, z[i]!));
    return this.codec.decode(z, context);
  }

  /**
   * Which columns make each row unusual; see {@link Explanation} for the definition.
   *
   * @throws CoupletError for a table that does not fit the schema; cells of probability 0 are not errors here
   */
  explain(rows: Table, options: ExplainOptions = {}): Promise<Explanation> {
    checkWhole("explain: samples", options.samples ?? 1, 1);
    return explainRows(this, rows, options);
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
    const where = options.where ?? "table";
    const { z } = this.codec.encode(rows, { where, impossible: "zero" });
    return this.flow.checkInverse(z, {
      ...this.contextOf(rows, where),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }

  /** The model as the bytes of a `.couplet` file. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return modelToBytes(this.flow);
  }

  /** Writes a `.couplet` file: to a temporary one first, then renamed. Node only. */
  save(path: string): Promise<void> {
    return this.flow.save(path);
  }

  /** Frees memory and threads. */
  dispose(): void {
    this.flow.dispose();
  }

  /** Same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The context batch of rows, as an option of the flow's calls. */
  contextOf(rows: Table, where: string): { context?: Float64Array } {
    return this.codec.contextDims === 0
      ? {}
      : { context: this.codec.encodeContext(rows, { where }) };
  }
}

/** Rows of numbers with copies of the first before them and copies of the last behind. */
function padded(rows: Float64Array, count: number, before: number, after: number): Float64Array {
  if (count === 0) return rows;
  const width = rows.length / count;
  const out = new Float64Array((before + count + after) * width);
  out.set(rows, before * width);
  for (let i = 0; i < before; i++) out.set(rows.subarray(0, width), i * width);
  const last = rows.subarray((count - 1) * width);
  for (let i = 0; i < after; i++) out.set(last, (before + count + i) * width);
  return out;
}

/** Reads a table model from a `.couplet` file. Node only. */
export async function loadTable(path: string, options: DeviceOptions = {}): Promise<TableModel> {
  return tableModelOf(await load(path, options), path);
}

/** Reads a table model from the bytes of a `.couplet` file. */
export async function tableFromBytes(
  bytes: Uint8Array,
  options: DeviceOptions & { readonly where?: string } = {},
): Promise<TableModel> {
  return tableModelOf(await modelFromBytes(bytes, options), options.where ?? "model file");
}

function tableModelOf(flow: FlowModel, where: string): TableModel {
  const card = (flow.card as { table?: TableCard }).table;
  try {
    if (card?.codec === undefined) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where,
        expected: "a model of a table",
        received: "a flow without a schema",
        hint: "It was saved by FlowModel.save: read it with load.",
      });
    }
    const codec = tableCodec(card.codec);
    if (codec.dims !== flow.spec.dims || codec.contextDims !== (flow.spec.context as number)) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where,
        expected: `a schema of ${flow.spec.dims} latent dimensions`,
        received: String(codec.dims),
      });
    }
    return new TableModel(flow, codec, card.heldOut, card.source);
  } catch (error) {
    flow.dispose();
    throw error;
  }
}

/** Rows of a table in chunks, so that encodings stay small. */
export function* chunksOf(
  rows: Table,
  size: number,
): Generator<{ readonly first: number; readonly rows: Table }> {
  for (let first = 0; first < rows.rows; first += size) {
    const count = Math.min(size, rows.rows - first);
    yield {
      first,
      rows: selectRows(
        rows,
        Int32Array.from({ length: count }, (_, i) => first + i),
      ),
    };
  }
}
