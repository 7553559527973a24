import {
  CoupletError,
  checkOptions,
  type ConvergenceMeasure,
  type OptionNames,
  type StallRule,
} from "couplet/kit";
import type { Exchange } from "./exchange.ts";
import type { FieldValues, Participant } from "./participant.ts";

/** Time windows of equal size. */
interface Windows {
  readonly size: number;
  readonly count: number;
  readonly start?: number;
}

/** Physical limits of a field. */
interface Limits {
  readonly lower?: number;
  readonly upper?: number;
}

/** The options of a coupling that hold objects or numbers. */
interface Checked {
  readonly participants: readonly Participant[];
  readonly exchanges: readonly Exchange[];
  readonly convergence?: readonly ConvergenceMeasure[];
  readonly bounds?: Readonly<Record<string, Limits>>;
  readonly windows?: Windows;
  readonly stall?: StallRule;
  readonly maxIterations?: number;
}

const measureNames: OptionNames<ConvergenceMeasure> = {
  kind: ["absolute", "relative", "absoluteOrRelative", "residualRelative"],
  limit: 0,
  relativeLimit: 0,
  field: "",
  suffices: false,
  strict: false,
};
const exchangeNames: OptionNames<Exchange> = {
  field: "",
  from: "",
  to: "",
  as: "",
  mapping: true,
  interpolation: ["linear", "constant"],
};
const windowNames: OptionNames<Windows> = { size: 0, count: 0, start: 0 };
const stallNames: OptionNames<StallRule> = {
  action: ["reset", "stop", "ignore"],
  wait: 0,
  recoverySweeps: 0,
  recoveryFactor: 0,
};
const limitNames: OptionNames<Limits> = { lower: 0, upper: 0 };

/**
 * Refuses unknown names in the objects that options of a coupling hold, and numbers out of range.
 * @throws CoupletError USAGE for a name, SPEC_INVALID for a number
 */
export function checkCoupling(options: Checked): void {
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
  windows: Windows | undefined,
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

/** The first entry of a participant that is not finite, in words; undefined if all are finite. */
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
