import { checkOptions } from "../../options.ts";
import { CoupletError } from "../../error.ts";
import { cellNoise } from "./cell-noise.ts";
import { checkConstant, requiredColumns } from "../check-table.ts";
import { CODEC_VERSION, encodeOptionNames } from "./codec.ts";
import type { EncodedRows, EncodeOptions, TableCodec, TableCodecState } from "./codec.ts";
import { columnEncoder } from "./column-encoder.ts";
import { conditionTable } from "../condition-table.ts";
import { type ContextEncoder, contextEncoder } from "./context-encoder.ts";
import type { ColumnEncoder } from "./encoder.ts";
import { fitCategory, fitNumeric } from "./fit-encoder.ts";
import { orderCategories } from "../infer/order-categories.ts";
import { parseSchema } from "../schema/parse-schema.ts";
import { readColumn } from "../cell/read-column.ts";
import {
  type ModelledColumnSchema,
  type Schema,
  isCategorical,
  isModelled,
} from "../schema/schema.ts";
import type { Column, Table } from "../table.ts";
import { constantColumn, writeColumn } from "../cell/write-column.ts";

export type { DimInfo, EncodedRows, EncodeOptions, TableCodec, TableCodecState } from "./codec.ts";

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
  parseSchema(schema);
  const modelled = schema.columns.filter(isModelled);
  const present = requiredColumns(
    source,
    schema,
    modelled.map((c) => c.name),
    options.where,
  );
  const codes = modelled.map(
    (c) =>
      readColumn(present.get(c.name)!, c, {
        missingValues: schema.missingValues,
        where: options.where ?? "table",
      }).codes,
  );
  const orders = orderCategories(modelled, codes);
  // From entries: a column may be called "__proto__".
  const encoders = Object.fromEntries(
    modelled.map((c, j) => [
      c.name,
      isCategorical(c) ? fitCategory(codes[j]!, c, orders[j]!) : fitNumeric(codes[j]!, c),
    ]),
  );
  return tableCodec({ version: CODEC_VERSION, schema, encoders });
}

interface Placed {
  readonly schema: ModelledColumnSchema;
  readonly encoder: ColumnEncoder;
  /** First latent dimension. */
  readonly offset: number;
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
  const data: Placed[] = [];
  const context: PlacedContext[] = [];
  let dims = 0;
  let contextDims = 0;
  for (const column of schema.columns.filter(isModelled)) {
    const saved = Object.hasOwn(state.encoders, column.name)
      ? state.encoders[column.name]
      : undefined;
    if (saved === undefined)
      throw new CoupletError({
        code: "FILE_INVALID",
        where: "codec.encoders",
        expected: `an encoder of column ${JSON.stringify(column.name)}`,
        received: Object.keys(state.encoders).join(", "),
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
  const contextNames = context.map(({ schema: c }) => c.name);
  const constants = schema.columns.filter((c) => c.type === "constant");

  function encode(source: Table, options: EncodeOptions = {}): EncodedRows {
    checkOptions("encode", options, encodeOptionNames);
    const {
      seed = 0,
      sample = 0,
      noise = "drawn",
      firstRow = 0,
      impossible = "error",
      perColumn = false,
      where = "table",
    } = options;
    const present = requiredColumns(
      source,
      schema,
      data.map((p) => p.schema.name),
      where,
    );
    const rows = source.rows;
    const z = new Float64Array(rows * dims);
    const logCorrection = new Float64Array(rows);
    const parts = perColumn ? new Float64Array(rows * data.length) : undefined;
    const uniformAt = noise === "median" ? () => 0.5 : cellNoise(seed, sample);
    const never = new Set<number>();
    data.forEach(({ schema: column, encoder, offset }, j) => {
      const { codes, impossible: bad } = readColumn(present.get(column.name)!, column, {
        missingValues: schema.missingValues,
        impossible,
        firstRow,
        where,
      });
      const skip = new Set(bad);
      let row = 0;
      const uniform = (k: number): number => uniformAt(firstRow + row, offset + k);
      for (row = 0; row < rows; row++) {
        let correction = -Infinity;
        // An impossible cell keeps the coordinate 0, so that the row stays finite for a flow.
        if (skip.has(row)) never.add(row);
        else correction = encoder.encode(codes[row]!, uniform, z, row * dims + offset);
        logCorrection[row]! += correction;
        if (parts !== undefined) parts[row * data.length + j] = correction;
      }
    });
    for (const column of constants) checkConstant(source, column, impossible, never, where);
    for (const row of never) logCorrection[row] = -Infinity;
    const listed = [...never].sort((a, b) => a - b);
    return {
      z,
      logCorrection,
      impossible: listed,
      ...(parts === undefined ? {} : { perColumn: parts }),
    };
  }

  function decode(z: Float64Array | Float32Array, contextTable?: Table): Table {
    if (z.length % dims !== 0)
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: "decode",
        expected: `rows of ${dims} numbers`,
        received: `${z.length} numbers`,
      });
    const rows = z.length / dims;
    if (contextTable !== undefined && contextTable.rows !== rows)
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: "decode",
        expected: `${rows} rows of context`,
        received: String(contextTable.rows),
      });
    const given = contextTable && requiredColumns(contextTable, schema, contextNames, "context");
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
    return { rows, columns };
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
    measures: Object.fromEntries(data.map(({ schema: c, encoder }) => [c.name, encoder.measure])),
    encode,
    decode,
    encodeContext,
    conditionTable: (conditions, rows) =>
      conditionTable(
        schema,
        context.map((placed) => placed.schema),
        conditions,
        rows,
      ),
    toJSON: () => state,
  };
}
