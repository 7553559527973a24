import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import { checkOptions } from "../../options.ts";
import { CoupletError } from "../../error.ts";
import { requiredColumns } from "../check-table.ts";
import { CODEC_VERSION, drawOptionNames, encodeOptionNames, readOptionNames } from "./codec.ts";
import type {
  DrawOptions,
  EncodedRows,
  EncodeOptions,
  ReadOptions,
  TableCodec,
  TableCodecState,
  TableCodes,
} from "./codec.ts";
import { columnEncoder } from "./column-encoder.ts";
import { contextTable } from "../context-table.ts";
import { type ContextEncoder, contextEncoder } from "./context-encoder.ts";
import { decodeColumns } from "./decode-columns.ts";
import { drawRowsInPieces } from "./draw-rows.ts";
import type { ColumnEncoder, ColumnEncoderState } from "./encoder.ts";
import { fitCategory, fitNumeric } from "./fit-encoder.ts";
import { fitRelated, ownColumns } from "./fit-related.ts";
import { type NarrowedCells, loadCell } from "./narrowed-cells.ts";
import { openCell } from "../relations/open-cell.ts";
import { type ColumnPlan, type RelationPlan, planRelations } from "../relations/plan-relations.ts";
import { type DifferenceState, relatedEncoder } from "./related-encoder.ts";
import { orderCategories } from "./order-categories.ts";
import { parseSchema } from "../schema/parse-schema.ts";
import { codesOf, readCodesInPieces } from "./read-codes.ts";
import type { PlacedColumn, ReadableColumns } from "./readable-columns.ts";
import { type ColumnCodes, readColumn, readColumnInPieces } from "../cell/read-column.ts";
import {
  type ModelledColumnSchema,
  type Schema,
  isCategorical,
  isModelled,
} from "../schema/schema.ts";
import type { Table } from "../table.ts";

export type { BrokenRelation } from "../relations/broken-relations.ts";
export type {
  DimInfo,
  DrawOptions,
  EncodedRows,
  EncodeOptions,
  ReadOptions,
  TableCodec,
  TableCodecState,
  TableCodes,
} from "./codec.ts";

/**
 * Fits the encoders of a table under its schema.
 *
 * Every column becomes one latent dimension whose marginal distribution is near a standard normal (and one more if it
 * is numeric with missing cells). With one draw of noise,
 *
 *   log p(row) >= E[ log p_flow(z) + logCorrection ],
 *
 * and over K draws `logsumexp_k(log p_flow(z_k) + logCorrection_k) - log K` tightens the bound (Burda et al. 2016); for a table
 * of continuous columns without rounded values, points of mass and missing cells one draw is exact. Under `p_flow = N(0, I)` every draw gives exactly the product of
 * the columns' marginals.
 *
 * @throws CoupletError SPEC_INVALID for a broken schema, DATA_INVALID for a table that does not fit it
 */
export function fitTableCodec(
  source: Table,
  schema: Schema,
  options: { readonly where?: string } = {},
): TableCodec {
  checkOptions("fitTableCodec", options, { where: "" });
  return atOnce(fitAndReadInPieces(source, schema, options.where)).codec;
}

/** A codec and the codes that it was fitted to. */
export interface FittedCodec {
  readonly codec: TableCodec;
  readonly codes: TableCodes;
  /** What another codec of the same rows need not find again. */
  readonly known: KnownRows;
}

/** Rows as a codec has read them. */
interface KnownRows {
  readonly schemas: readonly ModelledColumnSchema[];
  readonly read: readonly ColumnCodes[];
  readonly orders: number[][];
}

/**
 * {@link fitTableCodec} in pieces, and the codes of the table's modelled columns, which it has read anyway.
 *
 * @param known the same rows, read under a schema that bounds them no less: columns that read alike are not read again
 */
