import { describe, expect, it } from "vitest";
import { columnWord } from "../../../random/column-words.ts";
import { paramShape, perRow } from "../op-case.ts";
import { runOp } from "../suite/run-op.ts";
import { noise } from "./op.ts";
import type { NoiseAttrs } from "./op.ts";

const base = { variables: 5, bound: 1, df: 5, learnedDf: false };

function draw(attrs: NoiseAttrs, rows: number, row0 = 0, temperature = 1): Float64Array {
  const t = { shape: perRow, data: new Float64Array(rows).fill(temperature) };
  return runOp(noise, [t], attrs, { rows, row0, seed: [42, 3], step: 0 })[0]!;
}

function moment(v: Float64Array, power: number): number {
  return v.reduce((sum, x) => sum + x ** power, 0) / v.length;
}

describe("noise", () => {
  it("gives a row the same numbers in any tile", () => {
    const whole = draw({ ...base, kind: "gaussian" }, 100);
    const part = draw({ ...base, kind: "gaussian" }, 40, 60);
    expect(part).toEqual(whole.slice(60 * 5));
  });

  it("makes bins: x + u and (x + u) / 256 are exact in float32, off every edge, and change with the step", () => {
    const u = draw({ ...base, kind: "bins", bound: 0 }, 4000);
    for (const value of u) {
      expect(value * 2 ** 15 - 0.5).toBe(Math.floor(value * 2 ** 15));
      expect(Math.fround(255 + value)).toBe(255 + value);
      expect(Math.fround((255 + value) / 256)).toBe((255 + value) / 256);
    }
    expect(Math.max(...u)).toBeLessThan(1);
    expect(Math.abs(moment(u, 1) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / u.length));
    const t = { shape: perRow, data: new Float64Array(1).fill(1) };
    const run = { rows: 1, seed: [42, 3] as const };
    const attrs = { ...base, kind: "bins", bound: 0 } as const;
    const [first, second] = [0, 1].map((step) => runOp(noise, [t], attrs, { ...run, step })[0]!);
    expect(first).not.toEqual(second);
  });

  it("keeps bins a bound away from their edges, and leaves the others where they are", () => {
    const [free, kept] = [0, 2 ** -4].map((bound) => draw({ ...base, kind: "bins", bound }, 400));
    expect([...kept!]).toEqual([...free!].map((u) => Math.max(2 ** -4, Math.min(1 - 2 ** -4, u))));
    expect(Math.min(...free!)).toBeLessThan(2 ** -4);
  });

  it("is Philox: the uniform of column 3 is word 0 of block 3", () => {
    const word = columnWord(17, 3, 0, 0, [42, 3]);
    const got = draw({ ...base, kind: "uniform" }, 1, 17)[3]!;
    expect(Math.abs(got - (2 * ((word + 0.5) / 2 ** 32) - 1))).toBeLessThan(2 ** -22);
  });

  it("has a standard normal's moments, and no correlation between columns", () => {
    const rows = 20_000;
    const z = draw({ ...base, kind: "gaussian" }, rows);
    const n = z.length;
    // Five standard errors each.
    expect(Math.abs(moment(z, 1))).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(moment(z, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(z, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    let product = 0;
    for (let r = 0; r < rows; r++) product += z[5 * r]! * z[5 * r + 1]!;
    expect(Math.abs(product / rows)).toBeLessThan(5 / Math.sqrt(rows));
  });

  it("has Student-t quantiles", () => {
    const z = draw({ ...base, kind: "studentT" }, 20_000);
    // t with 5 degrees of freedom: P(|t| < 2.5706) = 0.95, P(|t| < 0.7267) = 0.5 (any table).
    const share = (limit: number): number =>
      z.reduce((sum, x) => sum + (Math.abs(x) < limit ? 1 : 0), 0) / z.length;
    expect(Math.abs(share(2.5706) - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / z.length));
    expect(Math.abs(share(0.7267) - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / z.length));
  });

  it("scales with temperature about the location", () => {
    const attrs: NoiseAttrs = { ...base, kind: "gaussian" };
    const at = (temperature: number): Float64Array =>
      runOp(
        noise,
        [
          { shape: perRow, data: [temperature, temperature] },
          { shape: paramShape(1, 5), data: [1, 2, 3, 4, 5] },
          { shape: paramShape(1, 5), data: [0, 0, 0, 0, 0] },
        ],
        attrs,
        { rows: 2 },
      )[0]!;
    expect([...at(0)]).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
    const [full, half] = [at(1), at(0.5)];
    full.forEach((value, i) => {
      const centre = (i % 5) + 1;
      expect(half[i]! - centre).toBeCloseTo((value - centre) / 2, 6);
    });
  });
});
