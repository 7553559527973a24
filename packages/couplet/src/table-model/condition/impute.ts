/** Missing cells of a table filled from a model of it. */
import { CoupletError } from "../../error.ts";
import { checkInteger } from "../../check-integer.ts";
import { checkOptions } from "../../options.ts";
import type { OptionNames } from "../../options.ts";
import { missingTest } from "../../table/cell/missing-cell.ts";
import { writeColumn } from "../../table/cell/write-column.ts";
import { brokenIn } from "../../table/relations/broken-relations.ts";
import type { ReadableColumns } from "../../table/encode/readable-columns.ts";
import { philoxUniform } from "../../random/philox.ts";
import { isCategorical } from "../../table/schema/schema.ts";
import type { ModelledColumnSchema, Schema } from "../../table/schema/schema.ts";
import { checkTable } from "../../table/table.ts";
import type { Column, Table } from "../../table/table.ts";
import { completions, weightedQuantiles, weightedShares } from "./complete-table.ts";
import type { RowCompletions } from "./complete-table.ts";
import type { ConditionedModel } from "./conditioned-model.ts";
import { readGivenRows } from "./given-rows.ts";
import type { GivenRows } from "./given-rows.ts";
import { proposalOf } from "./proposal-of.ts";

/** Options of {@link impute}. */
export interface ImputeOptions {
  /**
   * "draw" (default): one completion of the row, drawn by its probability, so that the filled table has the spread and the dependences of the
   * model; another seed, another table (multiple imputation). "median": the likeliest category and the median number of each cell by
   * itself, nearest in the mean, with less spread than the table has.
   */
  readonly method?: "draw" | "median";
  /** Completions that are weighed for each row. Default 64; rows whose weights are uneven get up to 16 times as many. */
  readonly copies?: number;
  /** Same seed, same cells. Default 0. */
  readonly seed?: number;
  /** Number of the first row in the whole table, when it comes in chunks: each chunk has draws of its own. Default 0. */
  readonly firstRow?: number;
  /** For messages: a file's name, say. */
  readonly where?: string;
  readonly signal?: AbortSignal;
  /**
   * Called after each pass, when the model was fitted without `anyCondition` and the flow that proposes completions is learnt
   * now. It is kept for later calls with the same model.
   */
  readonly onLearn?: (done: number, all: number) => void;
}

const imputeOptionNames: OptionNames<ImputeOptions> = {
  method: ["draw", "median"],
  copies: 0,
  seed: 0,
  firstRow: 0,
  where: "",
  signal: "AbortSignal",
  onLearn: "function",
};

/** A cell that was filled. */
export interface FilledCell {
  /** From 0. */
  readonly row: number;
  readonly column: string;
  readonly cell: string | number;
  /** Of numbers and dates: the 5 % and the 95 % quantile, as the table writes them. */
  readonly low?: string | number;
  readonly high?: string | number;
  /** Of categories: the probability of the value that was filled in. */
  readonly probability?: number;
}

/** What {@link impute} gives. */
export interface ImputedTable {
  /** The rows that were given, with their missing cells filled; all other cells are the same. */
  readonly table: Table;
  /** Row by row. */
  readonly cells: readonly FilledCell[];
  /** Missing cells that stay: of columns that the model leaves out, or where a relation says that the cell is missing. */
  readonly left: readonly { readonly row: number; readonly column: string; readonly why: string }[];
  /** Rows that had a gap, and what the weights of their completions are worth, in independent draws. */
  readonly rows: Int32Array;
  readonly effective: Float64Array;
  /** Cells with a value that the model holds impossible: nothing was concluded from them. */
  readonly impossible: number;
}

