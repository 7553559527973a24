/** Runs couplet schema. */
import {
  confirmedRelations,
  describeSchema,
  extendSchema,
  findRelations,
  inferSchema,
  tableWarnings,
} from "couplet/table";
import type { InferSchemaOptions, PartitionedTable, Schema, Table } from "couplet/table";
import { openInput } from "../../input/open-input.ts";
import { printable, printableJson } from "../../terminal/printable.ts";
import { widthOf, wrapped } from "../../terminal/wrap.ts";
import { warningFlag } from "../../terminal/warning-flag.ts";
import { eventLine } from "../../terminal/event-lines.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { SchemaFlags } from "../../terminal/flags.ts";
import { inferOptions } from "../../terminal/flags.ts";
import { aboutFile } from "../../input/read-table.ts";
import { memoryOrParts } from "../../input/memory-or-parts.ts";

export async function runSchema(
  files: readonly string[],
  flags: SchemaFlags & { readonly memory?: number; readonly relations: boolean },
): Promise<void> {
  const reporter = openReporter(flags);
  const input = await openInput(files, flags, (text) => reporter.warn(text));
  try {
    const options = inferOptions(flags, input);
    const source = await memoryOrParts(input, { memory: flags.memory, seed: FIRST_SEED }, (text) =>
      reporter.say(text),
    );
    const schema = await aboutFile(input.name, () => schemaOf(source, options, flags.relations));
    for (const notice of await input.notices()) reporter.warn(notice);
    const some = "partition" in source ? await source.partition(1) : source;
    for (const warning of tableWarnings(some, schema)) {
      const flag = warningFlag(warning);
      if (flags.json === true) eventLine("tableWarning", { ...warning, flag });
      else reporter.warn(`${warning.message}. ${warning.advice}${flag === "" ? "" : ` (${flag})`}`);
    }
    const asText = process.stdout.isTTY && flags.json !== true;
    process.stdout.write(
      asText
        ? printable(`${wrapped(describeSchema(schema), widthOf(process.stdout))}\n`)
        : `${printableJson(schema, 2)}\n`,
    );
  } finally {
    await input.close();
  }
}

/** The seed that `fit` cuts tables with when no other is given. */
const FIRST_SEED = 0;

/** As `fit` infers it: of a table in parts from one of them, extended by the others; relations that one part finds and no other breaks. */
async function schemaOf(
  source: Table | PartitionedTable,
  options: InferSchemaOptions,
  withRelations: boolean,
): Promise<Schema> {
  const partitions = "partition" in source ? source.partitions : 0;
  const part = async (index: number): Promise<Table> =>
    "partition" in source ? source.partition(index) : source;
  const first = await part(1);
  let schema = inferSchema(first, options);
  for (let index = 0; index < partitions; index++)
    if (index !== 1) schema = extendSchema(schema, await part(index));
  if (!withRelations) return schema;
  let relations = await findRelations(first, schema);
  for (let index = 0; index < partitions && relations.length > 0; index++)
    if (index !== 1) relations = confirmedRelations(relations, await part(index), schema);
  return relations.length === 0 ? schema : { ...schema, relations };
}
