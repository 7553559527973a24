import { describe, expect, it } from "vitest";
import { parseShard, shardRange } from "./shard.ts";

describe("a part of a table", () => {
  it.each(["0/3", "4/3", "1", "a/b", "1/0", "1.5/3", "-1/3", "1/3/5"])("is not %s", (text) => {
    expect(() => parseShard(text)).toThrow(/--shard: expected a part of how many/);
  });

  it("begins where the one before ends, and all are as long as can be", () => {
    for (const [rows, of] of [
      [10, 3],
      [8, 8],
      [1_000_003, 7],
      [5, 1],
    ] as const) {
      let next = 0;
      for (let part = 1; part <= of; part++) {
        const { from, to } = shardRange({ part, of }, rows);
        expect(from).toBe(next);
        expect(Math.abs(to - from - rows / of)).toBeLessThan(1);
        next = to;
      }
      expect(next).toBe(rows);
    }
  });
});