export function* fitAndReadInPieces(
  source: Table,
  schema: Schema,
  where = "table",
  known?: KnownRows,
): InPieces<FittedCodec> {
  parseSchema(schema);
  const modelled = schema.columns.filter(isModelled);
  const present = requiredColumns(
    source,
    schema,
    modelled.map((c) => c.name),
    where,
  );
  const { missingValues } = schema;
  const read: ColumnCodes[] = [];
  for (const c of modelled) {
    const k = known?.schemas.findIndex((other) => readsAlike(other, c)) ?? -1;
    read.push(
      k >= 0
        ? known!.read[k]!
        : yield* readColumnInPieces(present.get(c.name)!, c, { missingValues, where }),
    );
  }
  const codes = read.map((column) => column.codes);
  const isKnown =
    known?.read.length === read.length && read.every((column, j) => column === known.read[j]);
  const orders = isKnown ? known.orders : yield* orderCategories(modelled, codes);
  yield;
  const related = yield* fitRelated(schema, modelled, codes);
  const fitted: [string, TableCodecState["encoders"][string]][] = [];
  for (const [j, c] of modelled.entries()) {
    const { values = codes[j]!, indicated = codes[j]! } = related.cells.get(c.name) ?? {};
    const encoder = isCategorical(c)
      ? fitCategory(values, c, orders[j]!)
      : yield* fitNumeric(values, c, indicated);
    fitted.push([c.name, encoder]);
    yield;
  }
  // From entries: a column may be called "__proto__".
  const encoders = Object.fromEntries(fitted);
  const codec = codecOf({ version: CODEC_VERSION, schema, encoders, ...related.state });
  const data = read.filter((_, j) => modelled[j]!.role !== "context");
  const all = yield* codesOf(source.rows, data, [], codec.readable, { where }, related.open);
  return { codec: codec.codec, codes: all, known: { schemas: modelled, read, orders } };
}

/** Whether cells that one schema of a column lets pass are the same numbers under the other. */
function readsAlike(known: ModelledColumnSchema, wanted: ModelledColumnSchema): boolean {
  if (known === wanted) return true;
  if (known.name !== wanted.name || isCategorical(known) || isCategorical(wanted)) return false;
  // A list of values and sentinels change what a cell near them is read as.
  if (known.values !== undefined || known.sentinels !== undefined) return false;
  const { lower = known.lower, upper = known.upper } = wanted;
  return lower === known.lower && upper === known.upper && readingOf(known) === readingOf(wanted);
}

/** What of a column's schema its reader looks at, besides the bounds. */
function readingOf(column: ModelledColumnSchema): string {
  return JSON.stringify(column, (key, value: unknown) =>
    ["lower", "upper", "transform", "pointMasses", "reason"].includes(key) ? undefined : value,
  );
}

interface PlacedContext {
  readonly schema: ModelledColumnSchema;
  readonly encoder: ContextEncoder;
  readonly offset: number;
}

/**
 * Builds a codec from its saved state.
 *
 * @throws CoupletError FILE_INVALID for another version or an encoder that is missing
 */
export function tableCodec(state: TableCodecState): TableCodec {
  return codecOf(state).codec;
}

function codecOf(state: TableCodecState): {
  readonly codec: TableCodec;
  readonly readable: ReadableColumns;
} {
  if (state.version !== CODEC_VERSION)
    throw new CoupletError({
      code: "FILE_INVALID",
      where: "codec.version",
      expected: String(CODEC_VERSION),
      received: String(state.version),
    });
  const schema = parseSchema(state.schema);
  const { data, context, dims, contextDims, modelled, plan } = placeColumns(schema, state);
  const readable = { schema, modelled, placed: data, plan, relatedRows: state.relatedRows ?? 0 };
  const givenColumns = context.map((placed) => placed.schema);
  const contextNames = givenColumns.map(({ name }) => name);

  function readInPieces(source: Table, options: ReadOptions = {}): InPieces<TableCodes> {
    checkOptions("read", options, readOptionNames);
    return readCodesInPieces(source, readable, options);
  }

  function drawInPieces(codes: TableCodes, options: DrawOptions = {}): InPieces<EncodedRows> {
    checkOptions("draw", options, drawOptionNames);
    return drawRowsInPieces(data, dims, codes, options);
  }

  function* encodeInPieces(source: Table, options: EncodeOptions = {}): InPieces<EncodedRows> {
    checkOptions("encode", options, encodeOptionNames);
    const codes = yield* readCodesInPieces(source, readable, options);
    return yield* drawRowsInPieces(data, dims, codes, options);
  }

  function* decodeInPieces(z: Float64Array | Float32Array, contextTable?: Table): InPieces<Table> {
    const rows = checkedRowCount(z.length, dims, contextTable);
    const given = contextTable && requiredColumns(contextTable, schema, contextNames, "context");
    return { rows, columns: yield* decodeColumns(readable, { z, rows, dims }, given) };
  }

  function encodeContext(source: Table, options: { readonly where?: string } = {}): Float64Array {
    checkOptions("encodeContext", options, { where: "" });
    const where = options.where ?? "context";
    const present = requiredColumns(source, schema, contextNames, where);
    const out = new Float64Array(source.rows * contextDims);
    const how = { missingValues: schema.missingValues, where };
    for (const { schema: column, encoder, offset } of context) {
      const { codes } = readColumn(present.get(column.name)!, column, how);
      for (let i = 0; i < source.rows; i++)
        encoder.encode(codes[i]!, out, i * contextDims + offset);
    }
    return out;
  }

  const codec: TableCodec = {
    schema,
    columns: data.map((p) => p.schema),
    placed: data,
    readable,
    cellEncoder: (codes, column, row) =>
      cellEncoderOf(data[column]!, codes.narrowed?.[column], row),
    dims,
    dimInfo: data.flatMap(({ schema: c, roles }) =>
      roles.map((role) => ({ column: c.name, role })),
    ),
    contextDims,
    contextNames,
    contributions: Object.fromEntries(
      data.map(({ schema: c, contribution }) => [c.name, contribution]),
    ),
    read: (source, options) => atOnce(readInPieces(source, options)),
    readInPieces,
    draw: (codes, options) => atOnce(drawInPieces(codes, options)),
    drawInPieces,
    encode: (source, options) => atOnce(encodeInPieces(source, options)),
    encodeInPieces,
    decode: (z, context) => atOnce(decodeInPieces(z, context)),
    decodeInPieces,
    encodeContext,
    contextTable: (values, rows) => contextTable(schema, givenColumns, values, rows),
    toJSON: () => state,
  };
  return { codec, readable };
}

