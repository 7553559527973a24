import { describe, expect, it } from "vitest";
import { reservoirSample } from "./reservoir.ts";
import type { ChunkedTable } from "./reservoir.ts";
import { table, toObjects } from "./table.ts";

/** Rows 0 to n - 1 in chunks of a size; the number of the row in two columns. */
const numbered = (n: number, size: number): ChunkedTable => ({
  *chunks() {
    for (let first = 0; first < n; first += size) {
      const rows = Array.from({ length: Math.min(size, n - first) }, (_, i) => first + i);
      yield table({ number: rows, word: rows.map((i) => `row ${i}`) });
    }
  },
});

describe("a sample of rows that go by", () => {
  it("is the same however the rows are cut, in their order, and whole rows", async () => {
    const a = await reservoirSample(numbered(5000, 7), 100, 3);
    const b = await reservoirSample(numbered(5000, 5000), 100, 3);
    expect(a).toEqual(b);
    expect(a.of).toBe(5000);
    const rows = toObjects(a.rows) as { number: number; word: string }[];
    expect(rows).toHaveLength(100);
    expect(a.indices).toHaveLength(100);
    for (const [i, { number, word }] of rows.entries()) {
      expect(word).toBe(`row ${number}`);
      expect(a.indices[i]).toBe(number);
      if (i > 0) expect(number).toBeGreaterThan(rows[i - 1]!.number);
    }
    expect(await reservoirSample(numbered(5000, 7), 100, 4)).not.toEqual(a);
  });

  it("is all rows of a table of no more", async () => {
    for (const n of [1, 99, 100]) {
      const { rows, indices } = await reservoirSample(numbered(n, 8), 100, 0);
      expect(toObjects(rows)).toEqual(
        [...(numbered(n, n).chunks() as Iterable<ReturnType<typeof table>>)].flatMap(toObjects),
      );
      expect(indices).toEqual(Float64Array.from({ length: n }, (_, i) => i));
    }
  });

  it("takes every row as often as any other", async () => {
    // 10 of 40 rows, 2000 times: each row is taken 500 +- 19.4 times.
    const times = new Float64Array(40);
    for (let seed = 0; seed < 2000; seed++) {
      const { rows } = await reservoirSample(numbered(40, 9), 10, seed);
      for (const { number } of toObjects(rows)) times[number as number]!++;
    }
    const chiSquare = times.reduce((sum, t) => sum + (t - 500) ** 2 / (500 * 0.75), 0);
    // 39 degrees of freedom: 72.1 is passed once in a thousand times, and the seeds are fixed.
    expect(chiSquare).toBeLessThan(72.1);
  });

  it("refuses a table without rows", async () => {
    await expect(reservoirSample(numbered(0, 5), 10, 0)).rejects.toThrow(/at least one row/);
  });
});
