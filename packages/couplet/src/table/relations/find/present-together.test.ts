import { describe, expect, it } from "vitest";
import { normal, rowsOf, texts, uniform } from "../../suite/planted-table.ts";

describe("columns that are missing", () => {
  it("in most rows, or in those that another one has, leave the others their sums", async () => {
    const source = rowsOf((i) => {
      const parts = [0, 1, 2, 3, 4].map((k) => Math.floor(100 * uniform(i, k))) as [
        number,
        number,
        number,
        number,
        number,
      ];
      const [a, b, c, d, e] = parts;
      const either = uniform(i, 5) < 0.5;
      return {
        rare: uniform(i, 6) < 0.02 ? normal(i, 7) : null,
        one: either ? normal(i, 8) : null,
        two: either ? null : normal(i, 9),
        a,
        b,
        c,
        d,
        e,
        total: a + b + c + d + e,
      };
    });
    expect(await texts(source)).toContain("total = a + b + c + d + e");
  });
});
