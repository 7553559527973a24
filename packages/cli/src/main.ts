#!/usr/bin/env node
/** The `couplet` command. Results go to standard output, everything else to standard error. */
import { Command, CommanderError } from "commander";
import { CoupletError, version } from "couplet";
import { addDoctor } from "./command/doctor.ts";
import { addFit } from "./command/fit.ts";
import { addInspect } from "./command/inspect.ts";
import { addSample } from "./command/sample.ts";
import { addScore } from "./command/score.ts";
import { addSystems } from "./command/systems/systems.ts";
import { Interrupted } from "./ui/interrupt.ts";

const program = new Command("couplet")
  .description("Exact densities, samples and scores for tables.")
  .version(version)
  .option("--debug", "show stack traces")
  .addHelpText(
    "after",
    "\nExamples:\n  couplet fit data.csv\n  couplet sample data.couplet -n 1000 > rows.csv\n  couplet score data.couplet new.csv --explain",
  )
  .exitOverride();
for (const add of [addFit, addSample, addScore, addInspect, addDoctor, addSystems]) add(program);
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
}

/** 0 ok, 1 failure, 2 usage, 130 interrupted. */
function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) return 130;
  process.stderr.write(`${(error as Error).message}\n`);
  if (program.opts<{ debug?: boolean }>().debug === true)
    process.stderr.write(`${(error as Error).stack}\n`);
  return error instanceof CoupletError && error.code === "USAGE" ? 2 : 1;
}
