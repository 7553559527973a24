import { CoupletError, checkOptions, type OptionNames } from "couplet/kit";
import type { CouplingOptions } from "./couple.ts";
import type { Exchange } from "./exchange.ts";
import type { FieldValues } from "./participant.ts";

type Measure = NonNullable<CouplingOptions["convergence"]>[number];
type Windows = NonNullable<CouplingOptions["windows"]>;
type Limits = NonNullable<CouplingOptions["bounds"]>[string];

const measureNames: OptionNames<Measure> = {
  kind: ["absolute", "relative", "absoluteOrRelative", "residualRelative"],
  limit: true,
  relativeLimit: true,
  field: true,
  suffices: true,
  strict: true,
};
const exchangeNames: OptionNames<Exchange> = {
  field: true,
  from: true,
  to: true,
  as: true,
  mapping: true,
  interpolation: ["linear", "constant"],
};
const windowNames: OptionNames<Windows> = { size: true, count: true, start: true };
const stallNames: OptionNames<NonNullable<CouplingOptions["stall"]>> = {
  action: ["reset", "stop", "ignore"],
  wait: true,
  recoverySweeps: true,
  recoveryFactor: true,
};
const limitNames: OptionNames<Limits> = { lower: true, upper: true };

/**
 * Refuses unknown names in the objects that options of a coupling hold, and numbers that are of no use.
 * @throws CoupletError USAGE for a name, SPEC_INVALID for a number
 */
export function checkCoupling(options: CouplingOptions): void {
  options.exchanges.forEach((one, i) => checkOptions(`exchanges[${i}]`, one, exchangeNames));
  options.convergence?.forEach((one, i) => checkOptions(`convergence[${i}]`, one, measureNames));
  for (const [key, one] of Object.entries(options.bounds ?? {}))
    checkOptions(`bounds["${key}"]`, one, limitNames);
  checkOptions("windows", options.windows, windowNames);
  checkOptions("stall", options.stall, stallNames);
  const { maxIterations = 1 } = options;
  if (!Number.isInteger(maxIterations) && maxIterations !== Infinity)
    refuse("maxIterations", "an integer", String(maxIterations));
  for (const { name, timeStep = 1 } of options.participants)
    if (!(timeStep > 0))
      refuse(`participant "${name}".timeStep`, "a time above 0", String(timeStep));
}

/** Start and end of each time window; one without an end for a steady problem. @throws CoupletError SPEC_INVALID */
export function windowTimes(
  windows: CouplingOptions["windows"],
): readonly (readonly [start: number, end: number])[] {
  if (windows === undefined) return [[0, Infinity]];
  const { size, count, start = 0 } = windows;
  if (!(size > 0) || !Number.isFinite(size) || !Number.isSafeInteger(count) || count < 1)
    refuse("windows", "a size above 0 and a count of at least 1", `${size} and ${count}`);
  if (!Number.isFinite(start + count * size) || start + size === start)
    refuse("windows.start", "a time that a window moves on from", String(start));
  return Array.from(
    { length: count },
    (_, i) => [start + i * size, start + (i + 1) * size] as const,
  );
}

/** What a participant says that is not finite, in words; undefined if all is. */
export function notFinite(values: FieldValues): string | undefined {
  for (const [key, value] of Object.entries(values)) {
    const at = value.findIndex((entry) => !Number.isFinite(entry));
    if (at >= 0) return `entry ${at} of ${key} is not finite`;
  }
  return undefined;
}

function refuse(where: string, expected: string, received: string): never {
  throw new CoupletError({ code: "SPEC_INVALID", where, expected, received });
}
