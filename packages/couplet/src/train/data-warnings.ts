/** What training says of columns before it begins: those of which no density can be learned, and heavy tails. */
import { checksum } from "../file/checksum.ts";
import { fitStandardiser } from "../flow/model/preprocess.ts";
import type { Batch } from "../flow/model/rows.ts";

/**
 * Deviations from the mean that count as far out: of a normal column no value in any table is, and with a
 * normal base each costs its row up to 10^2 / 2 = 50 nats.
 */
const FAR = 10;

/** A sentence for each constant column and for each column that repeats an earlier one. */
export function columnWarnings(
  { rows, cols, data }: Batch,
  names: readonly string[] | undefined,
): string[] {
  const name = nameOf(names);
  const seen = new Map<string, number>();
  const warnings: string[] = [];
  for (let j = 0; j < cols; j++) {
    const column = Float64Array.from({ length: rows }, (_, r) => data[r * cols + j]!);
    if (column.every((value) => value === column[0])) {
      warnings.push(
        `${name(j)} has the value ${column[0]} in every training row: its density has no bound; leave it out`,
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
  { rows, cols, data }: Batch,
  names: readonly string[] | undefined,
): string[] {
  const { shift, scale } = fitStandardiser({ rows, cols, data });
  return shift.flatMap((mean, j) => {
    let count = 0;
    let farthest = 0;
    for (let r = 0; r < rows; r++) {
      const distance = Math.abs(data[r * cols + j]! - mean) / scale[j]!;
      if (distance > FAR) count++;
      farthest = Math.max(farthest, distance);
    }
    if (count === 0) return [];
    return [
      `${nameOf(names)(j)} has heavy tails: ${count} of ${rows} training values ${count === 1 ? "lies" : "lie"} more than ${FAR} standard deviations from the mean ` +
        `(the farthest ${farthest.toFixed(0)}), and rows like these may get log-densities of minus hundreds of nats. ` +
        `Take its logarithm or ranks, fit it as a table (fitTable bends such columns), or use a base with heavy tails (base: studentT())`,
    ];
  });
}

function nameOf(names: readonly string[] | undefined): (j: number) => string {
  return (j) => (names === undefined ? `column ${j}` : `column "${names[j]}"`);
}
