/** Columns whose source has dates already. */
import { unitOf } from "../cell/date-unit.ts";
import type { DateColumnSchema } from "../schema/schema.ts";

/** Below so many different dates their quantiles say little. */
const FEW_DATES = 20;

/** The schema of a column of dates, in milliseconds since 1970: the coarsest unit that holds them all. */
export function datesOf(
  name: string,
  milliseconds: Iterable<number>,
  { distinct, missing }: { readonly distinct: number; readonly missing: boolean },
): DateColumnSchema {
  const unit = unitOf(milliseconds);
  return {
    name,
    type: unit === "day" ? "date" : "datetime",
    storage: "date",
    unit,
    transform: distinct < FEW_DATES ? "standard" : "quantile",
    ...(missing ? { missing: true } : {}),
    reason: `dates, whole ${unit}s`,
  };
}
