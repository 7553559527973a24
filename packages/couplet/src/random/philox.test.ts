import { describe, expect, it } from "vitest";
import { philox4x32, philoxKey, philoxNormal, philoxUniform, uniformFromWords } from "./philox.ts";

const hex = (words: Uint32Array): string =>
  [...words].map((w) => w.toString(16).padStart(8, "0")).join(" ");

describe("philox4x32", () => {
  // Known answers published with Random123 (kat_vectors, philox4x32 10).
  it.each([
    [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    ],
  ] as const)("gives the published block for %j", (counter, key, expected) => {
    expect(hex(philox4x32(counter, key))).toBe(expected);
  });

  it("uses both words of a seed above 2^32", () => {
    expect(philoxKey(2 ** 32 + 5)).toEqual([5, 1]);
    expect(philoxUniform({ seed: 5, row: 0 })).not.toBe(
      philoxUniform({ seed: 2 ** 32 + 5, row: 0 }),
    );
  });

  it("never gives 0 or 1", () => {
    expect(uniformFromWords(0, 0)).toBe(2 ** -53);
    expect(uniformFromWords(0xffffffff, 0xffffffff)).toBe(1 - 2 ** -53);
  });

  it("addresses rows, streams and draws apart", () => {
    const seen = new Set<number>();
    for (let row = 0; row < 4; row++)
      for (let stream = 0; stream < 4; stream++)
        for (let draw = 0; draw < 4; draw++)
          seen.add(philoxUniform({ seed: 1, row, stream, draw }));
    expect(seen.size).toBe(64);
  });

  it("has the moments of a uniform and of a normal", () => {
    const n = 20_000;
    let uniformSum = 0;
    let sum = 0;
    let square = 0;
    let fourth = 0;
    for (let row = 0; row < n; row++) {
      uniformSum += philoxUniform({ seed: 9, row });
      const z = philoxNormal({ seed: 9, row, stream: 3 });
      sum += z;
      square += z * z;
      fourth += z ** 4;
    }
    // Five standard errors each: sqrt(1/12n), sqrt(1/n), sqrt(2/n), sqrt(96/n).
    expect(Math.abs(uniformSum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(sum / n)).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(square / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(fourth / n - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });
});
