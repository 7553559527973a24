import { heavyEnds } from "./infer-support.ts";
import { FEW, type NumberProfile } from "./number-profile.ts";

/** Hard bounds that the data make plausible: ends where many rows pile up; positive, percentages, shares. */
export function inferBounds(profile: NumberProfile): {
  schema: { lower?: number; upper?: number };
  reason: string;
} {
  const plausible = plausibleBounds(profile);
  const { low, high } = heavyEnds(profile.sorted);
  const lower = low?.capped === true ? low.value : plausible.schema.lower;
  const upper = high?.capped === true ? high.value : plausible.schema.upper;
  const ends = [low, high].flatMap((end, k) =>
    end?.capped === true && end.value !== 0
      ? [`, ${end.count} rows at ${end.value} and none ${k === 0 ? "below" : "above"}`]
      : [],
  );
  return {
    schema: {
      ...(lower === undefined ? {} : { lower }),
      ...(upper === undefined ? {} : { upper }),
    },
    reason: plausible.reason + ends.join(""),
  };
}

function plausibleBounds(profile: NumberProfile): {
  schema: { lower?: number; upper?: number };
  reason: string;
} {
  const { sorted, skewness } = profile;
  const n = sorted.length;
  const low = sorted[0]!;
  const high = sorted[n - 1]!;
  if (n < FEW || low < 0) return { schema: {}, reason: "" };
  for (const top of [1, 100]) {
    // Both ends nearly reached and neither passed, by values that are spread over the range.
    const inner = sorted[Math.floor(n / 2)]!;
    // Integers (hours, ages) often come near 100 without stopping there: they must reach both ends.
    if (profile.decimals === 0 && (low > 0 || high < top)) continue;
    if (
      high <= top &&
      high >= 0.97 * top &&
      low <= 0.03 * top &&
      profile.distinct > 10 &&
      inner > 0.05 * top &&
      inner < 0.95 * top
    )
      return { schema: { lower: 0, upper: top }, reason: `, between 0 and ${top}` };
  }
  // Skewed to the right and reaching down to a small part of its median: an amount, a count, a price.
  const median = sorted[Math.floor(n / 2)]!;
  if (low === 0 || (skewness > 0.5 && low < 0.25 * median))
    return { schema: { lower: 0 }, reason: ", never negative" };
  return { schema: {}, reason: "" };
}
