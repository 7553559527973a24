/** Numbers that are uniform when a model is right, and what their departure says. */
import { holmAdjusted } from "../statistics/holm.ts";
import { testUniformity } from "../statistics/uniformity.ts";

/** A test beside others. */
export interface AdjustedTest {
  readonly name: string;
  /** How often a right model looks so bad. */
  readonly pValue: number;
  /** `pValue` after Holm's correction for all tests of the report. */
  readonly adjusted: number;
}

/** One test: of values that are uniform on (0, 1) under the model. */
export interface CalibrationTest extends AdjustedTest {
  readonly rows: number;
  /** Kolmogorov-Smirnov distance of `values` to the uniform distribution. */
  readonly distance: number;
  /** What the departure looks like; of use where `adjusted` is small. */
  readonly departure: Departure;
  /** One value per row. */
  readonly values: Float64Array;
}

/** How values between 0 and 1 depart from uniform ones: where they lie, or how they spread. */
export type Departure = "low" | "high" | "at the ends" | "in the middle" | "uneven";

/** A test before the correction for the others. */
export type SingleTest = Omit<CalibrationTest, "adjusted">;

/**
 * @param values one per row, in (0, 1)
 * @param references size of the sample that the values are ranks in, where one sample serves all rows: it makes
 *   the values go together, and the test allows for that by n m / (n + m) in place of n
 */
export function calibrationTest(
  name: string,
  values: Float64Array,
  references: number = Number.POSITIVE_INFINITY,
): SingleTest {
  const n = values.length;
  const effective = Number.isFinite(references) ? (n * references) / (n + references) : n;
  const { rows, distance, pValue } = testUniformity(values, effective);
  return { name, rows, distance, pValue, departure: departureOf(values), values };
}

/** The tests with Holm's correction, in the given order. */
export function corrected<Test extends Omit<AdjustedTest, "adjusted">>(
  tests: readonly Test[],
): (Test & AdjustedTest)[] {
  const adjusted = holmAdjusted(tests.map(({ pValue }) => pValue));
  return tests.map((test, i) => ({ ...test, adjusted: adjusted[i]! }));
}

/** The larger of the departures of mean and spread, in standard errors of a uniform sample. */
function departureOf(values: Float64Array): Departure {
  const n = Math.max(1, values.length);
  let mean = 0;
  for (const u of values) mean += u / n;
  let spread = 0;
  for (const u of values) spread += (u - 0.5) ** 2 / n;
  const place = (mean - 0.5) * Math.sqrt(12 * n);
  const width = (spread - 1 / 12) * Math.sqrt(180 * n);
  if (Math.max(Math.abs(place), Math.abs(width)) < 2) return "uneven";
  if (Math.abs(place) > Math.abs(width)) return place < 0 ? "low" : "high";
  return width > 0 ? "at the ends" : "in the middle";
}

/** Observed beside nominal shares of rows. */
export interface Coverage {
  /** The share that a right model's regions of this level hold. */
  readonly level: number;
  /** The share of rows that they hold. */
  readonly share: number;
  /** Where 95 % of right models' shares lie: level -+ 1.96 standard errors. */
  readonly low: number;
  readonly high: number;
}

/** Levels of coverage unless others are asked for. */
export const LEVELS: readonly number[] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/** Shares of rows for which `holds` at each level. */
export function coverage(
  levels: readonly number[],
  values: Float64Array,
  holds: (value: number, level: number) => boolean,
  references: number = Number.POSITIVE_INFINITY,
): Coverage[] {
  return levels.map((level) => {
    let count = 0;
    for (const value of values) if (holds(value, level)) count++;
    // Both the rows and the draws that regions come from are samples.
    const error = Math.sqrt(level * (1 - level) * (1 / values.length + 1 / references));
    return {
      level,
      share: count / values.length,
      low: Math.max(0, level - 1.96 * error),
      high: Math.min(1, level + 1.96 * error),
    };
  });
}
