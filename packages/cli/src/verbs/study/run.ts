/** Runs couplet study: a table, encoded, through the library's study to a page, to JSON, or both. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { writeFileAtomically } from "couplet/node";
import { studyPage } from "couplet/report";
import { study } from "couplet/study";
import type { StudyEvent, StudyResult } from "couplet/study";
import { fitTableCodec, inferSchema } from "couplet/table";
import { openInput } from "../../input/open-input.ts";
import { aboutFile, readTable } from "../../input/read-table.ts";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { checkEnding } from "../../output/check-ending.ts";
import { eventLine } from "../../terminal/event-lines.ts";
import { commandLine } from "../../terminal/command-line.ts";
import type { SchemaFlags } from "../../terminal/flags.ts";
import { inferOptions } from "../../terminal/flags.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { fitted, progressPrinter, share } from "../../terminal/progress.ts";
import { count, duration } from "../../terminal/quantities.ts";
import { widthOf, wrapped } from "../../terminal/wrap.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { readGrid } from "./grid-file.ts";
import { openJournal } from "./journal-file.ts";
import { printableJson } from "../../terminal/printable.ts";

interface StudyFlags extends SchemaFlags {
  readonly output?: string;
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly budget: number;
  readonly couplings: readonly number[];
  readonly depth: readonly number[];
  readonly transform: "spline" | "affine";
  readonly grid?: string;
  readonly seeds: number;
  readonly learningRates?: readonly number[];
  readonly epochs?: number;
  readonly batch?: number;
  readonly maxMinutes?: number;
  readonly seed: number;
  readonly threads?: number;
}

/** @param chosen those of the flags that the user gave: they win over a grid file, which wins over defaults */
export async function runStudy(
  files: readonly string[],
  given: StudyFlags,
  chosen: Partial<StudyFlags>,
): Promise<void> {
  const flags: StudyFlags =
    given.grid === undefined ? given : { ...given, ...(await readGrid(given.grid)), ...chosen };
  const reporter = openReporter(flags);
  const base = files[0] === "-" ? "table" : path.basename(files[0]!).replace(/\.[^.]+$/u, "");
  const page = flags.output ?? `${base}.study.html`;
  const writesPage = flags.output !== undefined || flags.json !== true;
  if (writesPage) await checkTarget(page, flags.force === true || flags.resume === true);
  const journal = await openJournal(`${page}.journal`, flags);
  const input = await openInput(files, flags, (text) => reporter.warn(text));
  const signal = interruptSignal(() => reporter.warn("stopping; Ctrl-C again quits at once"));
  try {
    for (const target of [page, journal.file]) await checkDistinct(target, input.paths);
    checkEnding(page, "a page", [".html", ".htm"]);
    const result = await aboutFile(input.name, async () => {
      const table = await readTable(input);
      for (const notice of await input.notices()) reporter.warn(notice);
      const codec = fitTableCodec(table, inferSchema(table, inferOptions(flags, input)));
      const { z } = codec.draw(codec.read(table), { seed: flags.seed });
      reporter.say(
        `${count(table.rows)} rows of ${codec.dims} encoded columns; ${flags.transform} couplings of ${count(flags.budget)} parameters`,
      );
      return study(z, {
        ...optionsOf(flags),
        dims: codec.dims,
        journal,
        signal,
        onEvent: printer(flags, reporter),
      });
    });
    reporter.clear();
    if (flags.json !== true)
      process.stdout.write(`${wrapped(result.text, widthOf(process.stdout))}\n`);
    if (writesPage) {
      const name = path.basename(input.name);
      await writeFileAtomically(page, await studyPage(result, { name, command: commandLine() }));
      reporter.say(`wrote ${page} (${duration(result.elapsedSeconds)})`);
    }
    if (flags.json === true) process.stdout.write(`${printableJson(forJson(result))}\n`);
    if (result.complete) await rm(journal.file, { force: true });
    else
      reporter.warn(
        `the study is not complete: the same command with --resume continues from ${journal.file}`,
      );
  } catch (error) {
    if (signal.aborted)
      reporter.warn(
        `interrupted: the results so far are in ${journal.file}; the same command with --resume continues it`,
      );
    throw error;
  } finally {
    await input.close();
  }
}

function optionsOf(flags: StudyFlags) {
  const { budget, couplings, depth, transform, seeds, epochs, batch, maxMinutes, seed, threads } =
    flags;
  const { learningRates } = flags;
  return {
    budget,
    grid: { couplings, depth },
    transform,
    seeds,
    seed,
    ...(learningRates === undefined ? {} : { learningRates }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(batch === undefined ? {} : { batch }),
    ...(maxMinutes === undefined ? {} : { maxMinutes }),
    ...(threads === undefined ? {} : { threads }),
  };
}

/** The result without its text, which repeats it. */
function forJson({ text: _, ...result }: StudyResult) {
  return { schemaVersion: 1, ...result };
}

function printer(flags: StudyFlags, reporter: Reporter): (event: StudyEvent) => void {
  if (flags.json === true) {
    return (event) => {
      if (flags.quiet !== true) {
        const { type, ...about } = event;
        eventLine(type, about);
      }
    };
  }
  const print = progressPrinter(reporter);
  return (event) => {
    if (event.type === "start") {
      for (const { name, refusal } of event.cells)
        if (refusal !== undefined) reporter.warn(`${name} is left out: ${refusal}`);
      if (event.done > 0) reporter.say(`${event.done} of ${event.jobs} runs are done already`);
      return;
    }
    const { job, fraction, done, jobs, secondsLeft, validation } = event;
    const nats = validation === undefined ? "diverged" : `${validation.toFixed(3)} nats`;
    print({
      stage: "study",
      fraction,
      text: fitted(
        [
          { text: share(reporter, fraction), rank: 0 },
          { text: `run ${done} of ${jobs}`, rank: 2 },
          { text: `${job.cell}, rate ${job.learningRate}, ${nats}`, rank: 3 },
          { text: `about ${duration(secondsLeft)} left`, rank: 1 },
        ],
        reporter.isLive,
      ),
    });
  };
}
