/** What training says of columns that no density can be learned of, before it begins. */
import { checksum } from "../file/checksum.ts";
import type { Batch } from "../flow/rows.ts";

/** A sentence for each constant column and for each column that repeats an earlier one. */
export function columnWarnings(
  { rows, cols, data }: Batch,
  names: readonly string[] | undefined,
): string[] {
  const name = (j: number) => (names === undefined ? `column ${j}` : `column "${names[j]}"`);
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
