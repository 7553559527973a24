/** The schema of a column of numbers: integer or not, bounded, rounded, with point masses, near normal or not. */
import { CoupletError } from "../../error.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { commonStep, rescaledGrid } from "./common-step.ts";
import { fitHeaps } from "../cell/fit-heaps.ts";
import { farValues, fewValues, heavyEnds, rangeOfFew } from "./infer-support.ts";
import { areLongCodes, identifierReason, longCodes } from "./integer-codes.ts";
import { inferBounds } from "./number-bounds.ts";
import { FEW, type NumberProfile, without } from "./number-profile.ts";
import type {
  CategoryColumnSchema,
  ColumnSchema,
  IntegerColumnSchema,
  NumberColumnSchema,
  SentinelLists,
  Storage,
} from "../schema/schema.ts";

/** Beyond, tails and sums of a column leave a double's 1e308. */
const LARGEST = 1e300;
/** Below, slopes do. */
const LEAST_SPREAD = 1e-301;

/**
 * The schema of a column of numbers with at least two distinct values. In pieces.
 *
 * @param written the decimals that every cell is written with, 0 where they differ
 */
export function* inferNumber(
  name: string,
  profile: NumberProfile,
  storage: Storage,
  written: number,
): InPieces<ColumnSchema> {
  checkExtremes(name, profile);
  const { sorted, distinct, decimals } = profile;
  const low = sorted[0]!;
  const high = sorted[sorted.length - 1]!;
  if (storage === "boolean" || (distinct === 2 && low === 0 && high === 1))
    return booleanOf(name, profile, storage);
  const id = decimals === 0 ? identifierReason(name, profile) : undefined;
  if (id !== undefined) return { name, type: "identifier", reason: id };
  if (decimals === 0 && areLongCodes(name, profile)) return longCodes(name, profile, storage);
  // Beyond 2^53 a double cannot count: such numbers are quantities, not integers.
  // 3.0 is an integer, as programs write one in a column with missing cells.
  return decimals === 0 && Math.max(-low, high) <= Number.MAX_SAFE_INTEGER
    ? withZeros(yield* inferInteger(name, profile, storage), written)
    : yield* inferReal(name, profile, storage, written);
}

/**
 * What no arithmetic of doubles could model.
 *
 * @throws CoupletError DATA_INVALID for numbers of more than 1e300, and for a deviation of less than 1e-301
 */
export function checkExtremes(name: string, { sorted, deviation }: NumberProfile): void {
  const [low, high] = [sorted[0]!, sorted[sorted.length - 1]!];
  if (Math.max(-low, high) <= LARGEST && deviation >= LEAST_SPREAD) return;
  throw new CoupletError({
    code: "DATA_INVALID",
    where: `column ${JSON.stringify(name)}`,
    expected: `numbers below ${LARGEST} that vary by more than ${LEAST_SPREAD}`,
    received: `${low} to ${high}`,
    hint: "Rescale the column: slopes of such numbers leave the range of a double.",
  });
}

/** Integers with the zeros behind the point that every cell is written with. */
export function withZeros(schema: IntegerColumnSchema, written: number): IntegerColumnSchema {
  const hasZeros = written > 0 && schema.storage === "text";
  return hasZeros ? { ...schema, decimals: written } : schema;
}

/** The schema of a column of integers. In pieces. */
export function* inferInteger(
  name: string,
  given: NumberProfile,
  storage: Storage,
): InPieces<IntegerColumnSchema> {
  const listed = fewValues(given.sorted, 1);
  yield;
  const far = listed === undefined ? farValues(given.sorted, { type: "integer" }) : undefined;
  const profile = far === undefined ? given : yield* without(given, far.others);
  yield;
  const few = listed ?? rangeOfFew(profile.sorted);
  const { sorted, distinct } = profile;
  const n = sorted.length;
  const bounds = few ?? inferBounds(profile);
  // Integers that are all multiples of 5, 25, 100: too many to be chance.
  const step = n >= 50 && distinct >= 10 ? commonStep(sorted, 0) : 1;
  return {
    name,
    type: "integer",
    storage,
    // Integers carry their frequencies, value by value: that is the quantile map.
    transform: n < FEW ? "standard" : "quantile",
    ...bounds.schema,
    ...(step > 1 ? { resolution: step } : {}),
    ...(far === undefined ? {} : { sentinels: far.lists }),
    ...(profile.missing > 0 ? { missing: true } : {}),
    reason: `integers ${sorted[0]} to ${sorted[n - 1]}, ${distinct} different${step > 1 ? `, all multiples of ${step}` : ""}${few === undefined ? bounds.reason : `; ${few.reason}`}${farReason(far?.lists)}`,
  };
}

function farReason(lists: SentinelLists | undefined): string {
  if (lists === undefined) return "";
  const { below = [], above = [] } = lists;
  return `; ${[...below, ...above].join(", ")} far from all others`;
}

/**
 * The schema of a column of numbers of any kind. In pieces.
 *
 * @param written the decimals that every cell is written with, 0 where they differ: 4.50 has two, though all cells are multiples of 0.1
 */
