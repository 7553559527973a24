/** One part of a table's rows: `--shard 3/8`. Parts follow each other, and are as equal as they can be. */
import { CoupletError } from "couplet";
import type { RowRange } from "../../input/row-range.ts";

/** Which part of how many. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** @throws CoupletError USAGE for other texts than i/n with 1 <= i <= n */
export function parseShard(text: string): Shard {
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  if (part !== undefined && shard.part >= 1 && shard.part <= shard.of && shard.of <= 1e6)
    return shard;
  throw new CoupletError({
    code: "USAGE",
    where: "--shard",
    expected: "a part of how many, 1/8 to 8/8",
    received: JSON.stringify(text),
  });
}

/**
 * The rows of a part of `rows`: the parts of 1 to n are all of them, in order.
 *
 * @throws CoupletError USAGE for more parts than rows
 */
export function shardRange({ part, of }: Shard, rows: number): RowRange {
  if (of > rows)
    throw new CoupletError({
      code: "USAGE",
      where: "--shard",
      expected: `at most as many parts as rows (${rows})`,
      received: String(of),
    });
  return { from: Math.floor((rows * (part - 1)) / of), to: Math.floor((rows * part) / of) };
}
