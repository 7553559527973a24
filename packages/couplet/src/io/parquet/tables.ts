/**
 * Parquet files, one column of one row group at a time, by the optional peer dependencies `hyparquet` and `hyparquet-compressors`. Cells
 * become what DuckDB makes of them for the command: numbers as doubles where that is exact, dates as milliseconds, the rest as text.
 */
import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { CoupletError } from "../../error.ts";
import type { Column, Table } from "../../table/table.ts";
import { eventLoopYielder } from "../../threads/yield-to-event-loop.ts";
import { checkExpansion } from "../../file/expansion.ts";
import type { RandomAccess } from "../bytes/source.ts";
import { optionalPackage } from "../../optional-package.ts";
import { cellReader, gatheredColumn, PARSERS, withRawDecimals } from "./cells.ts";
import type { RawCell } from "./cells.ts";

type Hyparquet = typeof import("hyparquet");

/** An open Parquet file. */
export interface ParquetFile {
  readonly names: readonly string[];
  readonly rows: number;
  /** @param wanted columns */
  read(wanted: readonly string[]): Promise<Table>;
}

/**
 * Opens a Parquet file: its footer is read and checked before anything is unpacked.
 *
 * @throws CoupletError FILE_INVALID for a file that is cut off, damaged, or says what is not so; NOT_SUPPORTED for a compression or a type
 *   that is not read; DEVICE_UNAVAILABLE without the packages
 */
export async function parquetFile(random: RandomAccess, name: string): Promise<ParquetFile> {
  const hyparquet = await optionalPackage<Hyparquet>(
    "hyparquet",
    (elsewhere) => import("hyparquet").catch(elsewhere),
    "Parquet files",
  );
  const { compressors } = await optionalPackage(
    "hyparquet-compressors",
    (elsewhere) => import("hyparquet-compressors").catch(elsewhere),
    "Parquet files",
  );
  const file: AsyncBuffer = {
    byteLength: random.size,
    slice: async (from, to = random.size) => {
      const bytes = await random.slice(from, to);
      return bytes.slice().buffer;
    },
  };
  const metadata = withRawDecimals(
    await orInvalid(name, () => hyparquet.parquetMetadataAsync(file, { geoparquet: false })),
  );
  const rows = countedRows(metadata, random.size, name);
  const fields = hyparquet.parquetSchema(metadata).children;
  const names = fields.map(({ element }) => element.name);
  return {
    names,
    rows,
    async read(wanted) {
      const yielding = eventLoopYielder();
      const columns: Column[] = [];
      for (const wantedName of wanted) {
        const field = fields[names.indexOf(wantedName)]!;
        const toCell = cellReader(field);
        const cells: RawCell[] = [];
        let from = 0;
        for (const group of metadata.row_groups) {
          const to = from + Number(group.num_rows);
          const raw = await orInvalid(name, () =>
            groupCells(hyparquet, { file, metadata, compressors }, wantedName, from, to, name),
          );
          for (const cell of raw) cells.push(toCell(cell));
          from = to;
          await yielding();
        }
        columns.push(gatheredColumn(wantedName, field, cells));
      }
      return { rows, columns };
    },
  };
}

/** The cells of one column in one row group. */
async function groupCells(
  { parquetRead }: Hyparquet,
  source: Pick<Parameters<Hyparquet["parquetRead"]>[0], "file" | "compressors"> & {
    readonly metadata: FileMetaData;
  },
  column: string,
  from: number,
  to: number,
  name: string,
): Promise<unknown[]> {
  const cells = Array.from<unknown>({ length: to - from });
  let filled = 0;
  await parquetRead({
    ...source,
    columns: [column],
    rowStart: from,
    rowEnd: to,
    parsers: PARSERS,
    geoparquet: false,
    utf8: false,
    onChunk: ({ columnData, rowStart }) => {
      for (let i = 0; i < columnData.length; i++) {
        const at = rowStart + i - from;
        if (at < 0 || at >= cells.length) continue;
        cells[at] = columnData[i];
        filled++;
      }
    },
  });
  if (filled === cells.length) return cells;
  throw damagedParquet(
    name,
    `${filled} cells of column ${JSON.stringify(column)} for ${to - from} rows`,
  );
}

/**
 * The rows that the file says it has, where it agrees with itself: of the file, of its groups, of the columns in these (lists have more
 * values than rows); and nothing that unpacks without end.
 */
function countedRows(metadata: FileMetaData, size: number, name: string): number {
  const rows = Number(metadata.num_rows);
  let ofGroups = 0;
  let unpacked = 0;
  let wrong = 0;
  const repeated = new Set(
    metadata.schema.filter((e) => e.repetition_type === "REPEATED").map((e) => e.name),
  );
  for (const group of metadata.row_groups) {
    ofGroups += Number(group.num_rows);
    for (const { meta_data: column } of group.columns) {
      if (column === undefined) continue;
      unpacked += Number(column.total_uncompressed_size);
      const [field] = column.path_in_schema;
      const isFlat = column.path_in_schema.length === 1 && !repeated.has(field!);
      if (isFlat && column.num_values !== group.num_rows) wrong++;
    }
  }
  checkExpansion(name, size, unpacked);
  if (!Number.isSafeInteger(rows) || rows < 0 || rows !== ofGroups)
    throw damagedParquet(name, `${rows} rows in the file and ${ofGroups} in its groups`);
  if (wrong > 0) throw damagedParquet(name, `${wrong} columns of groups with another number`);
  return rows;
}

function damagedParquet(name: string, received: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: name,
    expected: "a Parquet file whose parts agree on the number of rows",
    received,
    hint: "The file is damaged: write it again.",
  });
}

async function orInvalid<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CoupletError) throw cause;
    const { message } = cause as Error;
    const isUnknown = /not supported|unsupported/i.test(message);
    throw new CoupletError({
      code: isUnknown ? "NOT_SUPPORTED" : "FILE_INVALID",
      where: name,
      expected: isUnknown ? "types and compressions that are read" : "a complete Parquet file",
      received: message,
      hint: isUnknown
        ? "Write such columns as text, or leave them out."
        : "The file may be cut off: write it again.",
      cause,
    });
  }
}
