/** What designs of tables and of plain flows have in common: their order, their judge, and what is told of those that were left out. */
import { CoupletError } from "../error.ts";
import { boundOf } from "../flow/parts/base/base.ts";
import type { FlowModel } from "../flow/model/model.ts";

/** The temperature of candidates: 0.8, and 1 where a bounded base knows no other. */
export function usualTemperature({ spec }: FlowModel<boolean>): number {
  return boundOf(spec.base) === undefined ? 0.8 : 1;
}

/** How many rows are drawn to choose designs from, and how. */
export interface CandidateOptions {
  /** Designs wanted. Default 100. */
  readonly count?: number;
  /** Rows drawn, among which the designs are chosen. Default 50 for each design. */
  readonly candidates?: number;
  /**
   * Temperature that the candidates are drawn at: below 1 they come from nearer to the middle of p(x | y), and keep the property better. They
   * are ranked by the densities as they are. Default 0.8; 1 for a bounded base and for a table's model of all columns, which have no other.
   */
  readonly temperature?: number;
  /**
   * Share of the rows inside, those of the highest p(x | y), that designs are chosen among (at least `count`): at the edge of p(x | y) the
   * ratio of two small densities is least sure, and its largest values gather there. Default 0.25; 1 leaves none out.
   */
  readonly likely?: number;
  /** Same seed, same designs. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** How many draws were left out: by the bounds, and by the constraints. */
export interface LeftOut {
  readonly outOfBounds: number;
  readonly refused: number;
}

/** What designs come with. */
export interface JudgedDesigns extends LeftOut {
  /** What the judge predicts of each; undefined without one. */
  readonly predicted: Float64Array | undefined;
  /** Rows that were drawn. */
  readonly drawn: number;
  /** A wanted value outside the data's range (of `properties`, for plain flows), or fewer designs than were wanted. */
  readonly warnings: readonly string[];
}

/** Numbers of rows, those of the largest values first. */
export function ranked(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
}

/** @throws CoupletError USAGE unless the share is above 0 and at most 1 */
export function likelyShare(where: string, share: number = 0.25): number {
  if (typeof share === "number" && share > 0 && share <= 1) return share;
  throw new CoupletError({
    code: "USAGE",
    where: `${where}: likely`,
    expected: "a share of the candidates, above 0 and at most 1",
    received: String(share),
  });
}

/** Numbers of the rows of highest log-density: the share of them, and at least `count`. */
export function likeliest(logDensities: Float64Array, share: number, count: number): number[] {
  return ranked(logDensities).slice(0, Math.max(count, Math.ceil(share * logDensities.length)));
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
