import { CoupletError, nearest } from "../error.ts";
import { type InPieces, atOnce } from "../threads/yield-to-event-loop.ts";

/** One cell as a user writes it. `null`, `undefined` and NaN are missing cells. */
export type Cell = number | string | boolean | bigint | Date | null | undefined;

/**
 * A column of numbers: NaN is a missing cell. `origin` remembers what the caller's cells were, so
 * that decoding can give the same back: "date" cells are milliseconds since 1970 (UTC).
 */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  readonly values: Float64Array;
  readonly origin: "number" | "boolean" | "date";
}

/** A column of strings: `null` is a missing cell. */
export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  readonly values: readonly (string | null)[];
}

/** A column in memory. */
export type Column = NumberColumn | TextColumn;

/** Columns of equal length with unique names, in order. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** What a column can be made of. */
export type ColumnValues =
  | readonly Cell[]
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * One column from cells or from a typed array. A Float64Array is kept as it is, not copied.
 *
 * Cells that are all numbers (or missing) make a number column; all booleans, 0 and 1; all Dates, milliseconds;
 * anything else becomes text, where numbers keep JavaScript's shortest spelling. A bigint beyond 2^53 becomes text,
 * because a double would change it.
 *
 * @param missing marks missing cells with a non-zero byte (for sources with null masks); optional
 */
export function column(name: string, values: ColumnValues, missing?: Uint8Array): Column {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    return column(name, Array.from<bigint>(values), missing);
  if (ArrayBuffer.isView(values)) {
    if (values instanceof Float64Array && missing === undefined)
      return { kind: "number", name, values, origin: "number" };
    const numbers = Float64Array.from(values);
    if (missing !== undefined)
      for (let i = 0; i < numbers.length; i++) if (missing[i]) numbers[i] = NaN;
    return { kind: "number", name, values: numbers, origin: "number" };
  }
  const origin = originOf(values, missing);
  if (origin === "text") {
    return {
      kind: "text",
      name,
      values: values.map((cell, i) =>
        isMissing(cell, missing?.[i]) ? null : textOf(cell, name, i),
      ),
    };
  }
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++)
    numbers[i] = isMissing(values[i], missing?.[i]) ? NaN : Number(values[i]);
  return { kind: "number", name, values: numbers, origin };
}

function isMissing(cell: Cell, mask: number | undefined): boolean {
  if (cell === null || cell === undefined || Boolean(mask) || Number.isNaN(cell)) return true;
  // An invalid Date.
  return cell instanceof Date && Number.isNaN(cell.getTime());
}

/** @throws CoupletError USAGE for a value of another type than a cell has: an object would become "[object Object]" in every row */
function textOf(cell: unknown, name: string, row: number): string {
  if (cell instanceof Date) return cell.toISOString();
  if (["string", "number", "boolean", "bigint"].includes(typeof cell)) return String(cell);
  throw new CoupletError({
    code: "USAGE",
    where: `column ${JSON.stringify(name)}, row ${row + 1}`,
    expected: "a text, a number, a boolean, a Date or nothing",
    received: Array.isArray(cell) ? "an array" : typeof cell,
  });
}

function originOf(values: readonly Cell[], missing?: Uint8Array): NumberColumn["origin"] | "text" {
  let origin: NumberColumn["origin"] | "text" | undefined;
  for (let i = 0; i < values.length; i++) {
    const cell = values[i];
    if (isMissing(cell, missing?.[i])) continue;
    let kind: NumberColumn["origin"] | "text" = "text";
    if (typeof cell === "number") kind = "number";
    else if (typeof cell === "boolean") kind = "boolean";
    else if (cell instanceof Date) kind = "date";
    else if (typeof cell === "bigint")
      kind = Number.isSafeInteger(Number(cell)) ? "number" : "text";
    if (origin === undefined) origin = kind;
    else if (origin !== kind) return "text";
  }
  // Nothing but missing cells: no evidence of text.
  return origin ?? "number";
}

/**
 * A table from columns: a list of columns, or an object from name to values.
 *
 *   table({ age: [39, 50, null], contract: ["One year", "Two year", "One year"] })
 *
 * @throws CoupletError USAGE for anything else, SHAPE_MISMATCH when columns differ in length, DATA_INVALID when a name is empty or comes
 *   twice
 */