export function* inferReal(
  name: string,
  given: NumberProfile,
  storage: Storage,
  written: number,
): InPieces<NumberColumnSchema> {
  const few = fewValues(given.sorted, stepOf(given));
  yield;
  const far = few === undefined ? farValues(given.sorted, { type: "number" }) : undefined;
  const profile = far === undefined ? given : yield* without(given, far.others);
  yield;
  const { sorted, distinct, decimals } = profile;
  const n = sorted.length;
  const bounds = few === undefined ? inferBounds(profile) : { schema: few.schema, reason: "" };
  yield;
  // Measurements written with few digits: most values occur more than once because they were rounded.
  const repeating = distinct < 0.5 * n && n >= FEW;
  const isPadded = written > decimals && decimals > 0 && decimals <= 4;
  const grid =
    repeating || isPadded
      ? decimals <= 4
        ? { step: commonStep(sorted, decimals), offset: 0 }
        : rescaledGrid(sorted)
      : yield* roundedGrid(profile);
  yield;
  const isListed = few?.schema.values !== undefined;
  const pointMasses = grid !== undefined || isListed ? [] : findPointMasses(profile);
  const nearNormal = Math.abs(profile.skewness) < 0.5 && Math.abs(profile.excessKurtosis) < 1;
  // Rounded values carry their frequencies, value by value, as integers do: a normal shape says nothing of gaps between
  // them (degrees Celsius that were Fahrenheit fill every fifth tenth), and a flow learns hundreds of gaps from the quantile map only.
  const standard =
    n < FEW ||
    (nearNormal &&
      grid === undefined &&
      pointMasses.length === 0 &&
      Object.keys(bounds.schema).length === 0);
  const digits = decimals === 0 ? 0 : Math.max(decimals, written);
  const why = [
    `numbers ${sorted[0]} to ${sorted[n - 1]}${bounds.reason}${farReason(far?.lists)}`,
    ...(few === undefined ? [] : [few.reason]),
    ...(decimals === 0 && Math.max(-sorted[0]!, sorted[n - 1]!) > Number.MAX_SAFE_INTEGER
      ? ["beyond 2^53, where the last digits are lost"]
      : []),
    ...(grid === undefined ? [] : [gridReason(grid.step, grid.offset, decimals <= 4)]),
    ...(pointMasses.length > 0 ? [`mass at ${pointMasses.join(", ")}`] : []),
    standard
      ? "near normal"
      : `skewness ${profile.skewness.toFixed(1)}, excess kurtosis ${profile.excessKurtosis.toFixed(1)}`,
  ];
  return {
    name,
    type: "number",
    storage,
    transform: standard ? "standard" : "quantile",
    ...bounds.schema,
    ...(digits <= 10 ? { decimals: digits } : {}),
    ...(written > 0 && storage === "text" ? { fixedDecimals: true } : {}),
    ...(grid === undefined ? {} : { resolution: grid.step }),
    ...(grid === undefined || grid.offset === 0 ? {} : { offset: grid.offset }),
    ...(pointMasses.length > 0 ? { pointMasses } : {}),
    ...(far === undefined ? {} : { sentinels: far.lists }),
    ...(profile.missing > 0 ? { missing: true } : {}),
    reason: why.join("; "),
  };
}

/** The step that values of few decimals have in common; undefined for others. */
function stepOf({ sorted, decimals }: NumberProfile): number | undefined {
  return decimals <= 4 ? commonStep(sorted, decimals) : undefined;
}

/** The grid of values that seldom repeat, but are multiples of 5, 10, 100 of their last digit far more often than not. */
function* roundedGrid(
  profile: NumberProfile,
): InPieces<{ readonly step: number; readonly offset: number } | undefined> {
  const step = stepOf(profile);
  if (step === undefined || profile.sorted.length < FEW) return undefined;
  yield;
  const steps = profile.sorted.map((value) => Math.round(value / step)).sort();
  yield;
  if (Math.max(-steps[0]!, steps[steps.length - 1]!) > Number.MAX_SAFE_INTEGER) return undefined;
  const shape = { name: "", storage: "number", transform: "quantile", resolution: step } as const;
  return fitHeaps(steps, { ...shape, type: "number" }) === undefined
    ? undefined
    : { step, offset: 0 };
}

function gridReason(step: number, offset: number, rounded: boolean): string {
  if (rounded) return `rounded to multiples of ${step}`;
  const from = offset === 0 ? "" : ` from ${Number(offset.toPrecision(6))}`;
  return `rescaled integers, in steps of ${Number(step.toPrecision(6))}${from}`;
}

function booleanOf(name: string, profile: NumberProfile, storage: Storage): CategoryColumnSchema {
  return {
    name,
    type: "boolean",
    storage,
    values: [0, 1],
    ...(profile.missing > 0 ? { missing: true } : {}),
    reason: storage === "boolean" ? "true and false" : "only 0 and 1",
  };
}

/**
 * Values of a continuous column that repeat far more often than its ties do: at least 5 times as often as the most frequent value
 * that is none. Numbers that were rounded and then rescaled (standardised, say) have frequent values everywhere and no gap
 * between the counts: a probability for some of them beside a density for their neighbours would only make the common values look
 * rare wherever the density is far from 1.
 */
function findPointMasses({ sorted, frequent, distinct }: NumberProfile): number[] {
  const n = sorted.length;
  if (n < FEW) return [];
  const least = Math.max(5, 0.01 * n, (5 * n) / distinct);
  let found = 0;
  for (let k = 0; k < frequent.length && frequent[k]![1] >= least; k++)
    if (frequent[k]![1] >= 5 * (frequent[k + 1]?.[1] ?? 0)) found = k + 1;
  const { low, high } = heavyEnds(sorted);
  const ends = [low, high].flatMap((end) => (end === undefined ? [] : [end.value]));
  const values = new Set([...ends, ...frequent.slice(0, found).map(([value]) => value)]);
  return [...values].sort((a, b) => a - b);
}
