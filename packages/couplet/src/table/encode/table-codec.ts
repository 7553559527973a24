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
import { drawRows } from "./draw-rows.ts";
import { fitCategory, fitNumeric } from "./fit-encoder.ts";
import { orderCategories } from "./order-categories.ts";
import { parseSchema } from "../schema/parse-schema.ts";
import { type PlacedColumn, codesOf, readCodes } from "./read-codes.ts";
import { readColumn } from "../cell/read-column.ts";
import {
  type ModelledColumnSchema,
  type Schema,
  isCategorical,
  isModelled,
} from "../schema/schema.ts";
import type { Column, Table } from "../table.ts";
import { constantColumn, writeColumn } from "../cell/write-column.ts";

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
  checkOptions("fitTableCodec", options, { where: true });
  return fitAndRead(source, schema, options.where).codec;
}

/** {@link fitTableCodec}, and the codes of the table's modelled columns, which it has read anyway. */
export function fitAndRead(
  source: Table,
  schema: Schema,
  where = "table",
): { readonly codec: TableCodec; readonly codes: TableCodes } {
  parseSchema(schema);
  const modelled = schema.columns.filter(isModelled);
  const present = requiredColumns(
    source,
    schema,
    modelled.map((c) => c.name),
    where,
  );
  const { missingValues } = schema;
  const read = modelled.map((c) => readColumn(present.get(c.name)!, c, { missingValues, where }));
  const codes = read.map((column) => column.codes);
  const orders = orderCategories(modelled, codes);
  // From entries: a column may be called "__proto__".
  const encoders = Object.fromEntries(
    modelled.map((c, j) => [
      c.name,
      isCategorical(c) ? fitCategory(codes[j]!, c, orders[j]!) : fitNumeric(codes[j]!, c),
    ]),
  );
  const codec = tableCodec({ version: CODEC_VERSION, schema, encoders });
  const data = read.filter((_, j) => modelled[j]!.role !== "context");
  return { codec, codes: codesOf(source.rows, 0, data, []) };
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
  if (state.version !== CODEC_VERSION)
    throw new CoupletError({
      code: "FILE_INVALID",
      where: "codec.version",
      expected: String(CODEC_VERSION),
      received: String(state.version),
    });
  const schema = parseSchema(state.schema);
  const { data, context, dims, contextDims } = placeColumns(schema, state.encoders);
  const contextNames = context.map(({ schema: c }) => c.name);

  function read(source: Table, options: ReadOptions = {}): TableCodes {
    checkOptions("read", options, readOptionNames);
    return readCodes(source, schema, data, options);
  }

  function draw(codes: TableCodes, options: DrawOptions = {}): EncodedRows {
    checkOptions("draw", options, drawOptionNames);
    return drawRows(data, dims, codes, options);
  }

  function encode(source: Table, options: EncodeOptions = {}): EncodedRows {
    checkOptions("encode", options, encodeOptionNames);
    return drawRows(data, dims, readCodes(source, schema, data, options), options);
  }

  function decode(z: Float64Array | Float32Array, contextTable?: Table): Table {
    const rows = checkedRowCount(z.length, dims, contextTable);
    const given = contextTable && requiredColumns(contextTable, schema, contextNames, "context");
    return { rows, columns: decodeColumns(schema, data, { z, rows, dims }, given) };
  }

  function encodeContext(source: Table, options: { readonly where?: string } = {}): Float64Array {
    checkOptions("encodeContext", options, { where: true });
    const where = options.where ?? "context";
    const present = requiredColumns(source, schema, contextNames, where);
    const out = new Float64Array(source.rows * contextDims);
    for (const { schema: column, encoder, offset } of context) {
      const { codes } = readColumn(present.get(column.name)!, column, {
        missingValues: schema.missingValues,
        where,
      });
      for (let i = 0; i < source.rows; i++)
        encoder.encode(codes[i]!, out, i * contextDims + offset);
    }
    return out;
  }

  return {
    schema,
    columns: data.map((p) => p.schema),
    placed: data,
    dims,
    dimInfo: data.flatMap(({ schema: c, encoder }) =>
      encoder.roles.map((role) => ({ column: c.name, role })),
    ),
    contextDims,
    contextNames,
    contributions: Object.fromEntries(
      data.map(({ schema: c, encoder }) => [c.name, encoder.contribution]),
    ),
    read,
    draw,
    encode,
    decode,
    encodeContext,
    contextTable: (values, rows) =>
      contextTable(
        schema,
        context.map((placed) => placed.schema),
        values,
        rows,
      ),
    toJSON: () => state,
  };
}

/** The place of each column's coordinates in a row of the data and of the context. */
function placeColumns(
  schema: Schema,
  encoders: TableCodecState["encoders"],
): {
  readonly data: readonly PlacedColumn[];
  readonly context: readonly PlacedContext[];
  readonly dims: number;
  readonly contextDims: number;
} {
  const data: PlacedColumn[] = [];
  const context: PlacedContext[] = [];
  let dims = 0;
  let contextDims = 0;
  for (const column of schema.columns.filter(isModelled)) {
    const saved = Object.hasOwn(encoders, column.name) ? encoders[column.name] : undefined;
    if (saved === undefined)
      throw new CoupletError({
        code: "FILE_INVALID",
        where: "codec.encoders",
        expected: `an encoder of column ${JSON.stringify(column.name)}`,
        received: Object.keys(encoders).join(", "),
      });
    const encoder = columnEncoder(column, saved);
    if (column.role === "context") {
      const placed = {
        schema: column,
        encoder: contextEncoder(column, encoder),
        offset: contextDims,
      };
      context.push(placed);
      contextDims += placed.encoder.dims;
    } else {
      data.push({ schema: column, encoder, offset: dims });
      dims += encoder.dims;
    }
  }
  return { data, context, dims, contextDims };
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

/** Columns of a table from coordinates, the given ones of the context among them. */
function decodeColumns(
  schema: Schema,
  data: readonly PlacedColumn[],
  {
    z,
    rows,
    dims,
  }: {
    readonly z: Float64Array | Float32Array;
    readonly rows: number;
    readonly dims: number;
  },
  given: ReadonlyMap<string, Column> | undefined,
): Column[] {
  const byName = new Map(data.map((placed) => [placed.schema.name, placed]));
  const columns: Column[] = [];
  for (const column of schema.columns) {
    if (column.type === "constant") columns.push(constantColumn(column, rows));
    else if (!isModelled(column)) continue;
    else if (column.role === "context") {
      if (given !== undefined) columns.push(given.get(column.name)!);
    } else {
      const { encoder, offset } = byName.get(column.name)!;
      const codes = new Float64Array(rows);
      for (let i = 0; i < rows; i++) codes[i] = encoder.decode(z, i * dims + offset);
      columns.push(writeColumn(column, codes));
    }
  }
  return columns;
}
