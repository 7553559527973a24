/** What is counted and measured of a column of numbers, once. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { decimalsOf } from "../cell/read-number.ts";
import { type Moments, momentsOf } from "../../statistics/moments.ts";

/** Below this many values there is too little to estimate a shape from. */
export const FEW = 20;
/** More decimals than a measurement is written with: beyond, their number does not matter. */
const MANY_DECIMALS = 12;

/** What a column of numbers has in common with itself. */
export interface NumberProfile extends Moments {
  /** Present values, ascending. */
  readonly sorted: Float64Array;
  readonly missing: number;
  readonly distinct: number;
  /** Most frequent values with counts, most frequent first; at most 64. */
  readonly frequent: readonly (readonly [number, number])[];
  /** Largest number of decimals written. */
  readonly decimals: number;
  /** Whether present values rise strictly from row to row. */
  readonly ascending: boolean;
}

/** Different values between two yields: a few milliseconds. */
const PIECE = 4096;

/** Profiles the present (not NaN) values of a column; in pieces. */
export function* profileNumbers(values: Float64Array): InPieces<NumberProfile> {
  const present = values.filter((v) => !Number.isNaN(v));
  const ascending = present.every((v, i) => i === 0 || v > present[i - 1]!);
  yield;
  const sorted = present.sort();
  yield;
  const n = sorted.length;
  const asWritten = sorted.every((v) => Math.fround(v) === v) ? shortestSingle : withoutNoise;
  const runs: [number, number][] = [];
  let decimals = 0;
  for (let i = 0; i < n;) {
    if (runs.length % PIECE === PIECE - 1) yield;
    let j = i + 1;
    while (j < n && sorted[j] === sorted[i]) j++;
    runs.push([sorted[i]!, j - i]);
    // A number a rounding error away from a whole one is no integer.
    if (decimals < MANY_DECIMALS && !Number.isInteger(sorted[i]!))
      decimals = Math.max(decimals, 1, decimalsOf(asWritten(sorted[i]!)));
    i = j;
  }
  // Single precision with many digits is no rounded decimal.
  if (asWritten === shortestSingle && decimals > 6) decimals = MANY_DECIMALS;
  yield;
  const distinct = runs.length;
  const frequent = runs.sort((a, b) => b[1] - a[1]).slice(0, 64);
  yield;
  return {
    sorted,
    missing: values.length - n,
    distinct,
    frequent,
    decimals,
    ...momentsOf(sorted),
    ascending,
  };
}

/** 0.1 + 0.2 is 0.3 to whoever computed it: fifteen digits, which is what a double holds for sure. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(15));
}

/** The shortest decimal that a single-precision number stands for: 0.10000000149011612 was 0.1. */
function shortestSingle(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/** The profile of a column without some of its values. In pieces. */
export function* without(profile: NumberProfile, others: Float64Array): InPieces<NumberProfile> {
  return {
    ...(yield* profileNumbers(others)),
    missing: profile.missing,
    ascending: profile.ascending,
  };
}
