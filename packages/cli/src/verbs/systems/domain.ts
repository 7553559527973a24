/** Runs a problem of any domain: reads it, solves it, prints the summary and draws the page. */
import { Option, type Command } from "commander";
import { CoupletError, nearest } from "couplet";
import { writeFileAtomically } from "couplet/node";
import { currentEnvironment } from "couplet/report";
import { setPath } from "couplet-systems";
import type { DomainOption, OpenDomain, ProblemProgress, SolvedProblem } from "couplet-systems";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { checkEnding } from "../../output/check-ending.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { nameList, numberBetween, integerBetween } from "../../terminal/option-values.ts";
import { fitted, progressPrinter, share } from "../../terminal/progress.ts";
import { printable, printableJson } from "../../terminal/printable.ts";
import { duration } from "../../terminal/quantities.ts";
import { openReporter, type Reporter } from "../../terminal/reporter.ts";
import { readProblemFile, readerBeside } from "./read-files.ts";

/** Options of every domain; each may add its own. */
export interface DomainFlags {
  readonly set?: readonly string[];
  readonly html?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly example?: string | true;
  readonly threads?: number;
  readonly [more: string]: unknown;
}

/** Adds a domain to `couplet systems`. */
export function addDomain(systems: Command, domain: OpenDomain): void {
  const command = systems
    .command(`${domain.name} [files...]`)
    .usage(`[options] ${domain.usage}`)
    .description(domain.description);
  for (const option of domain.options ?? []) command.addOption(commandOption(option));
  if (domain.monteCarlo === true)
    command.option("--threads <n>", "worker threads of Monte Carlo", integerBetween(1));
  command
    .addOption(
      new Option("--set <path=value...>", "change a value of the problem, e.g. monteCarlo.seed=7"),
    )
    .option("--html <page>", "draw a page of pictures (one file, opens without a network)")
    .option("--force", "replace the page if it is there")
    .option("--json", "the whole result as one JSON object on standard output")
    .option("--example [name]", "print a problem file to start from, and do nothing else")
    .addHelpText("after", `\n${domain.help.trim()}\n`)
    .action((files: string[]) => runDomain(domain, files, command.optsWithGlobals<DomainFlags>()));
}

/** An option of the domain's own, with the values that it takes. */
function commandOption({ flags, description, value, choices }: DomainOption): Option {
  const option = new Option(flags, description);
  if (choices !== undefined) return option.choices(choices);
  if (value === "number") return option.argParser(numberBetween(-Infinity, Infinity));
  if (value === "integer") return option.argParser(integerBetween(1));
  if (value === "names") return option.argParser(nameList);
  return option;
}

async function runDomain(
  domain: OpenDomain,
  files: readonly string[],
  flags: DomainFlags,
): Promise<void> {
  if (flags.example !== undefined) {
    process.stdout.write(`${printableJson(exampleOf(domain, flags.example), 2)}\n`);
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
  if (html !== undefined) {
    await checkDistinct(html, files);
    checkEnding(html, "a page", [".html", ".htm"]);
    await checkTarget(html, flags.force === true);
  }
  const { value, where, folder } = await problemOf(domain, files, flags);
  const changed =
    typeof value === "object" && value !== null ? (domain.change?.(value, flags) ?? value) : value;
  // Files that the problem names are read too.
  const read: string[] = [];
  const reporter = openReporter({ quiet: flags.quiet === true });
  let solved: SolvedProblem;
  try {
    solved = await domain.solve(withChanges(changed, flags.set ?? []), where, {
      read: readerBeside(folder, read),
      signal: interruptSignal(),
      onProgress: stagePrinter(reporter),
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    });
  } finally {
    reporter.clear();
  }
  const { result } = solved;
  if (html !== undefined) {
    const page = await solved.page({
      command: `couplet ${process.argv.slice(2).map(quoted).join(" ")}`,
      environment: currentEnvironment(),
    });
    await checkDistinct(html, read);
    await writeFileAtomically(html, page);
    reporter.say(`wrote ${html}`);
  }
  process.stdout.write(
    flags.json === true ? `${printableJson(result)}\n` : printable(solved.text()),
  );
  if (!result.converged) {
    const [first] = result.warnings;
    process.stderr.write(`not converged${first === undefined ? "" : `: ${printable(first)}`}\n`);
    process.exitCode = 1;
  }
}

/** The example of a name; the first where there is none. */
function exampleOf({ name, example, examples }: OpenDomain, wanted: string | true): unknown {
  if (wanted === true) return example;
  if (Object.hasOwn(examples, wanted)) return examples[wanted];
  const names = Object.keys(examples);
  const near = nearest(wanted, names);
  throw new CoupletError({
    code: "USAGE",
    where: `couplet systems ${name}: --example`,
    expected: names.join(", "),
    received: `"${wanted}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  });
}

/** Stages of a run as progress; runs of less than a second print none when piped. */
function stagePrinter(reporter: Reporter): (progress: ProblemProgress) => void {
  const started = performance.now();
  const show = progressPrinter(reporter, { stageMs: 1000, tenthMs: 10_000 });
  return ({ stage, fraction, detail }) =>
    show({
      stage,
      ...(fraction === undefined ? {} : { fraction }),
      text: fitted(
        [
          { text: stage, rank: 0 },
          ...(fraction === undefined ? [] : [{ text: share(reporter, fraction), rank: 1 }]),
          ...(detail === undefined ? [] : [{ text: detail, rank: 3 }]),
          { text: duration((performance.now() - started) / 1000), rank: 2 },
        ],
        reporter.isLive,
      ),
    });
}

async function problemOf(
  domain: OpenDomain,
  files: readonly string[],
  flags: DomainFlags,
): Promise<{ value: unknown; where: string; folder: string }> {
  const [first] = files as [string, ...string[]];
  const own = files.every((file) => file === "-" || /\.json$/i.test(file))
    ? undefined
    : domain.fromFiles?.(files, flags);
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

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
