#!/usr/bin/env node
/** The `couplet` command. Results go to standard output, everything else to standard error. */
import { createRequire } from "node:module";
import { Command } from "commander";
import { addCompletion } from "./command/completion.ts";
import { addDoctor } from "./command/doctor.ts";
import { addFit } from "./command/fit.ts";
import { addInspect } from "./command/inspect.ts";
import { addSample } from "./command/sample.ts";
import { addSchema } from "./command/schema.ts";
import { addScore } from "./command/score.ts";
import { teaching } from "./ui/teaching.ts";
import { explainFailure } from "./ui/failure.ts";

// The version without loading the library: help has to be there at once.
const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

const program = new Command("couplet")
  .description(
    "Learns the distribution of a table, and gives the exact density of any row and new rows like them.",
  )
  .version(version)
  .option("-q, --quiet", "warnings and errors only")
  .option("--no-color", "no colours; NO_COLOR in the environment does the same")
  .option("--debug", "stack traces with errors")
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("(couplet --help, couplet <verb> --help)")
  .addHelpText(
    "after",
    teaching(
      [],
      "couplet fit data.csv                           writes data.couplet",
      "couplet sample data.couplet -n 1000 > new.csv",
      "couplet score data.couplet other.csv --explain",
    ),
  )
  .exitOverride();
for (const add of [addFit, addSample, addScore, addInspect, addSchema, addDoctor]) add(program);
await addCompletion(program);
for (const command of program.commands.filter((verb) => verb.name() !== "complete"))
  command.copyInheritedSettings(program).showHelpAfterError(`(couplet ${command.name()} --help)`);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(explainFailure(error, program.opts()));
});

let code = 0;
try {
  await program.parseAsync();
} catch (error) {
  code = explainFailure(error, { ...program.opts(), json: process.argv.includes("--json") });
}
// Whatever is still open (a thread, a stream that nobody reads) must not keep the process.
process.stdout.write("", () => process.exit(code));
