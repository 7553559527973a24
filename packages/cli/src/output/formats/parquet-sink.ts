/** Rows as Parquet: collected in a database on disk, written in one go, so that memory stays bounded. */
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Schema, Table } from "couplet/table";
import { removeOnExit, replaceFile, unwritable } from "couplet/node";
import { Database, quoteName, quoteText } from "../../input/database.ts";
import { temporaryFolder } from "../../input/temporary-folder.ts";
import { cellText } from "./cell-text.ts";
import type { RowSink } from "./row-sink.ts";

/** A column's type in the file, and how a cell gets there. */
interface ParquetType {
  readonly sql: string;
  readonly append: "double" | "text";
  /** SQL from the collected cell to the written one. */
  readonly convert: (name: string) => string;
}

const plain = (name: string) => name;

/**
 * @param target a file; standard output when undefined
 * @param schema of the model that the rows are of: says which text is a number or a date
 */
export async function parquetSink(target: string | undefined, schema?: Schema): Promise<RowSink> {
  const replacement = target === undefined ? undefined : await replaceFile(target);
  // Parquet is written at the end, in no order: a device or a pipe gets a copy of a file of our own.
  const folder = replacement?.temporary === true ? undefined : await temporaryFolder();
  const written = folder === undefined ? replacement!.path : path.join(folder.path, "rows.parquet");
  const collected = `${written}.rows`;
  const kept = [collected, `${collected}.wal`].map((file) => ({ file, done: removeOnExit(file) }));
  const name = target ?? "standard output";
  let database: Database | undefined;
  let types: ParquetType[] | undefined;
  let names: string[] = [];
  const clean = async () => {
    database?.close();
    database = undefined;
    for (const { file, done } of kept) {
      await rm(file, { force: true });
      done();
    }
  };
  const abandon = async () => {
    await clean();
    await replacement?.drop();
    await folder?.remove();
  };
  try {
    database = await Database.open(collected);
  } catch (cause) {
    await abandon();
    throw unwritable(name, cause);
  }
  return {
    async write(rows) {
      try {
        if (types === undefined) {
          names = rows.columns.map((column) => column.name);
          types = parquetTypes(rows, schema);
          const columns = names.map((column, j) => `${quoteName(column)} ${types![j]!.sql}`);
          await database!.run(`CREATE TABLE collected (${columns.join(", ")})`);
        }
        await append(database!, rows, types);
      } catch (cause) {
        throw unwritable(name, cause);
      }
    },
    async finish() {
      const list = (types ?? []).map(
        ({ convert }, j) => `${convert(quoteName(names[j]!))} AS ${quoteName(names[j]!)}`,
      );
      try {
        // Over the file that is there, not beside it: it has the mode of the one that it replaces.
        if (types !== undefined)
          await database!.run(
            `COPY (SELECT ${list.join(", ")} FROM collected) TO ${quoteText(written)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
          );
        await clean();
        if (folder === undefined) await replacement!.keep();
        else {
          const out =
            replacement === undefined ? process.stdout : createWriteStream(replacement.path);
          if (types !== undefined)
            await pipeline(createReadStream(written), out, { end: replacement !== undefined });
          await folder.remove();
        }
      } catch (cause) {
        // A reader that has left is no failure of the place.
        throw (cause as NodeJS.ErrnoException).code === "EPIPE" ? cause : unwritable(name, cause);
      }
    },
    abandon,
  };
}

function parquetTypes(rows: Table, schema: Schema | undefined): ParquetType[] {
  return rows.columns.map((source): ParquetType => {
    const known = schema?.columns.find((column) => column.name === source.name);
    if (source.kind === "number") {
      if (source.origin === "boolean")
        return { sql: "DOUBLE", append: "double", convert: (name) => `(${name} <> 0)` };
      if (source.origin === "date") {
        const type = known?.type === "date" ? "DATE" : "TIMESTAMP";
        return {
          sql: "DOUBLE",
          append: "double",
          convert: (name) => `epoch_ms(${name}::BIGINT)::${type}`,
        };
      }
      if (known?.type === "integer")
        return { sql: "DOUBLE", append: "double", convert: (name) => `${name}::BIGINT` };
      return { sql: "DOUBLE", append: "double", convert: plain };
    }
    const text = (type: string): ParquetType => ({
      sql: "VARCHAR",
      append: "text",
      convert: (name) => `${name}::${type}`,
    });
    // "$1,234.5" stays as it is written.
    const spelt =
      known !== undefined && "numberFormat" in known && known.numberFormat !== undefined;
    if (spelt) return { sql: "VARCHAR", append: "text", convert: plain };
    if (known?.type === "number") return text("DOUBLE");
    if (known?.type === "integer") return text("BIGINT");
    if (known?.type === "date" && known.format === "YYYY-MM-DD") return text("DATE");
    return { sql: "VARCHAR", append: "text", convert: plain };
  });
}

async function append(
  database: Database,
  rows: Table,
  types: readonly ParquetType[],
): Promise<void> {
  const appender = await database.connection.createAppender("collected");
  const texts = rows.columns.map((column) => cellText(column, false));
  for (let r = 0; r < rows.rows; r++) {
    for (const [j, column] of rows.columns.entries()) {
      if (types[j]!.append === "double" && column.kind === "number") {
        const value = column.values[r]!;
        if (Number.isNaN(value)) appender.appendNull();
        else appender.appendDouble(value);
        continue;
      }
      const text = texts[j]!(r);
      if (text === undefined) appender.appendNull();
      else appender.appendVarchar(text);
    }
    appender.endRow();
  }
  appender.closeSync();
}
