/** A table read whole, and errors about it under its file's name. */
import { CoupletError } from "couplet";
import type { Remedy } from "couplet";
import { selectRows, tableFromChunks } from "couplet/table";
import type { Table } from "couplet/table";
import type { TableInput } from "./table-input.ts";

export async function readTable(input: TableInput): Promise<Table> {
  const chunks: Table[] = [];
  for await (const chunk of input.chunks()) chunks.push(chunk);
  if (chunks.length > 0) return tableFromChunks(chunks);
  throw new CoupletError({
    code: "DATA_INVALID",
    where: input.name,
    expected: "at least 4 rows",
    received: "column names and no rows",
  });
}

/** What the library says of "table" or "column ...", said of the file; with the option that helps. */
export async function aboutFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CoupletError)) throw error;
    const { code, where, expected, received, hint, cause } = error;
    const about = /^(table\b(?:: )?|(?=column ))(.*)$/s.exec(where);
    if (about === null) throw error;
    const more = error.remedy === undefined ? undefined : OPTIONS[error.remedy];
    const hints = [hint, more].filter((text) => text !== undefined).join(" ");
    throw new CoupletError({
      code,
      where: about[2] === "" ? file : `${file}: ${about[2]}`,
      expected,
      received,
      ...(hints === "" ? {} : { hint: hints }),
      cause: cause ?? error,
    });
  }
}

/** The options of the command that mend what the library complains of. */
const OPTIONS: Readonly<Record<Remedy, string>> = {
  "missing-values":
    "On the command line: --null-values, --mixed-as-category, --type column=category, --drop.",
  columns: "On the command line: --columns or --drop.",
  "column-type": "On the command line: --type column=type.",
  schema: "couplet schema prints the schema, --schema takes it.",
};

/** The first rows of a table. */
export function firstRows(source: Table, most: number): Table {
  const rows = Math.min(most, source.rows);
  return selectRows(
    source,
    Int32Array.from({ length: rows }, (_, i) => i),
  );
}
