/** What training says of columns before it begins: those of which no density can be learned, and heavy tails. */
import type { InPieces } from "../threads/yield-to-event-loop.ts";
import { checksum } from "../file/checksum.ts";
import { fitStandardiser } from "../flow/model/preprocess.ts";
import type { Batch } from "../flow/model/rows.ts";
import { columnName } from "./column-name.ts";
import type { ColumnName } from "./column-name.ts";

/**
 * Deviations from the mean that count as far out: of a normal column no value in any table is, and with a
 * normal base each costs its row up to 10^2 / 2 = 50 nats.
 */
export const FAR = 10;

/** Values of a constant that several computations arrived at differ by a few units of their last place. */
const ROUNDING = 4 * Number.EPSILON;

/** A sentence for each constant column and for each column that repeats an earlier one. In pieces, one a column. */
export function* columnWarnings(
  { rows, cols, data }: Batch,
  names: readonly string[] | undefined,
): InPieces<string[]> {
  const name = columnName(names);
  const seen = new Map<string, number>();
  const warnings: string[] = [];
  for (let j = 0; j < cols; j++) {
    yield;
    const column = Float64Array.from({ length: rows }, (_, r) => data[r * cols + j]!);
    const [first] = column;
    if (column.every((value) => Math.abs(value - first!) <= ROUNDING * Math.abs(first!))) {
      const but = column.every((value) => value === first) ? "" : ", but for rounding,";
      warnings.push(
        `${name(j)} has the value ${first}${but} in every training row: its density has no bound; leave it out`,
      );
      continue;
    }
    const sum = checksum(new Uint8Array(column.buffer));
    const earlier = seen.get(sum);
    if (earlier === undefined) seen.set(sum, j);
    else
      warnings.push(
        `${name(j)} repeats ${name(earlier)}: together their density has no bound; leave one out`,
      );
  }
  return warnings;
}

/**
 * A sentence for each column with values far out, where the base is a Gaussian: the flow is the identity
 * outside its splines' box, so rows out there get log-densities of about minus half the squared distance.
 */
export function tailWarnings(
  {
    rows: { rows, cols, data },
    numbers,
  }: { readonly rows: Batch; readonly numbers?: Int32Array | undefined },
  names: readonly string[] | undefined,
): string[] {
  const { shift, scale } = fitStandardiser({ rows, cols, data });
  return shift.flatMap((mean, j) => {
    let count = 0;
    let [farthest, which] = [0, 0];
    for (let r = 0; r < rows; r++) {
      const distance = Math.abs(data[r * cols + j]! - mean) / scale[j]!;
      if (distance > FAR) count++;
      if (distance > farthest) [farthest, which] = [distance, r];
    }
    if (count === 0) return [];
    return [
      `${columnName(names)(j)} has heavy tails: ${count} of ${rows} training values ${count === 1 ? "lies" : "lie"} more than ${FAR} standard deviations from the mean ` +
        `(the farthest ${farthest.toFixed(0)}, row ${numbers === undefined ? which : numbers[which]!}), and rows like these may get log-densities of minus hundreds of nats. ` +
        `Take its logarithm or ranks, fit it as a table (fitTable bends such columns), or use a base with heavy tails (base: studentT())`,
    ];
  });
}

/**
 * A sentence for each column in which a few held-out rows lie far beyond all training rows: the validation loss is theirs,
 * though they do not choose the epoch.
 */
export function heldOutWarnings(
  training: Batch,
  { rows: held, numbers }: { readonly rows: Batch; readonly numbers?: Int32Array | undefined },
  name: ColumnName,
): string[] {
  const { shift, scale } = fitStandardiser(training);
  return shift.flatMap((mean, j) => {
    const distance = ({ data, cols }: Batch, r: number) =>
      Math.abs(data[r * cols + j]! / scale[j]! - mean / scale[j]!);
    let reach = FAR;
    for (let r = 0; r < training.rows; r++) reach = Math.max(reach, 2 * distance(training, r));
    const far = Array.from({ length: held.rows }, (_, r) => r).filter(
      (r) => distance(held, r) > reach,
    );
    const [first] = far;
    if (first === undefined) return [];
    // Of all rows that were given, or of those that were given to be held out.
    const row = numbers === undefined ? `held-out row ${first}` : `row ${numbers[first]!}`;
    return [
      `${name(j)} of the held-out rows has ${far.length === 1 ? "a value" : `${far.length} values`} far beyond all training rows, ` +
        `such as ${held.data[first * held.cols + j]!} in ${row}, ${distance(held, first).toPrecision(2)} standard deviations from the mean: ` +
        `the validation loss is mostly theirs, though they do not choose the epoch`,
    ];
  });
}
