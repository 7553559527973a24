import { CoupletError } from "../error.ts";
import type { Rows } from "../flow/model/rows.ts";
import { checkInteger } from "../check-integer.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { LEVELS } from "./calibration-test.ts";
import type { DrawSettings } from "./rank-among-draws.ts";

/** Options of the diagnostics that compare rows with draws. */
export interface DiagnosticOptions {
  /** One row of context per row, for conditional densities. */
  readonly context?: Rows;
  /** Draws per row. Default 99. */
  readonly draws?: number;
  /** Levels of the regions and intervals whose coverage is measured. */
  readonly levels?: readonly number[];
  /** Of the draws. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

export const diagnosticOptionNames: OptionNames<DiagnosticOptions> = {
  context: true,
  draws: 0,
  levels: true,
  seed: 0,
  signal: "AbortSignal",
};

/** Options with their defaults. */
export interface DiagnosticSettings {
  readonly context: Rows | undefined;
  readonly draws: number;
  readonly levels: readonly number[];
  readonly seed: number;
  readonly signal: { readonly signal?: AbortSignal };
}

/** @throws CoupletError USAGE */
export function diagnosticSettings(
  where: string,
  options: DiagnosticOptions,
  defaultDraws = 99,
): DiagnosticSettings {
  checkOptions(where, options, diagnosticOptionNames);
  const { context, draws = defaultDraws, levels = LEVELS, seed = 0, signal } = options;
  checkInteger(`${where}: draws`, draws, 9);
  checkInteger(`${where}: seed`, seed, 0);
  for (const level of levels) {
    if (level > 0 && level < 1) continue;
    throw new CoupletError({
      code: "USAGE",
      where: `${where}: levels`,
      expected: "numbers between 0 and 1",
      received: String(level),
    });
  }
  return { context, draws, levels, seed, signal: signal === undefined ? {} : { signal } };
}

/** What draws are made by. */
export function drawing({
  draws,
  seed,
  signal,
}: DiagnosticSettings): Omit<DrawSettings, "densities"> {
  return { draws, seed, ...signal };
}
