/** What designs of tables and of plain flows have in common: their order, their judge, and what is told of those that were left out. */
import { CoupletError } from "../error.ts";
import { boundOf } from "../flow/parts/base/base.ts";
import type { FlowModel } from "../flow/model/model.ts";

/** The temperature of candidates: 0.8, and 1 where a bounded base knows no other. */
export function usualTemperature({ spec }: FlowModel<boolean>): number {
  return boundOf(spec.base) === undefined ? 0.8 : 1;
}

/** How many draws were left out. */
export interface LeftOut {
  readonly outOfBounds: number;
  readonly refused: number;
}

/** Numbers of rows, the most informative first. */
export function ranked(information: Float64Array): number[] {
  return Array.from(information.keys()).sort((a, b) => information[b]! - information[a]!);
}

/** @throws CoupletError SHAPE_MISMATCH for predictions of another number of rows */
export function judged(where: string, values: ArrayLike<number>, count: number): Float64Array {
  if (values?.length === count) return Float64Array.from(values);
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where: `${where}: judge`,
    expected: `${count} numbers, one per design`,
    received: String(values?.length ?? typeof values),
  });
}

/** The error when no draw is inside. */
export function noneInside(where: string, candidates: number, left: LeftOut): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: "a row inside the bounds and constraints among those drawn",
    received: `none of ${candidates}: ${left.outOfBounds} out of bounds, ${left.refused} refused by constraints`,
    hint: "Draw more candidates, widen the bounds, or ask for a value nearer to the data's.",
  });
}

/** The warning when bounds and constraints leave fewer designs than were wanted. */
export function fewerThan(
  wanted: number,
  found: number,
  candidates: number,
  { outOfBounds, refused }: LeftOut,
): string {
  return `${found} designs of ${wanted}: ${outOfBounds} of ${candidates} rows were out of bounds, ${refused} refused by constraints`;
}