export function table(columns: readonly Column[] | Readonly<Record<string, ColumnValues>>): Table {
  checkColumns(columns);
  const list = Array.isArray(columns)
    ? (columns as readonly Column[])
    : Object.entries(columns as Readonly<Record<string, ColumnValues>>).map(([name, values]) =>
        column(name, values),
      );
  const rows = list[0]?.values.length ?? 0;
  const seen = new Set<string>();
  for (const { name, values } of list) {
    if (values.length !== rows)
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: `column ${JSON.stringify(name)}`,
        expected: `${rows} rows like column ${JSON.stringify(list[0]!.name)}`,
        received: `${values.length}`,
      });
    checkName(name, seen);
  }
  return { rows, columns: list };
}

/** Whatever has no columns would be a table without any, or fail somewhere inside. */
function checkColumns(columns: unknown): void {
  const isColumn = (item: unknown): boolean =>
    typeof item === "object" && item !== null && "name" in item && "values" in item;
  const list = Array.isArray(columns) ? (columns as readonly unknown[]) : undefined;
  if (list === undefined ? !isPlainObject(columns) : !list.every(isColumn))
    throw new CoupletError({
      code: "USAGE",
      where: "table",
      expected: "a list of columns, or an object from column name to values",
      received: kindOf(list?.find((item) => !isColumn(item)) ?? columns),
      hint: "Rows as objects go through tableFromObjects, rows as lists through tableFromRows.",
    });
  if (list !== undefined) return;
  for (const [name, values] of Object.entries(columns as object))
    checkList(values, `table: column ${JSON.stringify(name)}`, "a list of cells or a typed array");
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}

/** @throws CoupletError USAGE for what is neither an array nor a typed array */
function checkList(value: unknown, where: string, expected: string): void {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return;
  throw new CoupletError({ code: "USAGE", where, expected, received: kindOf(value) });
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return ArrayBuffer.isView(value) ? "a typed array" : "an object";
  const text = String(value);
  return text.length > 40 ? typeof value : `the ${typeof value} ${text}`;
}

function checkName(name: string, seen: Set<string>): void {
  if (name === "" || seen.has(name))
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "table",
      expected: "column names that are unique and not empty",
      received: name === "" ? "an empty name" : `${JSON.stringify(name)} twice`,
      hint: "Rename the column in the data.",
    });
  seen.add(name);
}

/**
 * A table from row objects; the columns are the union of the keys, in order of first appearance,
 * and a key that a row lacks is a missing cell.
 */
export function tableFromObjects(rows: readonly Readonly<Record<string, Cell>>[]): Table {
  checkList(rows, "tableFromObjects", "a list of objects");
  const names = new Map<string, Cell[]>();
  rows.forEach((row, i) => {
    if (!isPlainObject(row) || Array.isArray(row))
      throw new CoupletError({
        code: "USAGE",
        where: `tableFromObjects: row ${i + 1}`,
        expected: "an object from column name to cell",
        received: kindOf(row),
      });
    for (const [name, cell] of Object.entries(row)) {
      let cells = names.get(name);
      if (cells === undefined)
        names.set(name, (cells = Array.from({ length: rows.length }, () => null)));
      cells[i] = cell;
    }
  });
  return table([...names].map(([name, cells]) => column(name, cells)));
}

/**
 * A table from arrays of cells and a header.
 *
 * @throws CoupletError DATA_INVALID naming the first row whose length is not the header's
 */
export function tableFromRows(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
): Table {
  checkList(header, "tableFromRows: header", "a list of column names");
  checkList(rows, "tableFromRows: rows", "a list of rows");
  rows.forEach((row, i) => {
    checkList(row, `tableFromRows: row ${i + 1}`, "a list of cells");
    if (row.length !== header.length)
      throw new CoupletError({
        code: "DATA_INVALID",
        where: `row ${i + 1}`,
        expected: `${header.length} cells like the header`,
        received: `${row.length}`,
      });
  });
  return table(
    header.map((name, j) =>
      column(
        name,
        rows.map((row) => row[j]),
      ),
    ),
  );
}

/**
 * One table from chunks with the same columns, in order: for readers that deliver a file piecewise.
 * A column that is numeric in one chunk and text in another becomes text.
 *
 * @throws CoupletError SHAPE_MISMATCH when a chunk has other columns than the first
 */
