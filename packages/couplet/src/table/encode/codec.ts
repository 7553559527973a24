/** What lies between tables and rows of numbers. */
import type { OptionNames } from "../../options.ts";
import type { ColumnEncoder, ColumnEncoderState } from "./encoder.ts";
import { IMPOSSIBLE_POLICIES } from "../cell/read-column.ts";
import type { ImpossiblePolicy } from "../cell/read-column.ts";
import type { ModelledColumnSchema, Schema } from "../schema/schema.ts";
import type { BrokenRelation } from "../relations/broken-relations.ts";
import type { Cell, Table } from "../table.ts";
import type { NarrowedCells } from "./narrowed-cells.ts";
import type { ReadableColumns } from "./readable-columns.ts";
import type { DifferenceState } from "./related-encoder.ts";

/** Version of the saved codec. */
export const CODEC_VERSION = 1;

/** Options of {@link TableCodec.read}. */
export interface ReadOptions {
  /** Index of the first row of this chunk in the whole table: noise is addressed by row. Default 0. */
  readonly firstRow?: number;
  /** Cells of probability 0 (unseen category, beyond a bound, missing where none was): an error, or -Infinity. Default "error". */
  readonly impossible?: ImpossiblePolicy;
  /**
   * Rows that break a relation: impossible as other cells of probability 0 are (false), or as likely as the row that keeps it, times
   * 1 / (training rows + 1) for each relation broken (true). Default false.
   */
  readonly softRelations?: boolean;
  /** For messages: what the table is, such as a file name. */
  readonly where?: string;
}

export const readOptionNames: OptionNames<ReadOptions> = {
  softRelations: false,
  firstRow: 0,
  impossible: IMPOSSIBLE_POLICIES,
  where: "",
};

/** Options of {@link TableCodec.draw}. */
export interface DrawOptions {
  /** Seed of the noise that fills the intervals of discrete cells. Default 0. */
  readonly seed?: number;
  /** Which draw of that noise: the epoch of a training, or the number of an importance sample. Default 0. */
  readonly epoch?: number;
  /**
   * What fills the interval of a discrete cell: a random point, which scores need, or always its median, the same for every
   * seed. The median keeps clear of the edges, so that the single precision of a flow does not carry a cell over into the
   * next one: use it for latent rows that are to be decoded again. Its `logCorrection` gives no bound. Default "drawn".
   */
  readonly noise?: "drawn" | "median";
  /** Whether to return the correction of each column apart. Default false. */
  readonly perColumn?: boolean;
  /** Draws these rows of the codes alone, in this order, with the noise that they have among all. */
  readonly numbers?: Int32Array;
}

export const drawOptionNames: OptionNames<DrawOptions> = {
  seed: 0,
  epoch: 0,
  noise: ["drawn", "median"],
  perColumn: false,
  numbers: true,
};

/** Options of {@link TableCodec.encode}: those of reading a table once and drawing from it once. */
export interface EncodeOptions extends ReadOptions, DrawOptions {}

export const encodeOptionNames: OptionNames<EncodeOptions> = {
  ...readOptionNames,
  ...drawOptionNames,
};

/** The modelled cells of a table as numbers, read from text once; {@link TableCodec.draw} makes latent rows of them. */
export interface TableCodes {
  readonly rows: number;
  /** Index of the first row in the whole table: noise is addressed by row. */
  readonly firstRow: number;
  /** Per modelled column, in the codec's order: numbers as they are, dates in units, categories as indices; NaN is missing. */
  readonly columns: readonly Float64Array[];
  /** Per modelled column: the rows whose cell has probability 0. */
  readonly impossibleCells: readonly ReadonlySet<number>[];
  /** Rows with a cell of probability 0, ascending; those that break a constant column are among them. */
  readonly impossible: readonly number[];
  /** Per modelled column: what relations leave of its cells; `undefined` where none narrows them. */
  readonly narrowed?: readonly (NarrowedCells | undefined)[];
  /** The relations that some rows break, with these rows, ascending. */
  readonly broken?: readonly BrokenRelation[];
  /** Per row, nats: what broken relations cost under `softRelations`. */
  readonly penalty?: Float64Array;
}

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
  /** By column name: what columns are modelled as that are never below others. Absent in older files. */
  readonly differences?: Readonly<Record<string, DifferenceState>>;
  /** Rows that the relations held in. */
  readonly relatedRows?: number;
}

/** Between tables and rows of numbers; `fitTableCodec` makes one. */
export interface TableCodec {
  readonly schema: Schema;
  /** Columns that have latent dimensions, in order: modelled, not context, not computed from others by a relation. */
  readonly columns: readonly ModelledColumnSchema[];
  /** Their encoders, in the same order, each with its first latent dimension. */
  readonly placed: readonly {
    readonly encoder: ColumnEncoder;
    readonly offset: number;
    readonly dims: number;
  }[];
  /** @internal All modelled columns and their relations, those that cost no dimension too. */
  readonly readable: ReadableColumns;
  /** The encoder of one cell of rows that were read: relations may narrow it. `column` counts in `columns`. */
  cellEncoder(codes: TableCodes, column: number, row: number): ColumnEncoder;
  /** Latent dimensions per row. */
  readonly dims: number;
  readonly dimInfo: readonly DimInfo[];
  /** Numbers per row of context; 0 without context columns. */
  readonly contextDims: number;
  /** Names of the context columns, in order. */
  readonly contextNames: readonly string[];
  /** What each modelled column contributes to a row's log density. */
  readonly contributions: Readonly<Record<string, "density" | "probability" | "mixed">>;
  /**
   * Reads the modelled cells of a table, once for any number of draws.
   *
   * @throws CoupletError DATA_INVALID for a table that does not fit the schema
   */
  read(source: Table, options?: ReadOptions): TableCodes;
  /** `read` in pieces of a few milliseconds: it yields between them, and returns the same codes. */
  readInPieces(source: Table, options?: ReadOptions): Generator<void, TableCodes, void>;
  /**
   * Latent rows of cells that were read, with what each row adds to the log density: continuous cells give the same numbers in every draw,
   * discrete ones a random point of their interval. Row i of a table has the same noise wherever the table is cut (`firstRow`).
   */
  draw(codes: TableCodes, options?: DrawOptions): EncodedRows;
  /** `draw` in pieces of about a millisecond: it yields between them, and returns the same rows. */
  drawInPieces(codes: TableCodes, options?: DrawOptions): Generator<void, EncodedRows, void>;
  /** `draw(read(source))`: for tables that are drawn from once. */
  encode(source: Table, options?: EncodeOptions): EncodedRows;
  /** `encode` in pieces of a few milliseconds: it yields between them, and returns the same rows. */
  encodeInPieces(source: Table, options?: EncodeOptions): Generator<void, EncodedRows, void>;
  /**
   * Rows in the original types and column order, with constants, without left-out columns.
   *
   * @param z       rows x dims
   * @param context the context columns of these rows; without it they are left out
   */
  decode(z: Float64Array | Float32Array, context?: Table): Table;
  /** `decode` in pieces of a few milliseconds: it yields between them, and returns the same rows. */
  decodeInPieces(z: Float64Array | Float32Array, context?: Table): Generator<void, Table, void>;
  /** rows x contextDims: the context columns of a table as numbers, without noise. */
  encodeContext(source: Table, options?: { readonly where?: string }): Float64Array;
  /** A table of context columns with the same cells in every row, checked; its errors list known values. */
  contextTable(values: Readonly<Record<string, Cell>>, rows: number): Table;
  /** The codec as plain JSON, for {@link tableCodec}. */
  toJSON(): TableCodecState;
}
