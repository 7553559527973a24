/** What all domains of `couplet systems` do: read, run, print, draw. */
import { Option, type Command } from "commander";
import { CoupletError } from "couplet";
import { currentEnvironment } from "couplet/report";
import { systemsPage, systemsText, type SystemsResult } from "couplet-systems";
import { setPath, type RunOptions } from "couplet-systems";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { readProblemFile, readerBeside } from "./read-files.ts";
import { stageProgress } from "./stage-progress.ts";
import { writeWhole } from "./write-whole.ts";

/** A domain of `couplet systems`: the library does the work, this says how to call it. */
export interface Domain<Problem> {
  readonly name: string;
  readonly description: string;
  /** What files the verb takes, for its usage line: "[problem.json]". */
  readonly usage: string;
  /** What stands after the options in `--help`. */
  readonly help: string;
  readonly example: Problem;
  /** Whether a run may be Monte Carlo, which goes on several threads. */
  readonly monteCarlo?: boolean;
  /** Adds the options that only this domain has. */
  readonly options?: (command: Command) => void;
  parse(value: unknown, where: string): Problem;
  run(problem: Problem, options: RunOptions): Promise<SystemsResult>;
  /**
   * A problem (still to be parsed) from files of the field's own formats, or undefined if the files are a problem file.
   */
  readonly fromFiles?: (files: readonly string[], flags: DomainFlags) => Promise<unknown>;
  /** Changes that the options of this domain make in a problem. */
  readonly change?: (problem: unknown, flags: DomainFlags) => unknown;
}

/** Options of every domain; each may add its own. */
export interface DomainFlags {
  readonly set?: readonly string[];
  readonly html?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly example?: boolean;
  readonly threads?: number;
  readonly [more: string]: unknown;
}

/** Adds a domain to `couplet systems`. */
export function addDomain<Problem>(systems: Command, domain: Domain<Problem>): void {
  const command = systems
    .command(`${domain.name} [files...]`)
    .usage(`[options] ${domain.usage}`)
    .description(domain.description);
  domain.options?.(command);
  if (domain.monteCarlo === true)
    command.option("--threads <n>", "worker threads of Monte Carlo", wholeNumber("--threads"));
  command
    .addOption(
      new Option("--set <path=value...>", "change a value of the problem, e.g. monteCarlo.seed=7"),
    )
    .option("--html <page>", "draw a page of pictures (one file, opens without a network)")
    .option("--json", "the whole result as one JSON object on standard output")
    .option("--example", "print a problem file to start from, and do nothing else")
    .addHelpText("after", `\n${domain.help.trim()}\n`)
    .action((files: string[]) => runDomain(domain, files, command.optsWithGlobals<DomainFlags>()));
}

async function runDomain<Problem>(
  domain: Domain<Problem>,
  files: readonly string[],
  flags: DomainFlags,
): Promise<void> {
  if (flags.example === true) {
    process.stdout.write(`${JSON.stringify(domain.example, null, 2)}\n`);
    return;
  }
  if (files.length === 0) {
    throw new CoupletError({
      code: "USAGE",
      where: `couplet systems ${domain.name}`,
      expected: domain.usage.replace(/^\[|\]$/g, ""),
      received: "no file",
      hint: `Start from an example: couplet systems ${domain.name} --example > problem.json`,
    });
  }
  const { html } = flags;
  if (html !== undefined && files.includes(html)) {
    throw new CoupletError({
      code: "USAGE",
      where: "--html",
      expected: "another file than those that are read",
      received: html,
    });
  }
  const { value, where, folder } = await problemOf(domain, files, flags);
  const changed = domain.change?.(value, flags) ?? value;
  const problem = domain.parse(withChanges(changed, flags.set ?? []), where);
  const progress = stageProgress(flags.quiet === true);
  let result: SystemsResult;
  try {
    result = await domain.run(problem, {
      read: readerBeside(folder),
      signal: interruptSignal(),
      onProgress: progress.show,
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    });
  } finally {
    progress.end();
  }
  if (html !== undefined) {
    const page = await systemsPage(result, {
      command: `couplet ${process.argv.slice(2).map(quoted).join(" ")}`,
      environment: currentEnvironment(),
    });
    await writeWhole(html, page);
    if (flags.quiet !== true) process.stderr.write(`wrote ${html}\n`);
  }
  process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : systemsText(result));
  if (!result.converged) {
    const [first] = result.warnings;
    process.stderr.write(`not converged${first === undefined ? "" : `: ${first}`}\n`);
    process.exitCode = 1;
  }
}

async function problemOf<Problem>(
  domain: Domain<Problem>,
  files: readonly string[],
  flags: DomainFlags,
): Promise<{ value: unknown; where: string; folder: string }> {
  const [first] = files as [string, ...string[]];
  const own = files.every((file) => file === "-" || /\.json$/i.test(file))
    ? undefined
    : await domain.fromFiles?.(files, flags);
  if (own !== undefined) return { value: own, where: "problem", folder: "." };
  if (files.length > 1) {
    throw new CoupletError({
      code: "USAGE",
      where: `couplet systems ${domain.name}`,
      expected: "one problem file",
      received: files.join(" "),
    });
  }
  return readProblemFile(first);
}

function withChanges(problem: unknown, changes: readonly string[]): unknown {
  return changes.reduce<unknown>((changed, text) => {
    const at = text.indexOf("=");
    if (at < 1) {
      throw new CoupletError({
        code: "USAGE",
        where: "--set",
        expected: "path=value",
        received: `"${text}"`,
      });
    }
    return setPath(changed, text.slice(0, at), valueOf(text.slice(at + 1)), "--set", true);
  }, problem);
}

/** JSON where it is JSON, else text: `--set units=meV` needs no quotes. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reads an option that is a whole number of 1 or more. */
export function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new CoupletError({
      code: "USAGE",
      where: option,
      expected: "a whole number of 1 or more",
      received: `"${text}"`,
    });
  };
}

/** Reads an option that is a number. */
export function finiteNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value)) return value;
    throw new CoupletError({
      code: "USAGE",
      where: option,
      expected: "a number",
      received: `"${text}"`,
    });
  };
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