export function tableFromChunks(chunks: readonly Table[]): Table {
  const first = chunks[0];
  if (first === undefined) return table([]);
  for (const [c, chunk] of chunks.entries())
    if (
      chunk.columns.length !== first.columns.length ||
      chunk.columns.some((x, j) => x.name !== first.columns[j]!.name)
    )
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: `chunk ${c}`,
        expected: `the columns ${first.columns.map((x) => x.name).join(", ")}`,
        received: chunk.columns.map((x) => x.name).join(", "),
      });
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  return {
    rows,
    columns: first.columns.map(({ name }, j) =>
      joinColumn(
        name,
        chunks.map((chunk) => chunk.columns[j]!),
        rows,
      ),
    ),
  };
}

function joinColumn(name: string, parts: readonly Column[], rows: number): Column {
  const evidence = parts.filter(
    (part) => part.kind === "text" || part.values.some((v) => !Number.isNaN(v)),
  );
  const origin = evidence[0]?.kind === "number" ? evidence[0].origin : "number";
  if (evidence.every((part) => part.kind === "number" && part.origin === origin)) {
    const values = new Float64Array(rows);
    let offset = 0;
    for (const part of parts) {
      if (part.kind === "number") values.set(part.values, offset);
      else values.fill(NaN, offset, offset + part.values.length);
      offset += part.values.length;
    }
    return { kind: "number", name, values, origin };
  }
  return { kind: "text", name, values: parts.flatMap((part) => textCells(part)) };
}

/** The cells of a column as strings, missing ones as null. */
export function textCells(source: Column): (string | null)[] {
  if (source.kind === "text") return [...source.values];
  return Array.from(source.values, (_, i) => {
    const cell = cellAt(source, i);
    return cell === null ? null : textOf(cell, source.name, i);
  });
}

/** One cell in its original type. */
export function cellAt(source: Column, row: number): number | string | boolean | Date | null {
  if (source.kind === "text") return source.values[row]!;
  const value = source.values[row]!;
  if (Number.isNaN(value)) return null;
  if (source.origin === "boolean") return value !== 0;
  return source.origin === "date" ? new Date(value) : value;
}

/** Row objects in the original types; missing cells are null. */
export function toObjects(
  source: Table,
): Record<string, number | string | boolean | Date | null>[] {
  return Array.from({ length: source.rows }, (_, i) =>
    Object.fromEntries(source.columns.map((c) => [c.name, cellAt(c, i)])),
  );
}

/** The rows at `indices`, in that order, as a new table. */
export function selectRows(source: Table, indices: ArrayLike<number>): Table {
  return atOnce(selectRowsInPieces(source, indices));
}

/** {@link selectRows} in pieces, one a column. */
export function* selectRowsInPieces(source: Table, indices: ArrayLike<number>): InPieces<Table> {
  const order = Array.from(indices);
  const columns: Column[] = [];
  for (const c of source.columns) {
    columns.push(
      c.kind === "number"
        ? { ...c, values: Float64Array.from(order, (i) => c.values[i]!) }
        : { ...c, values: order.map((i) => c.values[i]!) },
    );
    yield;
  }
  return { rows: order.length, columns };
}

/**
 * The column of that name.
 *
 * @throws CoupletError DATA_INVALID listing the columns there are, with the nearest name
 */
export function columnNamed(source: Table, name: string, where = "table"): Column {
  const found = source.columns.find((c) => c.name === name);
  if (found !== undefined) return found;
  const names = source.columns.map((c) => c.name);
  const near = nearest(name, names);
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: `a column ${JSON.stringify(name)}`,
    received: `the columns ${names.join(", ")}`,
    ...(near === undefined ? {} : { hint: `Did you mean ${JSON.stringify(near)}?` }),
  });
}

/**
 * Nothing, when the value is a table: whoever has rows, a file's name or objects makes one first.
 *
 * @param where the call, for messages
 * @throws CoupletError USAGE
 */
export function checkTable(where: string, value: unknown): void {
  if (
    typeof value === "object" &&
    value !== null &&
    "columns" in value &&
    Array.isArray(value.columns)
  )
    return;
  throw new CoupletError({
    code: "USAGE",
    where,
    expected: "a table",
    received:
      typeof value === "string"
        ? `the text ${JSON.stringify(value.slice(0, 40))}`
        : Array.isArray(value)
          ? "a list"
          : value === null
            ? "null"
            : typeof value,
    hint: "tableFromObjects, tableFromRows and table (of columns) make one.",
  });
}
