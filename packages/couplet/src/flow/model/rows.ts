/** What users give as rows, brought to one form and checked once, at the door. */
import { CoupletError } from "../../error.ts";

/**
 * Rows of numbers: arrays of arrays, or one row-major typed array (its length a multiple of the
 * number of columns). Floats are not copied; bytes, such as images, become floats.
 */
export type Rows = readonly ArrayLike<number>[] | Float64Array | Float32Array | Uint8Array;

/** A checked batch, row-major. */
export interface Batch {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array | Float32Array;
}

/**
 * @param where the call, for messages
 * @param names column names, for messages
 * @throws CoupletError SHAPE_MISMATCH on a wrong number of columns; NON_FINITE_INPUT on NaN or
 *   infinity, with row and column
 */
export function toBatch(where: string, rows: Rows, cols: number, names?: readonly string[]): Batch {
  const batch = flatten(where, rows, cols, names);
  const { data } = batch;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const column = i % cols;
    throw new CoupletError({
      code: "NON_FINITE_INPUT",
      where: `${where}: row ${Math.floor(i / cols)}, column ${names?.[column] ?? column}`,
      expected: "a finite number",
      received: String(data[i]),
      hint: "Drop such rows, or fill in the cells.",
    });
  }
  return batch;
}

function flatten(where: string, rows: Rows, cols: number, names?: readonly string[]): Batch {
  const known = names === undefined ? "" : ` The columns are: ${names.join(", ")}.`;
  if (isTyped(rows)) {
    if (cols === 0 || rows.length % cols !== 0) {
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where,
        expected: `a multiple of ${cols} numbers`,
        received: `${rows.length} numbers`,
        hint: `Typed arrays are row-major, ${cols} numbers a row.${known}`,
      });
    }
    const data = rows instanceof Uint8Array ? Float32Array.from(rows) : rows;
    return { rows: rows.length / cols, cols, data };
  }
  if (!Array.isArray(rows)) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where,
      expected: "an array of rows, a Float64Array, a Float32Array or a Uint8Array",
      received: rows === null ? "null" : typeof rows,
    });
  }
  const data = new Float64Array(rows.length * cols);
  for (const [r, row] of (rows as readonly ArrayLike<number>[]).entries()) {
    if (row?.length !== cols) {
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: `${where}: row ${r}`,
        expected: `${cols} columns`,
        received: row?.length === undefined ? typeof row : String(row.length),
        ...(known === "" ? {} : { hint: known.trim() }),
      });
    }
    for (let j = 0; j < cols; j++) {
      const value: unknown = row[j];
      if (typeof value !== "number") throw notANumber(where, r, names?.[j] ?? String(j), value);
      data[r * cols + j] = value;
    }
  }
  return { rows: rows.length, cols, data };
}

function isTyped(rows: Rows): rows is Float64Array | Float32Array | Uint8Array {
  return rows instanceof Float64Array || rows instanceof Float32Array || rows instanceof Uint8Array;
}

function notANumber(where: string, row: number, column: string, value: unknown): CoupletError {
  return new CoupletError({
    code: "NON_FINITE_INPUT",
    where: `${where}: row ${row}, column ${column}`,
    expected: "a number",
    received: value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value),
    ...(typeof value === "string"
      ? { hint: "Cells of text are read by Number(), or by the tables of couplet/table." }
      : {}),
  });
}

/** Columns of rows that do not say it otherwise: the length of the first row. */
export function columnsOf(where: string, rows: Rows): number {
  const first = isTyped(rows) ? undefined : rows[0];
  if (first === undefined) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where,
      expected: "at least one row, as an array",
      received: Array.isArray(rows) ? "no rows" : "a typed array, which does not tell its columns",
    });
  }
  return first.length;
}

/** Some of the rows, by number. */
export function takeRows(batch: Batch, indices: ArrayLike<number>): Batch {
  const { cols } = batch;
  const length = indices.length * cols;
  const data =
    batch.data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * cols;
    for (let j = 0; j < cols; j++) data[i * cols + j] = batch.data[from + j]!;
  }
  return { rows: indices.length, cols, data };
}
