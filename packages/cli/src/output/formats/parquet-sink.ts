/** Rows as Parquet: collected in a database on disk, written in one go, so that memory stays bounded. */
import { rm } from "node:fs/promises";
import type { Schema, Table } from "couplet/table";
import { Database, quoteName, quoteText } from "../../input/database.ts";
import { cellText } from "./cell-text.ts";
import { placeFor, unwritable } from "../write-file.ts";
import type { RowSink } from "./row-sink.ts";

/** A column's type in the file, and how a cell gets there. */
interface ParquetType {
  readonly sql: string;
  readonly append: "double" | "text";
  /** SQL from the collected cell to the written one. */
  readonly convert: (name: string) => string;
}

const plain = (name: string) => name;

/** @param schema of the model that the rows are of: says which text is a number or a date */
export async function parquetSink(target: string, schema?: Schema): Promise<RowSink> {
  const place = await placeFor(target);
  const collected = `${place.temporary ? place.path : `${target.replaceAll("/", "_")}.${process.pid}`}.rows`;
  const database = await Database.open(collected).catch((cause: unknown) => {
    throw unwritable(target, cause);
  });
  let types: ParquetType[] | undefined;
  let names: string[] = [];
  const clean = async () => {
    database.close();
    await rm(collected, { force: true });
    await rm(`${collected}.wal`, { force: true });
  };
  return {
    async write(rows) {
      try {
        if (types === undefined) {
          names = rows.columns.map(({ name }) => name);
          types = parquetTypes(rows, schema);
          const columns = names.map((name, j) => `${quoteName(name)} ${types![j]!.sql}`);
          await database.run(`CREATE TABLE collected (${columns.join(", ")})`);
        }
        await append(database, rows, types);
      } catch (cause) {
        throw unwritable(target, cause);
      }
    },
    async finish() {
      const list = (types ?? []).map(
        ({ convert }, j) => `${convert(quoteName(names[j]!))} AS ${quoteName(names[j]!)}`,
      );
      try {
        if (types !== undefined)
          await database.run(
            `COPY (SELECT ${list.join(", ")} FROM collected) TO ${quoteText(place.path)} (FORMAT parquet, COMPRESSION zstd)`,
          );
      } catch (cause) {
        throw unwritable(target, cause);
      }
      await clean();
      await place.keep();
    },
    async abandon() {
      await clean();
      await place.drop();
    },
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
    const spelt = known !== undefined && "spelling" in known && known.spelling !== undefined;
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
