import { describe, expect, it } from "vitest";
import { naturalLog } from "./natural-log.ts";

describe("naturalLog", () => {
  // The engine's own logarithm is within one unit of the last digit, ours within two.
  const isClose = (x: number): void =>
    expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(
      3 * Number.EPSILON * Math.abs(Math.log(x)),
    );

  it("is that of the engine but for the last digit, over all exponents", () => {
    for (let e = -1074; e <= 1023; e++)
      for (const m of [1, 1.1, Math.SQRT2, 1.5, 1.999999]) isClose(Math.min(m * 2 ** e, 1.79e308));
  });

  it("keeps its digits near 1", () => {
    expect(naturalLog(1)).toBe(0);
    for (let e = -52; e < -1; e++) for (const x of [1 + 2 ** e, 1 - 2 ** e]) isClose(x);
  });

  it("has the bits that every engine has to give", () => {
    const bits = (x: number): string =>
      Buffer.from(Float64Array.of(naturalLog(x)).buffer).toString("hex");
    expect([2, 10, 0.1, 3, 1e-300, 5e-324, 12345.678].map(bits)).toMatchInlineSnapshot(`
      [
        "ef39fafe422ee63f",
        "1655b5bbb16b0240",
        "1555b5bbb16b02c0",
        "0b03ad7aea93f13f",
        "b57ff847349685c0",
        "c3716d44854387c0",
        "311e795995d72240",
      ]
    `);
  });
});
