/** What lies between tables and rows of numbers. */
import type { OptionNames } from "../../options.ts";
import type { ColumnEncoder, ColumnEncoderState } from "./encoder.ts";
import type { ImpossiblePolicy } from "../cell/read-column.ts";
import type { ModelledColumnSchema, Schema } from "../schema/schema.ts";
import type { Cell, Table } from "../table.ts";

/** Version of the saved codec. */
export const CODEC_VERSION = 1;

/** Options of {@link TableCodec.encode}. */
export interface EncodeOptions {
  /** Seed of the noise that fills the intervals of discrete cells. Default 0. */
  readonly seed?: number;
  /**
   * What fills the interval of a discrete cell: a random point, which scores need, or always its median, the same for every
   * seed. The median keeps clear of the edges, so that the single precision of a flow does not carry a cell over into the
   * next one: use it for latent rows that are to be decoded again. Its `logCorrection` gives no bound. Default "drawn".
   */
  readonly noise?: "drawn" | "median";
  /** Which draw of that noise: 0 to K - 1 for K importance samples. Default 0. */
  readonly sample?: number;
  /** Index of the first row of this chunk in the whole table: noise is addressed by row. Default 0. */
  readonly firstRow?: number;
  /** Cells of probability 0 (unseen category, beyond a bound, missing where none was): an error, or -Infinity. Default "error". */
  readonly impossible?: ImpossiblePolicy;
  /** Whether to return the correction of each column apart. Default false. */
  readonly perColumn?: boolean;
  /** For messages: what the table is, such as a file name. */
  readonly where?: string;
}

export const encodeOptionNames: OptionNames<EncodeOptions> = {
  seed: true,
  noise: true,
  sample: true,
  firstRow: true,
  impossible: true,
  perColumn: true,
  where: true,
};

/** Rows as a flow sees them. */
export interface EncodedRows {
  /** rows x dims, row-major. */
  readonly z: Float64Array;
  /** Per row, nats: `log p(row) ~ log p_flow(z) + logCorrection`; -Infinity for an impossible row. */
  readonly logCorrection: Float64Array;
  /** rows x modelled columns, if asked for: what each column adds to `logCorrection`. */
  readonly perColumn?: Float64Array;
  /** Rows with a cell of probability 0, ascending. */
  readonly impossible: readonly number[];
}

/** A latent dimension: which column it belongs to and what it says. */
export interface DimInfo {
  readonly column: string;
  readonly role: string;
}

/** Saved form of a codec: plain JSON, doubles exact. */
export interface TableCodecState {
  readonly version: typeof CODEC_VERSION;
  readonly schema: Schema;
  /** By column name; context columns included. */
  readonly encoders: Readonly<Record<string, ColumnEncoderState>>;
}

/** Between tables and rows of numbers; `fitTableCodec` makes one. */
export interface TableCodec {
  readonly schema: Schema;
  /** Modelled columns (not context), in order. */
  readonly columns: readonly ModelledColumnSchema[];
  /** Their encoders, in the same order, each with its first latent dimension. */
  readonly placed: readonly { readonly encoder: ColumnEncoder; readonly offset: number }[];
  /** Latent dimensions per row. */
  readonly dims: number;
  readonly dimInfo: readonly DimInfo[];
  /** Numbers per row of context; 0 without context columns. */
  readonly contextDims: number;
  /** Names of the context columns, in order. */
  readonly contextNames: readonly string[];
  /** What each modelled column contributes to a row's log density. */
  readonly measures: Readonly<Record<string, "density" | "probability" | "mixed">>;
  /** Rows as latent numbers, with what each row adds to the log density. */
  encode(source: Table, options?: EncodeOptions): EncodedRows;
  /**
   * Rows in the original types and column order, with constants, without left-out columns.
   *
   * @param z       rows x dims
   * @param context the context columns of these rows; without it they are left out
   */
  decode(z: Float64Array | Float32Array, context?: Table): Table;
  /** rows x contextDims: the context columns of a table as numbers, without noise. */
  encodeContext(source: Table, options?: { readonly where?: string }): Float64Array;
  /** A table of context columns with the same cells in every row, checked; its errors list known values. */
  conditionTable(conditions: Readonly<Record<string, Cell>>, rows: number): Table;
  /** The codec as plain JSON, for {@link tableCodec}. */
  toJSON(): TableCodecState;
}
