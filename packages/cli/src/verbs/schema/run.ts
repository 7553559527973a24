/** Runs couplet schema. */
import { describeSchema, inferSchema } from "couplet/table";
import { openInput } from "../../input/open-input.ts";
import { printable } from "../../terminal/printable.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { SchemaFlags } from "../../terminal/flags.ts";
import { inferOptions } from "../../terminal/flags.ts";
import { aboutFile, readTable } from "../../input/read-table.ts";

export async function runSchema(files: readonly string[], flags: SchemaFlags): Promise<void> {
  const reporter = openReporter(flags);
  const input = await openInput(files, flags, (text) => reporter.warn(text));
  try {
    const options = inferOptions(flags, input);
    const source = await readTable(input);
    const schema = await aboutFile(input.name, async () => inferSchema(source, options));
    for (const notice of await input.notices()) reporter.warn(notice);
    const asText = process.stdout.isTTY && flags.json !== true;
    process.stdout.write(
      asText ? printable(`${describeSchema(schema)}\n`) : `${JSON.stringify(schema, null, 2)}\n`,
    );
  } finally {
    await input.close();
  }
}
