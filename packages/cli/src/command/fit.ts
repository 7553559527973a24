/** couplet fit: a table in, a model file and an honest report out. */
import { access, readFile, rm, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { CoupletError, fitTable } from "couplet";
import type { TableModel } from "couplet";
import { readTable } from "../data/read-table.ts";
import { interruptSignal } from "../ui/interrupt.ts";
import { progressPrinter } from "../ui/progress.ts";

interface FitFlags {
  readonly output?: string;
  readonly seed: number;
  readonly threads?: number;
  readonly epochs?: number;
  readonly given?: string[];
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function addFit(program: Command): void {
  program
    .command("fit <table>")
    .description("learn the distribution of a table; writes <table>.couplet")
    .option("-o, --output <file>", "model file to write")
    .option("--seed <n>", "fixes the split, the weights and the order", Number, 0)
    .option("--threads <n>", "worker threads", Number)
    .option("--epochs <n>", "passes over the data at most", Number)
    .option("--given <columns>", "columns to condition on, separated by commas", (text: string) =>
      text.split(","),
    )
    .option("--resume", "go on from the checkpoint that an interrupted fit left")
    .option("--force", "replace the model file if it is there")
    .option("-q, --quiet", "warnings and errors only")
    .option("--json", "the closing report as one JSON object on standard output")
    .action(runFit);
}

async function runFit(file: string, flags: FitFlags): Promise<void> {
  const output = flags.output ?? `${file.replace(/(\.[a-z0-9]+)+$/i, "")}.couplet`;
  if (flags.force !== true && (await exists(output))) {
    throw new CoupletError({
      code: "FILE_EXISTS",
      where: output,
      expected: "no file there yet",
      received: "one",
      hint: "Use --force to replace it, or --output to write elsewhere.",
    });
  }
  const checkpoint = `${output}.checkpoint`;
  const source = await readTable(file);
  const started = performance.now();
  try {
    const model = await fitTable(source, {
      name: file,
      seed: flags.seed,
      signal: interruptSignal(),
      onEvent: progressPrinter(flags.quiet === true || flags.json === true),
      checkpoint: { save: (bytes) => writeFile(checkpoint, bytes) },
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      ...(flags.epochs === undefined ? {} : { epochs: flags.epochs }),
      ...(flags.given === undefined ? {} : { given: flags.given }),
      ...(flags.resume === true ? { resume: await readFile(checkpoint) } : {}),
    });
    await model.save(output);
    await rm(checkpoint, { force: true });
    report(model, output, performance.now() - started, flags);
    model.dispose();
  } catch (error) {
    if (await exists(checkpoint))
      process.stderr.write(`\nstate saved in ${checkpoint}; go on with --resume\n`);
    throw error;
  }
}

function report(model: TableModel, output: string, ms: number, flags: FitFlags): void {
  const { heldOut } = model;
  if (flags.json === true) {
    process.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, model: output, seconds: ms / 1000, heldOut })}\n`,
    );
    return;
  }
  if (flags.quiet === true) return;
  const line = (name: string, nats: number, error: number) =>
    `  ${name.padEnd(22)} ${nats.toFixed(3).padStart(10)} +- ${error.toFixed(3)}\n`;
  process.stderr.write(
    `\n${heldOut.rows} held-out rows, mean log density per row in nats (higher is better):\n`,
  );
  process.stderr.write(line("this model", heldOut.flow.nats, heldOut.flow.standardError));
  for (const baseline of heldOut.baselines)
    process.stderr.write(line(baseline.name, baseline.nats, baseline.standardError));
  process.stderr.write(`\nwrote ${output} (${(ms / 1000).toFixed(1)} s)\n`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
