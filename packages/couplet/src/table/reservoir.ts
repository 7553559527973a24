/** Rows at random out of a table that goes by in chunks. */
import { philoxUniform } from "../random/philox.ts";
import { CoupletError } from "../error.ts";
import { selectRows, tableFromChunks } from "./table.ts";
import type { Table } from "./table.ts";

/** A table that is read in chunks, any number of times: one that is larger than memory, say. */
export interface ChunkedTable {
  /** All rows, in order. */
  chunks(): AsyncIterable<Table> | Iterable<Table>;
}

/** What {@link reservoirSample} gives. */
export interface ReservoirSample {
  /** The rows that were kept, in the order of the table. */
  readonly rows: Table;
  /** Their places among the rows that went by, from 0, ascending. */
  readonly indices: Float64Array;
  /** Rows that went by. */
  readonly of: number;
}

/**
 * `count` rows without repetition, each set of them as likely as any other, in one pass and in memory for
 * count (1 + ln(rows / count)) rows: row i (from 0) takes a random one of the places with probability count / (i + 1). All of
 * the rows, if they are no more than `count`.
 *
 * The same seed and rows give the same sample, however the rows are cut into chunks.
 *
 * @throws CoupletError DATA_INVALID for a table without rows
 * @see Vitter 1985, "Random sampling with a reservoir", algorithm R, https://doi.org/10.1145/3147.3165
 */
export async function reservoirSample(
  source: ChunkedTable,
  count: number,
  seed: number,
): Promise<ReservoirSample> {
  const kept: Table[] = [];
  /** Of each row of `kept`: its place among all rows. */
  const origins: number[] = [];
  let of = 0;
  // Where each place's row is among the kept ones. These are in the order of the table.
  const places: number[] = [];
  for await (const chunk of source.chunks()) {
    const taken: number[] = [];
    for (let i = 0; i < chunk.rows; i++) {
      const row = of + i;
      const place =
        row < count ? row : Math.floor(philoxUniform({ seed, row, stream: STREAM }) * (row + 1));
      if (place >= count) continue;
      places[place] = origins.length;
      origins.push(row);
      taken.push(i);
    }
    of += chunk.rows;
    if (taken.length === 0) continue;
    kept.push(taken.length === chunk.rows ? chunk : selectRows(chunk, taken));
  }
  if (of === 0)
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "table",
      expected: "at least one row",
      received: "column names and no rows",
    });
  const all = tableFromChunks(kept);
  const last = Int32Array.from(places).sort();
  return {
    of,
    rows: origins.length === last.length ? all : selectRows(all, last),
    indices: Float64Array.from(last, (place) => origins[place]!),
  };
}

/** Noise of its own, beside the streams that reports draw rows by. */
const STREAM = 0x7265_7376;
