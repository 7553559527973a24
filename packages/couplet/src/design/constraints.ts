/** Which of the rows drawn may be designs. */
import { CoupletError, unknownName } from "../error.ts";
import type { TableCodec } from "../table/encode/codec.ts";
import type { Cell, Table } from "../table/table.ts";

/** Ranges of columns of numbers, ends included; or a table, whose columns' ranges they are. */
export type Bounds = Readonly<Record<string, readonly [low: number, high: number]>> | Table;

/** Whether a row, its cells by column, may be a design. */
export type Constraint = (row: Readonly<Record<string, Cell>>) => boolean;

/** Numbers of the rows kept, ascending, and how many were refused why. */
export interface KeptRows {
  readonly rows: readonly number[];
  readonly outOfBounds: number;
  readonly refused: number;
}

/**
 * The rows of `table` inside bounds and constraints. Cells are read as the codec reads them, so that numbers may be written as text.
 *
 * @throws CoupletError USAGE for bounds that contradict, of columns that are not there or are no numbers; DATA_INVALID for a table of
 *   bounds that does not fit the schema
 */
export function keptRows(
  codec: TableCodec,
  table: Table,
  bounds: Bounds | undefined,
  constraints: readonly Constraint[] = [],
): KeptRows {
  const { columns: codes } = codec.read(table, { impossible: "zero", where: "design" });
  const numeric = new Map(
    codec.columns.flatMap((column, j) =>
      column.type === "number" || column.type === "integer"
        ? [[column.name, codes[j]!] as const]
        : [],
    ),
  );
  const ranges = rangesOf(codec, numeric, bounds);
  const rows: number[] = [];
  let outOfBounds = 0;
  let refused = 0;
  for (let r = 0; r < table.rows; r++) {
    const inside = ranges.every(({ values, low, high }) => {
      const value = values[r]!;
      // A missing cell is nowhere.
      return value >= low && value <= high;
    });
    if (!inside) {
      outOfBounds++;
      continue;
    }
    const cells = () =>
      Object.fromEntries(
        table.columns.map((column) => [
          column.name,
          cellOf(numeric.get(column.name)?.[r] ?? column.values[r]),
        ]),
      );
    if (constraints.length > 0 && !constraints.every((holds) => holds(cells()))) {
      refused++;
      continue;
    }
    rows.push(r);
  }
  return { rows, outOfBounds, refused };
}

interface Range {
  readonly values: Float64Array;
  readonly low: number;
  readonly high: number;
}

function rangesOf(
  codec: TableCodec,
  numeric: ReadonlyMap<string, Float64Array>,
  bounds: Bounds | undefined,
): Range[] {
  if (bounds === undefined) return [];
  const known = codec.columns.map(({ name }) => name);
  return Object.entries(isTable(bounds) ? rangesOfTable(codec, bounds) : bounds).map(
    ([name, range]) => {
      if (!known.includes(name)) {
        throw new CoupletError({
          code: "USAGE",
          where: "design: bounds",
          ...unknownName("column", name, known),
        });
      }
      const values = numeric.get(name);
      const [low, high] = range;
      const fits = Array.isArray(range) && range.length === 2 && low <= high;
      if (values !== undefined && fits) return { values, low, high };
      throw new CoupletError({
        code: "USAGE",
        where: `design: bounds: ${name}`,
        expected: "[low, high] of a column of numbers, low at most high",
        received: values === undefined ? "a column of another type" : JSON.stringify(range),
      });
    },
  );
}

/**
 * The range of each column of numbers of a table.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the codec's schema
 */
export function rangesOfTable(
  codec: TableCodec,
  table: Table,
): Record<string, [low: number, high: number]> {
  const { columns } = codec.read(table, { impossible: "zero", where: "design: bounds" });
  return Object.fromEntries(
    codec.columns.flatMap((column, j): [string, [number, number]][] => {
      if (column.type !== "number" && column.type !== "integer") return [];
      let [low, high] = [Infinity, -Infinity];
      for (const value of columns[j]!) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
      return low <= high ? [[column.name, [low, high]]] : [];
    }),
  );
}

function cellOf(value: Cell): Cell {
  return typeof value === "number" && Number.isNaN(value) ? null : value;
}

function isTable(bounds: Bounds): bounds is Table {
  return Array.isArray((bounds as Table).columns);
}
