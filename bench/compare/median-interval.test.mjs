import { describe, expect, it } from "vitest";

import { medianInterval } from "./median-interval.mjs";

const oneTo = (n) => Array.from({ length: n }, (_, i) => ((i * 7) % n) + 1);

describe("medianInterval", () => {
  // Order statistics of the sign test at 95 % (tables of the binomial distribution): n, lower and upper rank.
  it.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [20, 6, 15],
    [25, 8, 18],
    [40, 14, 27],
  ])("%i values: from the %i. to the %i. in order", (n, low, high) => {
    const values = oneTo(n);
    expect(new Set(values).size).toBe(n);
    expect(medianInterval(values)).toEqual({ median: (n + 1) / 2, low, high });
  });

  it("has no interval below 6 values", () => {
    expect(medianInterval([3, 1, 2])).toEqual({ median: 2, low: -Infinity, high: Infinity });
  });

  it("leaves its argument in order", () => {
    const values = [3, 1, 2];
    medianInterval(values);
    expect(values).toEqual([3, 1, 2]);
  });
});
