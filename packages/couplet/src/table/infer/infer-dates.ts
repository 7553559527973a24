/** Columns whose source has dates already. */
import { dateIndex, unitOf } from "../cell/date-unit.ts";
import type { DateColumnSchema, DateUnit } from "../schema/schema.ts";
import { commonStep } from "./common-step.ts";
import { farValues, fewValues, runsOf } from "./infer-support.ts";

/** Below so many different dates their quantiles say little. */
const FEW_DATES = 20;
/** Rows of each of few dates on average, for a table to have no others. */
const ROWS_OF_DATE = 10;

/** Fewer rows and fewer dates may keep to a step by chance. */
const LEAST_ROWS = 50;
const LEAST_DATES = 10;

/**
 * The values that dates keep to, far ones (9999-12-31) among them, and the step that all others have in common: few dates that come ten times each on average, with gaps (the ends
 * of quarters). Of dates without gaps there will be further ones.
 *
 * @param codes units since 1970, NaN for missing cells
 */
export function dateSupport(
  codes: Float64Array,
  unit: DateUnit,
): Pick<DateColumnSchema, "values" | "sentinels" | "resolution" | "offset"> {
  const sorted = codes.filter((code) => !Number.isNaN(code)).sort();
  const far = farValues(sorted, { type: "datetime", unit });
  if (far !== undefined) return { sentinels: far.lists, ...dateSteps(far.others) };
  const few = fewValues(sorted, 1);
  const values = few?.schema.values;
  return values === undefined || sorted.length < ROWS_OF_DATE * values.length
    ? dateSteps(sorted)
    : { values };
}

/** The step of dates that come every so many units, and where its multiples begin: every 5 minutes, at 20 seconds; Mondays. */
function dateSteps(sorted: Float64Array): Pick<DateColumnSchema, "resolution" | "offset"> {
  const [low] = sorted;
  if (low === undefined || sorted.length < LEAST_ROWS) return {};
  if (runsOf(sorted, LEAST_DATES).length < LEAST_DATES) return {};
  const resolution = commonStep(
    sorted.map((code) => code - low),
    0,
  );
  const offset = ((low % resolution) + resolution) % resolution;
  return resolution === 1 ? {} : { resolution, ...(offset === 0 ? {} : { offset }) };
}

/** The schema of a column of dates, in milliseconds since 1970: the coarsest unit that holds them all. */
export function datesOf(
  name: string,
  milliseconds: Iterable<number>,
  { distinct, missing }: { readonly distinct: number; readonly missing: boolean },
): DateColumnSchema {
  const all = [...milliseconds];
  const unit = unitOf(all);
  const support = dateSupport(
    Float64Array.from(all, (ms) => dateIndex(ms, unit)),
    unit,
  );
  return {
    name,
    type: unit === "day" ? "date" : "datetime",
    storage: "date",
    unit,
    transform: distinct < FEW_DATES && Object.keys(support).length === 0 ? "standard" : "quantile",
    ...support,
    ...(missing ? { missing: true } : {}),
    reason: `dates, whole ${unit}s${stepReason(support)}`,
  };
}

/** The step of dates in words. */
export function stepReason({ resolution }: Pick<DateColumnSchema, "resolution">): string {
  return resolution === undefined ? "" : `, in steps of ${resolution}`;
}

/** Names of columns whose integers are times. */
const TIME_NAME =
  /unix|epoch|stamp|(^|[_\s.-])(time|date|datetime|[a-z]+[^\We]ed|begin|start|end|expiry|expires|login|logout|pickup|dropoff|ts|at)($|[_\s.-]|ms$)|(Time|Date|At)$/i;
/** Seconds of 1980-01-01 and 2040-01-01: what a column of times is expected between. */
const FIRST_SECOND = 315_532_800;
const LAST_SECOND = 2_208_988_800;
/** What programs write for a time that never was. */
const NEVER: ReadonlySet<number> = new Set([0, -1]);

/** Whether a column's name says that its numbers are times. */
export function isTimeName(name: string): boolean {
  return TIME_NAME.test(name);
}

/**
 * The schema of integers that are times in seconds (or milliseconds) since 1970: all between 1980 and 2040, but for 0 and -1, under a name that
 * says so. Undefined for others.
 *
 * @param values NaN for missing cells
 */
export function inferUnixTimes(
  name: string,
  values: Float64Array,
  storage: "number" | "text",
): DateColumnSchema | undefined {
  if (!isTimeName(name)) return undefined;
  const present = values.filter((value) => !Number.isNaN(value));
  const times = present.filter((value) => !NEVER.has(value));
  const within = (scale: number): boolean =>
    times.every(
      (value) =>
        Number.isInteger(value) && value >= scale * FIRST_SECOND && value <= scale * LAST_SECOND,
    );
  const format = times.length === 0 ? undefined : within(1) ? "X" : within(1000) ? "x" : undefined;
  if (format === undefined || new Set(times).size < 2) return undefined;
  const instants = values.map((value) => (format === "X" ? 1000 * value : value));
  const missing = present.length < values.length;
  const found = datesOf(name, instants, { distinct: new Set(present).size, missing });
  const what = format === "X" ? "seconds" : "milliseconds";
  return {
    ...found,
    type: "datetime",
    storage,
    format,
    reason: `times in ${what} since 1970, whole ${found.unit}s`,
  };
}
