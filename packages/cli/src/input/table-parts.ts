/** Cuts a table that is larger than memory at random in parts on disk; the library fits it part by part. */
import path from "node:path";
import { CoupletError } from "couplet";
import { tableFromChunks } from "couplet/table";
import type { PartitionedTable, RowRange, Table } from "couplet/table";
import { garbageCollector } from "./garbage-collector.ts";
import { databaseError } from "./database-error.ts";
import { exactPath, quoteName, quoteText } from "./database.ts";
import type { OpenInput } from "./open-input.ts";
import { parquetFiles } from "./formats/sql-file.ts";

/** Names that no table has. */
const PART = "couplet_part";
const ROW = "couplet_row";

/**
 * Writes each row to the Parquet file of a part that chance (a hash of its number and the seed) chooses, in one pass.
 *
 * The same files and seed give the same parts. They lie in the input's temporary folder.
 */
export async function tableParts(
  input: OpenInput,
  parts: number,
  seed: number,
  memoryBytes: number,
): Promise<PartitionedTable> {
  const { database } = input;
  const folder = path.join(await input.folder(), "parts");
  await database.run(`SET memory_limit = '${Math.ceil(memoryBytes / 4 / 2 ** 20)}MB'`);
  await database.run(`SET temp_directory = ${quoteText(path.join(await input.folder(), "spill"))}`);
  await database.run(`SET partitioned_write_flush_threshold = ${FLUSH_ROWS}`);
  const source = (await selects(input)).join(" UNION ALL ");
  try {
    await database.run(
      `COPY (SELECT *, (hash(${quoteName(ROW)}, ${seed}) % ${parts})::INTEGER AS ${quoteName(PART)} ` +
        `FROM (SELECT *, row_number() OVER () AS ${quoteName(ROW)} FROM (${source}))) ` +
        `TO ${quoteText(folder)} (FORMAT parquet, PARTITION_BY (${quoteName(PART)}))`,
    );
  } catch (cause) {
    throw databaseError(cause, input.name, input.names);
  }
  const of = (part: string) => `${exactPath(folder)}/${PART}=${part}/*.parquet`;
  const [[count, digest] = []] = await database.rows(
    `SELECT count(*), bit_xor(hash(${input.names.map(quoteName).join(", ")}, ${quoteName(ROW)})) FROM read_parquet(${quoteText(of("*"))})`,
  );
  const collectGarbage = garbageCollector();
  /** Row numbers as SQL that has the rows of a range, of a part in the order of its rows: one narrow column is read for it. */
  const within = async (part: string, { from, to }: RowRange): Promise<string> => {
    const row = quoteName(ROW);
    const [[first] = [], [last] = []] = await database.rows(
      `SELECT ${row} FROM (SELECT ${row}, row_number() OVER (ORDER BY ${row}) AS place ` +
        `FROM read_parquet(${quoteText(of(part))}, hive_partitioning = false)) WHERE place IN (${from + 1}, ${to}) ORDER BY place`,
    );
    return `${row} BETWEEN ${first ?? 0} AND ${last ?? first ?? 0}`;
  };
  return {
    rows: Number(count),
    partitions: parts,
    digest: `${digest}`,
    async partition(index, range): Promise<Table> {
      collectGarbage();
      const part = String(index);
      const where = range === undefined ? undefined : await within(part, range);
      const file = await parquetFiles(input.name, of(part), database, quoteName(ROW), where);
      const chunks: Table[] = [];
      for await (const chunk of file.chunks(input.names)) chunks.push(chunk);
      if (chunks.length > 0) return tableFromChunks(chunks);
      throw new CoupletError({
        code: "DATA_INVALID",
        where: input.name,
        expected: `rows for ${parts} parts`,
        received: `${count} rows`,
        hint: "Raise --memory.",
      });
    },
  };
}

/** Rows that a part's writer keeps before it writes them. */
const FLUSH_ROWS = 16_384;

/** SQL for each file; what DuckDB does not read itself goes through a Parquet file first. */
async function selects(input: OpenInput): Promise<string[]> {
  const all: string[] = [];
  for (const [i, file] of input.files.entries()) {
    if (file.select !== undefined) {
      all.push(file.select(input.names));
      continue;
    }
    const { parquetSink } = await import("../output/formats/parquet-sink.ts");
    const copy = path.join(await input.folder(), `file-${i}.parquet`);
    const sink = await parquetSink(copy);
    for await (const chunk of file.chunks(input.names)) await sink.write(chunk);
    await sink.finish();
    all.push(`SELECT * FROM read_parquet(${quoteText(exactPath(copy))})`);
  }
  return all;
}
