/** Dates as nodes: between milliseconds since 1970 and whole units, months by the civil calendar that begins in March, of 400 years. */
import { LENGTH_MS } from "../../table/cell/date-unit.ts";
import type { DateUnit } from "../../table/schema/schema.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { rounded } from "./rounding-nodes.ts";

/** Months from March of the year 0 to January 1970. */
const MONTHS_TO_1970 = 12 * 1970 - 2;
/** Days from the first of March of the year 0 to 1970. */
const DAYS_TO_1970 = 719_468;

/** Whole units since 1970 of milliseconds since 1970. */
export function unitIndex(m: Arithmetic, ms: string, unit: DateUnit): string {
  if (unit === "microsecond") return rounded(m, m.multiply(ms, 1000));
  if (unit !== "month") return m.of("Floor", m.divide(ms, LENGTH_MS[unit]));
  const whole = (a: string, b: number): string => m.of("Floor", m.divide(a, b));
  const day = m.add(whole(ms, LENGTH_MS.day), DAYS_TO_1970);
  const era = whole(day, 146_097);
  const ofEra = m.subtract(day, m.multiply(era, 146_097));
  const leaps = m.subtract(
    m.add(m.subtract(ofEra, whole(ofEra, 1460)), whole(ofEra, 36_524)),
    whole(ofEra, 146_096),
  );
  const year = whole(leaps, 365);
  const ofYear = m.subtract(
    ofEra,
    m.subtract(m.add(m.multiply(year, 365), whole(year, 4)), whole(year, 100)),
  );
  const march = whole(m.add(m.multiply(ofYear, 5), 2), 153);
  return m.add(m.multiply(m.add(m.multiply(era, 400), year), 12), march, -MONTHS_TO_1970);
}

/** Milliseconds since 1970 at the start of a unit: undoes {@link unitIndex}. */
export function instantOf(m: Arithmetic, index: string, unit: DateUnit): string {
  if (unit === "microsecond") return m.divide(index, 1000);
  if (unit !== "month") return m.multiply(index, LENGTH_MS[unit]);
  const whole = (a: string, b: number): string => m.of("Floor", m.divide(a, b));
  const months = m.add(index, MONTHS_TO_1970);
  const year = whole(months, 12);
  const ofYear = m.subtract(months, m.multiply(year, 12));
  const era = whole(year, 400);
  const ofEra = m.subtract(year, m.multiply(era, 400));
  const days = m.add(
    m.multiply(ofEra, 365),
    whole(ofEra, 4),
    m.of("Neg", whole(ofEra, 100)),
    whole(m.add(m.multiply(ofYear, 153), 2), 5),
  );
  return m.multiply(m.subtract(m.add(m.multiply(era, 146_097), days), DAYS_TO_1970), LENGTH_MS.day);
}