/** What `impute` of couplet/table does. */
export async function impute(
  model: ConditionedModel,
  rows: Table,
  options: ImputeOptions = {},
): Promise<ImputedTable> {
  checkOptions("impute", options, imputeOptionNames);
  checkTable("impute", rows);
  const { method = "draw", copies = 64, where = "table", signal, onLearn } = options;
  const { firstRow = 0 } = options;
  checkInteger("impute: firstRow", firstRow, 0);
  const seed = (options.seed ?? 0) + 7_919 * firstRow;
  checkInteger("impute: copies", copies, 1);
  refuseContext(model, "impute");
  const { codec } = model;
  const { readable } = codec;
  const { modelled } = readable;
  const given = readGivenRows(rows, readable, where);
  const gaps = gapsOf(rows, codec.schema);
  const open = gaps.filter(({ missing }) => missing.some((name) => isOpen(codec.schema, name)));
  const filled = new Filling(rows, codec.schema);
  const effective = new Map<number, number>();
  const proposal = open.length === 0 ? undefined : await proposalOf(model, { signal, onLearn });
  if (proposal !== undefined) {
    const wanted = Int32Array.from(open, ({ row }) => row);
    const isWanted = (codes: readonly Float64Array[], k: number, row: number): boolean =>
      given.known.every((known, index) => known[row] === 1 || !Number.isNaN(codes[index]![k]));
    const fill = (completed: RowCompletions): void => {
      effective.set(completed.row, completed.effective);
      filled.take(completed, chosen(completed, method, seed, given, readable), modelled);
    };
    const without: number[] = [];
    for await (const completed of completions(model, proposal, given, wanted, {
      copies,
      seed,
      signal,
      isWanted,
    }))
      if (completed.logGiven === -Infinity) without.push(completed.row);
      else fill(completed);
    // A relation may say that the cell is missing: such rows are completed as they are.
    const rest = Int32Array.from(without);
    for await (const completed of completions(model, proposal, given, rest, {
      copies,
      seed,
      signal,
    }))
      fill(completed);
  }
  return filled.finish(
    gaps,
    open.map(({ row }) => row),
    effective,
    given.impossible,
  );
}

/** @throws CoupletError NOT_SUPPORTED */
export function refuseContext({ codec }: ConditionedModel, where: string): void {
  if (codec.contextDims === 0) return;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where,
    expected: "a model without context columns",
    received: `one given ${codec.contextNames.join(", ")}`,
    hint: "Fit one without them: any column can then be a condition.",
  });
}

/** The codes that fill a row's gaps; NaN for a cell that stays missing. */
function chosen(
  { row, codes, weights }: RowCompletions,
  method: "draw" | "median",
  seed: number,
  given: GivenRows,
  { modelled, plan }: ReadableColumns,
): Float64Array {
  const filled = (code: (index: number, schema: ModelledColumnSchema) => number): Float64Array =>
    Float64Array.from(modelled, (schema, index) =>
      given.known[index]![row] === 1 ? given.codes[index]![row]! : code(index, schema),
    );
  if (method === "draw") {
    const target = philoxUniform({ seed, row, stream: 0x43000001 });
    let [k, below] = [0, weights[0]!];
    while (k < weights.length - 1 && below <= target) below += weights[++k]!;
    return filled((index) => codes[index]![k]!);
  }
  const middle = filled((index, schema) => {
    if (!isCategorical(schema)) return weightedQuantiles(codes[index]!, weights, [0.5])[0]!;
    const shares = weightedShares(codes[index]!, weights, schema.values.length);
    const most = shares.indexOf(Math.max(...shares));
    return shares[most] === 0 ? NaN : most;
  });
  const one = { rows: 1, schemas: modelled, codes: Array.from(middle, (v) => Float64Array.of(v)) };
  if (plan.relations.length === 0 || brokenIn(one, plan.relations).length === 0) return middle;
  // Middles of single columns may break what holds between them: then the completion that is nearest to all of them.
  const nearest = nearestTo(middle, codes, weights, modelled);
  return filled((index) => codes[index]![nearest]!);
}

/** The possible completion with the fewest other values, and of these the one whose numbers are nearest in terms of the others' spread. */
function nearestTo(
  middle: Float64Array,
  codes: readonly Float64Array[],
  weights: Float64Array,
  modelled: readonly ModelledColumnSchema[],
): number {
  const off = new Float64Array(weights.length);
  for (const [index, schema] of modelled.entries()) {
    const [low, high] = weightedQuantiles(codes[index]!, weights, [0.1, 0.9]);
    const spread = high! - low! || 1;
    for (const [k, code] of codes[index]!.entries())
      off[k]! += isCategorical(schema)
        ? Number(code !== middle[index])
        : Math.min(1, Math.abs(code - middle[index]!) / spread);
  }
  let best = -1;
  for (const [k, weight] of weights.entries())
    if (weight > 0 && (best < 0 || off[k]! < off[best]!)) best = k;
  return Math.max(0, best);
}

interface Gap {
  readonly row: number;
  readonly missing: readonly string[];
}