function cellEncoderOf(
  { encoder, related }: PlacedColumn,
  narrowed: NarrowedCells | undefined,
  row: number,
): ColumnEncoder {
  if (narrowed === undefined) return encoder;
  const cell = openCell();
  loadCell(narrowed, row, cell);
  return related!.at(cell);
}

/** The place of each column's coordinates in a row of the data and of the context. */
function placeColumns(
  schema: Schema,
  state: TableCodecState,
): {
  readonly data: readonly PlacedColumn[];
  readonly context: readonly PlacedContext[];
  readonly dims: number;
  readonly contextDims: number;
  readonly modelled: readonly ModelledColumnSchema[];
  readonly plan: RelationPlan;
} {
  const data: PlacedColumn[] = [];
  const context: PlacedContext[] = [];
  let dims = 0;
  let contextDims = 0;
  const modelled = ownColumns(schema);
  const plan = planRelations(schema.relations ?? [], modelled);
  for (const column of schema.columns.filter(isModelled)) {
    const saved = encoderOf(state, column.name);
    if (column.role === "context") {
      const encoder = contextEncoder(column, columnEncoder(column, saved));
      context.push({ schema: column, encoder, offset: contextDims });
      contextDims += encoder.dims;
      continue;
    }
    const index = modelled.indexOf(column);
    const own = plan.columns[index]!;
    const encoder = columnEncoder(column, saved);
    const related = own.related
      ? relatedEncoder(column, own, saved, differenceStateOf(state, column.name, own))
      : undefined;
    const shape = related ?? encoder;
    // What others compute has no variable.
    if (shape.dims === 0) continue;
    const { dims: width, roles, contribution } = shape;
    data.push({
      schema: column,
      index,
      encoder,
      offset: dims,
      dims: width,
      roles,
      contribution,
      ...(related === undefined ? {} : { related }),
    });
    dims += width;
  }
  return { data, context, dims, contextDims, modelled, plan };
}

function encoderOf({ encoders }: TableCodecState, name: string): ColumnEncoderState {
  if (Object.hasOwn(encoders, name)) return encoders[name]!;
  throw new CoupletError({
    code: "FILE_INVALID",
    where: "codec.encoders",
    expected: `an encoder of column ${JSON.stringify(name)}`,
    received: Object.keys(encoders).join(", "),
  });
}

function differenceStateOf(
  { differences = {} }: TableCodecState,
  name: string,
  { difference }: ColumnPlan,
): DifferenceState | undefined {
  if (!difference) return undefined;
  if (Object.hasOwn(differences, name)) return differences[name]!;
  throw new CoupletError({
    code: "FILE_INVALID",
    where: "codec.differences",
    expected: `the differences of column ${JSON.stringify(name)}`,
    received: Object.keys(differences).join(", ") || "none",
  });
}

/** Rows in so many numbers; refuses a part of a row and a context of another length. */
function checkedRowCount(length: number, dims: number, contextTable: Table | undefined): number {
  if (length % dims !== 0)
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "decode",
      expected: `rows of ${dims} numbers`,
      received: `${length} numbers`,
    });
  const rows = length / dims;
  if (contextTable !== undefined && contextTable.rows !== rows)
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "decode",
      expected: `${rows} rows of context`,
      received: String(contextTable.rows),
    });
  return rows;
}
