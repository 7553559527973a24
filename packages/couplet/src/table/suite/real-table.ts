/** Real tables that are no part of the project: tests that read them skip by name where they are absent. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tableFromRows } from "../table.ts";
import type { Table } from "../table.ts";

// From packages/couplet/src/table/suite to beside the repository.
const folder = new URL("../../../../../../shared/data/tables/", import.meta.url);

export function isThere(name: string): boolean {
  return existsSync(fileURLToPath(new URL(`${name}.csv`, folder)));
}

/** These files have no quotes, so commas and line ends are all there is. */
export function realTable(name: string): Table {
  const [header, ...rows] = readFileSync(new URL(`${name}.csv`, folder), "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return tableFromRows(header!, rows);
}