/** The rows with missing cells, of all columns of the table that the schema knows. */
function gapsOf(rows: Table, schema: Schema): Gap[] {
  const isMissing = missingTest(schema.missingValues);
  const known = new Set(schema.columns.map(({ name }) => name));
  const gaps: Gap[] = [];
  const columns = rows.columns.filter(({ name }) => known.has(name));
  for (let row = 0; row < rows.rows; row++) {
    const missing = columns.filter((column) => {
      const cell = column.values[row]!;
      return cell === null || (typeof cell === "number" ? Number.isNaN(cell) : isMissing(cell));
    });
    if (missing.length > 0) gaps.push({ row, missing: missing.map(({ name }) => name) });
  }
  return gaps;
}

function isOpen({ columns }: Schema, name: string): boolean {
  const column = columns.find((c) => c.name === name)!;
  return column.type !== "constant" && column.type !== "identifier" && column.type !== "text";
}

/** The table while it is filled. */
class Filling {
  readonly #source: Table;
  readonly #schema: Schema;
  /** Per column: the cells that were filled, by row. */
  readonly #cells = new Map<string, Map<number, FilledCell>>();

  constructor(source: Table, schema: Schema) {
    this.#source = source;
    this.#schema = schema;
  }

  take(
    { row, codes, weights }: RowCompletions,
    values: Float64Array,
    modelled: readonly ModelledColumnSchema[],
  ): void {
    for (const [index, schema] of modelled.entries()) {
      const code = values[index]!;
      if (Number.isNaN(code)) continue;
      const cell = cellOf(schema, code);
      const about = isCategorical(schema)
        ? { probability: weightedShares(codes[index]!, weights, schema.values.length)[code]! }
        : intervalOf(schema, codes[index]!, weights);
      this.#put({ row, column: schema.name, cell, ...about });
    }
  }

  #put(cell: FilledCell): void {
    const own = this.#cells.get(cell.column) ?? new Map<number, FilledCell>();
    own.set(cell.row, cell);
    this.#cells.set(cell.column, own);
  }

  finish(
    gaps: readonly Gap[],
    rows: readonly number[],
    effective: ReadonlyMap<number, number>,
    impossible: number,
  ): ImputedTable {
    const cells: FilledCell[] = [];
    const left: { row: number; column: string; why: string }[] = [];
    for (const { row, missing } of gaps)
      for (const name of missing) {
        const column = this.#schema.columns.find((c) => c.name === name)!;
        if (column.type === "constant" && column.value !== null)
          this.#put({ row, column: name, cell: column.value });
        const cell = this.#cells.get(name)?.get(row);
        if (cell !== undefined) cells.push(cell);
        else
          left.push({
            row,
            column: name,
            why: isOpen(this.#schema, name)
              ? "a relation says that the cell is missing"
              : `the model leaves columns of type ${column.type} out`,
          });
      }
    const wanted = new Map<string, FilledCell[]>();
    for (const cell of cells) {
      const own = wanted.get(cell.column);
      if (own === undefined) wanted.set(cell.column, [cell]);
      else own.push(cell);
    }
    return {
      table: {
        rows: this.#source.rows,
        columns: this.#source.columns.map((column) => withCells(column, wanted.get(column.name))),
      },
      cells,
      left,
      rows: Int32Array.from(rows),
      effective: Float64Array.from(rows, (row) => effective.get(row) ?? 0),
      impossible,
    };
  }
}

/** A column with some cells replaced. */
function withCells(column: Column, cells: readonly FilledCell[] | undefined): Column {
  if (cells === undefined) return column;
  if (column.kind === "text" || cells.some(({ cell }) => typeof cell === "string")) {
    const values = Array.from(column.values as ArrayLike<string | number | null>, (value) =>
      value === null || (typeof value === "number" && Number.isNaN(value)) ? null : String(value),
    );
    for (const { row, cell } of cells) values[row] = String(cell);
    return { kind: "text", name: column.name, values };
  }
  const values = column.values.slice();
  for (const { row, cell } of cells) values[row] = cell as number;
  return { ...column, values };
}

/** A code as a cell of its column. */
export function cellOf(schema: ModelledColumnSchema, code: number): string | number {
  return writeColumn(schema, Float64Array.of(code)).values[0]!;
}

function intervalOf(schema: ModelledColumnSchema, codes: Float64Array, weights: Float64Array) {
  const [low, high] = weightedQuantiles(codes, weights, [0.05, 0.95]);
  return { low: cellOf(schema, low!), high: cellOf(schema, high!) };
}
