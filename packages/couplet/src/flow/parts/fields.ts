/** Schemas of fields that several parts have. */
import * as v from "valibot";
import type { JsonObject, JsonValue } from "./json.ts";

type Num = v.GenericSchema<unknown, number>;

/** An integer in a range. */
export function count(least: number, most: number): Num {
  const expected = `expected an integer from ${least} to ${most}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(least, expected),
    v.maxValue(most, expected),
  );
}

/** A seed of random numbers. */
export const seed: Num = count(0, Number.MAX_SAFE_INTEGER);

/** A number above 0 that float32 holds, and so its inverse and small multiples: a bound beyond would be 0 or Infinity in kernels. */
export const positive: Num = v.pipe(v.number(), v.minValue(1e-30), v.maxValue(1e30));

/** A number from 0 up, below 1. */
export const probability: Num = v.pipe(v.number(), v.minValue(0), v.ltValue(1));

/** Options of a user's own part: what JSON brings back as it was. */
export const jsonObject: v.GenericSchema<unknown, JsonObject> = v.pipe(
  v.record(v.string(), v.any()),
  v.check<Record<string, JsonValue>, string>(
    isJson,
    "expected plain JSON values, so that the spec can be saved",
  ),
);

/** Whether JSON brings the value back as it was: no functions, no NaN, no dates. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every(isJson);
}
