#!/usr/bin/env node
/** The `couplet` command. Results go to standard output, everything else to standard error. */
import { createRequire } from "node:module";
import { Command } from "commander";
import { addCompletion } from "./verbs/completion/command.ts";
import { addDesign } from "./verbs/design/command.ts";
import { addDoctor } from "./verbs/doctor/command.ts";
import { addExport } from "./verbs/export/command.ts";
import { addFit } from "./verbs/fit/command.ts";
import { addImpute } from "./verbs/impute/command.ts";
import { addInspect } from "./verbs/inspect/command.ts";
import { addPredict } from "./verbs/predict/command.ts";
import { addReport } from "./verbs/report/command.ts";
import { addSample } from "./verbs/sample/command.ts";
import { addSchema } from "./verbs/schema/command.ts";
import { addScore } from "./verbs/score/command.ts";
import { addStudio } from "./verbs/studio/command.ts";
import { addStudy } from "./verbs/study/command.ts";
import { helpText } from "./terminal/help-text.ts";
import { explainFailure } from "./terminal/failure.ts";
import { printable } from "./terminal/printable.ts";
import { rememberOptions } from "./terminal/verb-options.ts";

// The version without loading the library: help has to be there at once.
const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

/** Verbs that several processes may run: a fit, which they share, and those that write no file. */
const OF_SEVERAL = new Set(["fit", "doctor", "schema", "inspect", "completion", "complete"]);

let leaving = false;
const program = new Command("couplet")
  .description(
    "Learns the distribution of a table: finds odd rows (anomalies, outliers) and says why, draws synthetic rows, and computes the log density of any row.",
  )
  .version(version)
  .option("-q, --quiet", "warnings and errors only")
  .option("--no-color", "no colours; NO_COLOR in the environment does the same")
  .option("--debug", "stack traces with errors")
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ writeErr: (text) => process.stderr.write(printable(text)) })
  .showHelpAfterError("(couplet --help, couplet <verb> --help)")
  .addHelpText(
    "after",
    helpText(
      [],
      "couplet fit data.csv                                    train a model: data.couplet",
      "couplet score data.couplet data.csv --lowest 10 --explain   the oddest rows, and why",
      "couplet sample data.couplet -n 1000 > synthetic.csv     synthetic rows",
      "couplet report data.couplet --data data.csv             how good the model is",
      "couplet studio data.csv                                 all of it in a page of the browser",
    ),
  )
  .exitOverride();
for (const add of [
  addFit,
  addSample,
  addDesign,
  addScore,
  addImpute,
  addPredict,
  addInspect,
  addReport,
  addExport,
  addSchema,
  addStudy,
  addStudio,
  addDoctor,
])
  add(program);
// Coupled systems bring much of the library with them: only when they are called for.
if (process.argv.some((word) => ["systems", "complete", "help"].includes(word)))
  (await import("./verbs/systems/systems.ts")).addSystems(program);
else program.command("systems").description("solve coupled systems, one verb for each domain");
await addCompletion(program);
inherit(program);
program.hook("preAction", (_, verb) => rememberOptions(verb));
program.hook("preAction", async (_, verb) => refuseSeveralProcesses(verb));

process.stdout.on("error", (error: NodeJS.ErrnoException) => void leave(error));
// Who cannot be told of progress is not kept from the result.
process.stderr.on("error", () => undefined);

let code = 0;
try {
  await program.parseAsync();
} catch (error) {
  code = await explainFailure(error, failureOptions());
}
// Whatever is still open (a thread, a stream that nobody reads) must not keep the process.
process.stdout.write("", (error) => {
  if (error !== null && error !== undefined) void leave(error);
  else process.exit(code === 0 ? process.exitCode : code);
});

/** Reports once why the output could not be written, and ends the process. */
async function leave(error: Error): Promise<void> {
  if (leaving) return;
  leaving = true;
  process.exit(await explainFailure(error, failureOptions()));
}

function failureOptions() {
  return { ...program.opts(), json: process.argv.includes("--json") };
}

/** The processes of a launcher would do the same work, each over the others' output; a part of its own (--shard) is another matter. */
async function refuseSeveralProcesses(verb: Command): Promise<void> {
  const isLaunched = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"].some(
    (name) => process.env[name] !== undefined,
  );
  if (!isLaunched || OF_SEVERAL.has(verb.name()) || verb.opts()["shard"] !== undefined) return;
  const { refuseProcesses } = await import("./verbs/fit/processes.ts");
  refuseProcesses(`couplet ${verb.name()}`);
}

/** Verbs, and verbs of verbs, throw and explain themselves as the program does. Completion has settings of its own. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    if (command.name() === "complete") continue;
    const path = `${parent === program ? "couplet" : `couplet ${parent.name()}`} ${command.name()}`;
    command.copyInheritedSettings(parent).showHelpAfterError(`(${path} --help)`);
    inherit(command);
  }
}
