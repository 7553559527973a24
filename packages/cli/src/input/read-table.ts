/** A table read whole, and errors about it under its file's name. */
import { CoupletError } from "couplet";
import type { Remedy } from "couplet";
import { selectRows, tableFromChunks } from "couplet/table";
import type { Table } from "couplet/table";
import { ofThisVerb } from "../terminal/verb-options.ts";
import type { TableInput } from "./table-input.ts";

export async function readTable(input: TableInput): Promise<Table> {
  const chunks: Table[] = [];
  for await (const chunk of input.chunks()) chunks.push(chunk);
  if (chunks.length > 0) return tableFromChunks(chunks);
  throw new CoupletError({
    code: "DATA_INVALID",
    where: input.name,
    expected: "rows",
    received: "column names alone",
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
    if (about === null && error.remedy === undefined) throw error;
    const more = error.remedy === undefined ? undefined : optionsFor(error.remedy);
    const hints = [hint, more].filter((text) => text !== undefined).join(" ");
    throw new CoupletError({
      code,
      where: about === null ? where : about[2] === "" ? file : `${file}: ${about[2]}`,
      expected,
      received,
      ...(hints === "" ? {} : { hint: hints }),
      cause: cause ?? error,
    });
  }
}

/** The options of `fit` that mend what the library complains of. */
const OPTIONS: Readonly<Record<Remedy, readonly string[]>> = {
  "missing-values": ["--null-values", "--mixed-as-category", "--type column=category", "--drop"],
  columns: ["--columns", "--drop"],
  "column-type": ["--type column=type"],
  schema: ["--schema"],
};

/** Those that the verb under way has; a verb that takes a model has none of them, for a model's columns are settled. */
function optionsFor(remedy: Remedy): string {
  const its = ofThisVerb(OPTIONS[remedy]);
  if (its.length === 0)
    return `The model's columns are fixed: only \`couplet fit\` takes ${OPTIONS[remedy].join(", ")}.`;
  const printed = remedy === "schema" ? " (`couplet schema` prints one)" : "";
  return `On the command line: ${its.join(", ")}${printed}.`;
}

/** The first rows of a table. */
export function firstRows(source: Table, most: number): Table {
  const rows = Math.min(most, source.rows);
  return selectRows(
    source,
    Int32Array.from({ length: rows }, (_, i) => i),
  );
}
