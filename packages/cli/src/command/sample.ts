/** couplet sample: rows like the table's, as CSV on standard output. */
import type { Command } from "commander";
import { CoupletError, loadTable } from "couplet";
import { csvLines } from "../data/write-csv.ts";
import { interruptSignal } from "../ui/interrupt.ts";

interface SampleFlags {
  readonly rows: number;
  readonly seed?: number;
  readonly temperature: number;
  readonly given?: string[];
}

export function addSample(program: Command): void {
  program
    .command("sample <model>")
    .description("draw rows of the table's own types, as CSV on standard output")
    .option("-n, --rows <n>", "rows to draw", Number, 10)
    .option("--seed <n>", "same seed, same rows", Number)
    .option("--temperature <t>", "below 1: nearer to the modes", Number, 1)
    .option(
      "--given <column=value>",
      "a condition (repeatable)",
      (text: string, all: string[] | undefined) => [...(all ?? []), text],
    )
    .action(runSample);
}

async function runSample(file: string, flags: SampleFlags): Promise<void> {
  const model = await loadTable(file);
  const given =
    flags.given === undefined ? undefined : Object.fromEntries(flags.given.map(condition));
  const rows = await model.sample(flags.rows, {
    temperature: flags.temperature,
    signal: interruptSignal(),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(given === undefined ? {} : { given }),
  });
  for (const line of csvLines(rows)) process.stdout.write(line);
  model.dispose();
}

function condition(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new CoupletError({
    code: "USAGE",
    where: "--given",
    expected: "column=value",
    received: JSON.stringify(text),
  });
}
