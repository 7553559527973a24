/** The interface of a domain of coupled systems: the command, the reports and the documentation derive from it. */
import type { Charts } from "couplet/report";
import type { ProblemResult, RunOptions } from "./problem/running.ts";
import { renderResult, type FigureSection, type SystemsPageOptions } from "./report/page.ts";
import { summaryText, type SystemsSummary } from "./report/summary.ts";

/**
 * An option that only this domain has in the command.
 *
 * `flags` is written as in a usage line: "--until <time>", "--slab <axis:cells...>" for several values, or "--directed"
 * for a switch. `value` says how the text is read: a finite number, an integer of 1 or more, names separated by commas,
 * or the text as it is (the default).
 */
export interface DomainOption {
  readonly flags: string;
  readonly description: string;
  readonly value?: "number" | "integer" | "names" | "text";
  /** The only values allowed. */
  readonly choices?: readonly string[];
}

/** The values of the domain's own options, by camel-cased name; options that were not given are absent. */
export type DomainFlags = Readonly<Record<string, unknown>>;

/**
 * A domain of coupled systems: problems as plain data, runs, and results in words and pictures.
 *
 * A problem is the content of a problem file; a result is plain data, as `couplet systems <name> --json` prints it.
 */
export interface Domain<Problem, Result extends ProblemResult> {
  /** The verb of the command and the `domain` of every result. */
  readonly name: string;
  /** One line for lists. */
  readonly description: string;
  /** The files that the command takes, for its usage line: "[problem.json]". */
  readonly usage: string;
  /** The formats of these files, for the table in the documentation. */
  readonly files: string;
  /** The pictures of a page, for the table in the documentation. */
  readonly pictures: string;
  /** The text after the options in `--help`. */
  readonly help: string;
  /** One line below the title of a page. */
  readonly lead: string;
  /** Problems that run within ten seconds, by name, each with a sentence as its title; the first is the simplest. */
  readonly examples: Readonly<Record<string, Problem>>;
  /** Whether a run may use Monte Carlo, which takes several threads. */
  readonly monteCarlo?: boolean;
  readonly options?: readonly DomainOption[];
  /**
   * @param where the name of the source in messages
   * @throws CoupletError SPEC_INVALID with the path of the first fault
   */
  readonly parse: (value: unknown, where?: string) => Problem;
  /** Solves a problem; the result is plain data. */
  readonly run: (problem: Problem, options?: RunOptions) => Promise<Result>;
  /**
   * A problem (still to be parsed) from files of the field's own formats; undefined if the files are problem files.
   *
   * @throws CoupletError USAGE if an option that the format needs is missing
   */
  readonly fromFiles?: (files: readonly string[], flags: DomainFlags) => unknown;
  /** The problem with the changes that the domain's options ask for. */
  readonly change?: (problem: object, flags: DomainFlags) => object;
  /** A result in words and tables. */
  readonly summarise: (result: Result) => SystemsSummary;
  /** A result in pictures. */
  readonly sections: (result: Result, charts: Charts) => FigureSection[];
}

/** A domain without the types of its problems and results: the interface that the command and the documentation use. */
export interface OpenDomain extends Omit<
  Domain<unknown, ProblemResult>,
  "parse" | "run" | "lead" | "summarise" | "sections"
> {
  /** The first of the examples. */
  readonly example: unknown;
  /**
   * Checks a value as a problem and runs it.
   *
   * @throws CoupletError SPEC_INVALID with the path of the first fault; what the domain's run throws
   */
  readonly solve: (value: unknown, where: string, options?: RunOptions) => Promise<SolvedProblem>;
}

/** A result with its domain's ways to show it. */
export interface SolvedProblem {
  /** Plain data: what `--json` prints. */
  readonly result: ProblemResult;
  /** The result as text for a terminal: headlines, tables, warnings. */
  readonly text: () => string;
  /** The result as a page of pictures. @throws CoupletError DEVICE_UNAVAILABLE without Observable Plot */
  readonly page: (options: SystemsPageOptions) => Promise<string>;
}

/** A domain as {@link OpenDomain}: its problem and result types stay inside. */
export function openDomain<Problem, Result extends ProblemResult>(
  domain: Domain<Problem, Result>,
): OpenDomain {
  const { parse, run, ...known } = domain;
  return {
    ...known,
    example: Object.values(domain.examples)[0],
    solve: async (value, where, options) => {
      const result = await run(parse(value, where), options);
      return {
        result,
        text: () => systemsText(domain, result),
        page: (pageOptions) => systemsPage(domain, result, pageOptions),
      };
    },
  };
}

/** A result as text for a terminal: headlines, tables, warnings. */
export function systemsText<Problem, Result extends ProblemResult>(
  { summarise }: Domain<Problem, Result>,
  result: Result,
): string {
  return summaryText(result.title, summarise(result), result.warnings);
}

/**
 * A result as a self-contained page of pictures.
 *
 * @returns the text of an HTML file without script, which loads nothing
 * @throws CoupletError DEVICE_UNAVAILABLE if Observable Plot (or, outside browsers, linkedom) is not installed
 */
export function systemsPage<Problem, Result extends ProblemResult>(
  domain: Domain<Problem, Result>,
  result: Result,
  options: SystemsPageOptions,
): Promise<string> {
  return renderResult(domain, result, options);
}
