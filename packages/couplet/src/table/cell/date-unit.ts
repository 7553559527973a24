import type { DateUnit } from "../schema/schema.ts";

/** Milliseconds of a unit; months have no fixed length. */
export const LENGTH_MS: Readonly<Record<Exclude<DateUnit, "month">, number>> = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
};

/** Whole units since 1970-01-01: the number that a date is for the model. Finer parts are cut off. */
export function dateIndex(ms: number, unit: DateUnit): number {
  if (Number.isNaN(ms)) return NaN;
  // A thousandth has no exact double: round, and divide on the way back.
  if (unit === "microsecond") return Math.round(ms * 1000);
  if (unit !== "month") return Math.floor(ms / LENGTH_MS[unit]);
  const date = new Date(ms);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/**
 * Units since 1970-01-01, with the part of a unit that a finer date has: those of a column of whole units have none. Of months, which
 * have no fixed length, the day is cut off.
 */
export function datePlace(ms: number, unit: DateUnit): number {
  return unit === "microsecond" || unit === "month" ? dateIndex(ms, unit) : ms / LENGTH_MS[unit];
}

/** Milliseconds since 1970 at the start of a unit: undoes `dateIndex`. */
export function dateOfIndex(index: number, unit: DateUnit): number {
  if (unit === "microsecond") return index / 1000;
  if (unit !== "month") return index * LENGTH_MS[unit];
  const date = new Date(0);
  date.setUTCFullYear(1970 + Math.floor(index / 12), ((index % 12) + 12) % 12, 1);
  return date.getTime();
}

/** The coarsest unit that loses nothing of these instants. */
export function unitOf(instants: Iterable<number>): Exclude<DateUnit, "month"> {
  // prettier-ignore
  const units: Exclude<DateUnit, "month">[] = ["day", "hour", "minute", "second", "millisecond", "microsecond"];
  let finest = 0;
  for (const ms of instants) {
    if (Number.isNaN(ms)) continue;
    while (finest < units.length - 1 && ms % LENGTH_MS[units[finest]!] !== 0) finest++;
  }
  return units[finest]!;
}
