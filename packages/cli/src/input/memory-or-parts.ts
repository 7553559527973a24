/** A table in memory, or cut into parts on disk where it does not fit. */
import { CoupletError } from "couplet";
import type { PartitionedTable, Table } from "couplet/table";
import { defaultMemory, LEAST_MEMORY, partsFor, surelyFits } from "./fits-memory.ts";
import type { OpenInput } from "./open-input.ts";
import { readTable } from "./read-table.ts";

/**
 * The whole table when it fits in memory, otherwise parts of it on disk.
 *
 * @param seed of the parts
 * @param say gets a sentence where the table is cut
 * @throws CoupletError USAGE for less memory than the program takes
 */
export async function memoryOrParts(
  input: OpenInput,
  {
    memory = defaultMemory(),
    seed,
  }: { readonly memory?: number | undefined; readonly seed: number },
  say: (text: string) => void,
): Promise<Table | PartitionedTable> {
  if (memory < LEAST_MEMORY) {
    throw new CoupletError({
      code: "USAGE",
      where: "--memory",
      expected: `at least ${LEAST_MEMORY / 1e6}MB`,
      received: `${Math.round(memory / 1e6)}MB`,
      hint: "The engine and the table readers need that much memory themselves.",
    });
  }
  if (surelyFits(input.bytes, memory)) return readTable(input);
  const rows = await input.countRows();
  const parts = partsFor(rows, input.names.length, memory);
  if (parts === 1) return readTable(input);
  const { tableParts } = await import("./table-parts.ts");
  say(
    `${rows.toLocaleString("en")} rows of ${input.names.length} columns do not fit in ${(memory / 1e9).toFixed(1)} GB: cutting them at random into ${parts} parts on disk`,
  );
  return tableParts(input, parts, seed, memory);
}
