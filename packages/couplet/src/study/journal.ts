/** A study's results so far, one line each: what a killed run goes on from. */
import * as v from "valibot";
import { CoupletError } from "../error.ts";
import { base64Of, bytesOfBase64 } from "../file/base64.ts";
import { parseJson } from "../file/parse-json.ts";
import { judgedRows } from "./job.ts";
import type { Job, JobResult, StudyRows } from "./job.ts";

/** Where lines are kept: a file in the command, any other place in a page. */
export interface StudyJournal {
  /** Lines of an earlier run, in order; none for a new study. A last line that was cut short is dropped. */
  readonly lines: readonly string[];
  /** Keeps a line, at once. */
  append(line: string): void | Promise<void>;
}

const finite = v.pipe(v.number(), v.finite());
const jobSchema = v.object({
  round: v.picklist(["ninth", "third", "full"]),
  cell: v.string(),
  learningRate: finite,
  seed: finite,
  epochs: finite,
});
const resultSchema = v.variant("status", [
  v.object({ status: v.literal("diverged"), reason: v.string() }),
  v.object({
    status: v.literal("trained"),
    validation: finite,
    replaced: v.boolean(),
    scores: v.string(),
    seconds: finite,
    scoringMicros: finite,
    logDet: v.tuple([finite, finite]),
    inverseError: finite,
    skippedSteps: finite,
  }),
]);
const lineSchema = v.object({ job: jobSchema, result: resultSchema });

/** One job's key. */
export function keyOf({ cell, round, learningRate, seed, epochs }: Job): string {
  return `${cell}|${round}|${learningRate}|${seed}|${epochs}`;
}

/** The first line: what the study is of, so that another one is not gone on with. */
export function headerLine(about: unknown): string {
  return JSON.stringify({ study: 2, about });
}

export function resultLine(job: Job, result: JobResult): string {
  const shown =
    result.status === "trained" ? { ...result, scores: base64Of(result.scores) } : result;
  return JSON.stringify({ job, result: shown });
}

/**
 * The results in a journal by {@link keyOf} their jobs.
 *
 * @param parts the rows whose log-densities each result has to have
 * @throws CoupletError USAGE for a journal of another study; FILE_INVALID for a line that is not a finished job
 */
export function resultsOf(
  lines: readonly string[],
  about: unknown,
  parts: StudyRows,
): Map<string, JobResult> {
  const results = new Map<string, JobResult>();
  if (lines.length === 0) return results;
  if (lines[0] !== headerLine(about)) throw otherStudy(lines[0]!, about);
  for (const [i, line] of lines.slice(1).entries()) {
    const parsed = v.safeParse(lineSchema, json(line));
    if (!parsed.success) {
      // The line that was under way when the process died.
      if (i === lines.length - 2) break;
      throw wrongLine(i + 2, "a finished job");
    }
    const { job, result } = parsed.output;
    if (result.status === "diverged") {
      results.set(keyOf(job), result);
      continue;
    }
    const scores = bytesOfBase64(result.scores);
    const { rows } = judgedRows(job.round, parts);
    if (scores === undefined || scores.byteLength !== 8 * rows)
      throw wrongLine(i + 2, `${rows} log-densities`);
    results.set(keyOf(job), { ...result, scores: new Float64Array(scores.buffer) });
  }
  return results;
}

function json(line: string): unknown {
  try {
    return parseJson(line, "journal");
  } catch {
    return undefined;
  }
}

function wrongLine(line: number, expected: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: `study: journal, line ${line}`,
    expected,
    received: "something else",
    hint: "Delete the journal to begin again.",
  });
}

function otherStudy(line: string, about: unknown): CoupletError {
  const found = json(line);
  const before =
    typeof found === "object" && found !== null && "about" in found ? found.about : undefined;
  const differing =
    typeof before === "object" && before !== null && typeof about === "object" && about !== null
      ? Object.keys(about).filter(
          (key) =>
            JSON.stringify((before as Record<string, unknown>)[key]) !==
            JSON.stringify((about as Record<string, unknown>)[key]),
        )
      : [];
  return new CoupletError({
    code: "USAGE",
    where: "study: journal",
    expected: "the journal of this study",
    received:
      differing.length > 0
        ? `one with other ${differing.join(", ")}`
        : "the journal of another one",
    hint: "Repeat the study with the options it began with, or begin again with another journal.",
  });
}
