import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { parseEncoder } from "./parse-encoder.ts";
import { type TableCodec, type TableCodecState, fitTableCodec, tableCodec } from "./table-codec.ts";
import type { ModelledColumnSchema } from "../schema/schema.ts";
import { type ColumnValues, table } from "../table.ts";
import { type HeapState, stepAxis } from "../cell/heaped-steps.ts";

const ROWS = 2000;
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 15, row, stream });
const normal = (row: number, stream = 0): number => philoxNormal({ seed: 16, row, stream });
const rows = <T>(of: (i: number) => T, count = ROWS): T[] =>
  Array.from({ length: count }, (_, i) => of(i));

const fitted = (x: ColumnValues): TableCodec => {
  const source = table({ x });
  return fitTableCodec(source, inferSchema(source));
};
/** The codec from what a file has of it. */
const read = (saved: TableCodecState): TableCodec => {
  const { x } = saved.encoders;
  const encoder = parseEncoder(x, saved.schema.columns[0] as ModelledColumnSchema, "file");
  return tableCodec({ ...saved, encoders: { x: encoder } });
};
const saved = (codec: TableCodec) => JSON.parse(JSON.stringify(codec.toJSON()));
/** What independent normals decode to: wider than a flow's rows would lie, so that every interval is met. */
const drawn = (codec: TableCodec, spread = 1, count = 20_000): unknown[] => {
  const z = Float64Array.from({ length: count * codec.dims }, (_, i) => spread * normal(i, 7));
  return [...codec.decode(z).columns[0]!.values];
};
/** log p of single values under the marginal. */
const logProb = (codec: TableCodec, values: ColumnValues): Float64Array => {
  const { z, logCorrection } = codec.encode(table({ x: values }), { impossible: "zero" });
  return logCorrection.map((value, i) => value + logNormalDensity(z[i]!));
};
const sumOf = (logs: Float64Array): number => logs.reduce((sum, v) => sum + Math.exp(v), 0);

describe("a column with a wide gap between its values", () => {
  const far = (i: number, stream = 0): number =>
    uniform(i, stream) < 0.4 ? 60 + 2 * normal(i, stream) : 10 + 1.5 * normal(i, stream);

  it.each([
    ["in hundredths", (i: number) => Math.round(100 * far(i)) / 100],
    ["in all digits", (i: number) => far(i)],
    ["in whole thousands", (i: number) => 1000 * Math.round(20 * far(i))],
  ])("leaves it empty but for what was never seen by chance: %s", (_, of) => {
    for (const count of [200, ROWS]) {
      const data = rows(of, count);
      const scale = data[0]! > 1000 ? 20_000 : 1;
      const samples = drawn(fitted(data)) as number[];
      // The nearest rows lie beyond 17 and 52.
      const inside = samples.filter((v) => v > 20 * scale && v < 50 * scale).length;
      // One of 200 rows, and as many more, would be 1 %.
      expect(inside / samples.length, `${count} rows`).toBeLessThan(count === 200 ? 0.01 : 0.002);
      const low = (values: readonly number[]): number =>
        values.filter((v) => v < 35 * scale).length / values.length;
      // Three standard errors of 20,000 draws, and the gap's half.
      expect(Math.abs(low(samples) - low(data))).toBeLessThan(0.015);
    }
  });

  it("is none where values lie as far apart as chance puts them", () => {
    for (let seed = 0; seed < 20; seed++) {
      const data = rows((i) => Math.exp(2 * normal(i, 20 + seed)), 500);
      const { map } = (
        saved(fitted(data)) as { encoders: { x: { map: { left: number[]; right: number[] } } } }
      ).encoders.x;
      // An edge of a gap would have a slope on either side.
      expect(map.left, `seed ${seed}`).toEqual(map.right);
    }
  });
});

describe("a column that keeps to its values", () => {
  it.each([
    ["integers with gaps", [1, 2, 4]],
    ["decimals", [9.99, 19.99, 49.99]],
    ["numbers of many digits", [1 / 3, 2 / 3, 1.7]],
    ["a range", [3, 4, 5, 6, 7]],
  ])("decodes to no other: %s", (_, values) => {
    const data = rows((i) => values[Math.floor(values.length * uniform(i) ** 2)]!);
    const codec = fitted(data);
    expect(new Set(drawn(codec, 3))).toEqual(new Set(values));
    const shares = drawn(codec).filter((value) => value === values[0]).length / 20_000;
    const own = data.filter((value) => value === values[0]).length / ROWS;
    // Three standard errors of a share of 20,000 draws.
    expect(Math.abs(shares - own)).toBeLessThan(0.011);
  });

  it("has probabilities that sum to 1, and none for another value", () => {
    const codec = fitted(rows((i) => [1, 2, 4][i % 3]!));
    expect(sumOf(logProb(codec, [1, 2, 4]))).toBeCloseTo(1, 12);
    expect(logProb(codec, [3, 5]).every((value) => value === -Infinity)).toBe(true);
    expect(() => codec.encode(table({ x: [1, 3] }))).toThrow(/3 known values 1, 2, 4/);
  });
});

describe("far values", () => {
  const data = rows((i) =>
    i % 10 === 0 ? -999 : i % 25 === 1 ? 9999 : 20 + Math.round(40 * uniform(i)),
  );
  const codec = fitted(data);

  it("keep their mass, with nothing between them and the others", () => {
    const values = drawn(codec, 1.5) as number[];
    expect(values.filter((value) => value !== -999 && (value < -60 || value > 200))).toHaveLength(
      values.filter((value) => value === 9999).length,
    );
    const shares = (drawn(codec) as number[]).filter((value) => value === -999).length / 20_000;
    expect(Math.abs(shares - 0.1)).toBeLessThan(0.007);
  });

  it("have probabilities that sum to 1 with all others", () => {
    const all = [-999, ...rows((i) => i - 998, 10_997), 9999];
    expect(sumOf(logProb(codec, all))).toBeCloseTo(1, 9);
    expect(logProb(codec, [-1000, 10_000])).toEqual(Float64Array.of(-Infinity, -Infinity));
  });

  it("integrate to 1 with a density", () => {
    const continuous = fitted(rows((i) => (i % 10 === 0 ? -999 : normal(i))));
    const step = 1e-3;
    const density = logProb(
      continuous,
      rows((i) => step * (i + 0.5) - 8, 16_000),
    );
    const point = Math.exp(logProb(continuous, [-999])[0]!);
    // The sum over midpoints is exact to the square of the step; tails beyond 8 deviations hold less than that.
    expect(Math.abs(step * sumOf(density) + point - 1)).toBeLessThan(1e-3);
    expect(point).toBeCloseTo(0.1, 3);
  });

  it("come back from a model's file, and refuse invalid shares", () => {
    const state = saved(codec);
    const again = read(state);
    expect(logProb(again, [-999, 30, 9999])).toEqual(logProb(codec, [-999, 30, 9999]));
    state.encoders.x.sentinelShares = [0.5, 0.6];
    expect(() => read(state)).toThrow(/sentinelShares: expected 2 shares/);
  });
});

describe("prices that people round", () => {
  const LEVELS = [5, 10, 50, 100, 500, 1000];
  const share = (values: readonly number[], level: number): number =>
    values.filter((value) => Math.round(value) % level === 0).length / values.length;
  const rounded = (price: number, u: number): number => {
    const to = u < 0.4 ? 1 : u < 0.6 ? 5 : u < 0.75 ? 10 : u < 0.85 ? 50 : u < 0.95 ? 100 : 500;
    return to * Math.round(price / to);
  };

  it.each([
    ["of hundreds", (i: number) => rounded(Math.exp(6 + 0.8 * normal(i)), uniform(i))],
    ["over four decades", (i: number) => rounded(Math.exp(7 + 2 * normal(i)), uniform(i))],
    [
      "the dearer the rounder",
      (i: number) => {
        const price = Math.exp(8 + 2 * normal(i));
        const to = 10 ** Math.max(0, Math.floor(Math.log10(price)) - (uniform(i) < 0.7 ? 1 : 2));
        return to * Math.round(price / to);
      },
    ],
    ["not at all", (i: number) => Math.round(Math.exp(7 + normal(i)))],
  ])("keep the shares of round ones: %s", (_, of) => {
    const data = rows(of);
    const samples = drawn(fitted(data)) as number[];
    for (const level of LEVELS)
      expect(
        Math.abs(share(samples, level) - share(data, level)),
        `multiples of ${level}`,
      ).toBeLessThan(0.05);
  });

  it("keep them with cents that seldom repeat", () => {
    const data = rows((i) =>
      uniform(i) < 0.6
        ? Math.round(Math.exp(9 + normal(i)))
        : Math.round(100 * Math.exp(9 + normal(i))) / 100,
    );
    const whole = (values: readonly number[]) =>
      values.filter(Number.isInteger).length / values.length;
    expect(Math.abs(whole(drawn(fitted(data)) as number[]) - whole(data))).toBeLessThan(0.05);
  });

  it("keep them for times at full hours", () => {
    const data = rows((i) => {
      const seconds = Math.floor(1e7 * uniform(i, 1));
      const to = uniform(i) < 0.5 ? 3600 : uniform(i, 2) < 0.5 ? 60 : 1;
      return new Date(1.6e12 + 1000 * to * Math.floor(seconds / to) - 1_600_000);
    });
    const full = (values: readonly number[]) =>
      values.filter((ms) => ms % 3_600_000 === 0).length / values.length;
    const instants = data.map((date) => date.getTime());
    expect(Math.abs(full(drawn(fitted(data)) as number[]) - full(instants))).toBeLessThan(0.05);
  });

  it.each([
    ["5 minutes, at 20 seconds", "second", 1000, 300, 20],
    ["15 minutes", "minute", 60_000, 15, 0],
    ["Mondays, before 1970 too", "day", 86_400_000, 7, 4],
  ])("are the only ones of dates in steps: %s", (_, unit, length, resolution, offset) => {
    const step = resolution * length;
    const data = rows((i) => new Date(offset * length + step * Math.round(5000 * normal(i))));
    const codec = fitted(data);
    expect(codec.schema.columns[0]).toMatchObject({ unit, resolution });
    // Beyond the rows, too.
    const off = (values: readonly number[]) =>
      values.filter((ms) => (ms - offset * length) % step !== 0).length;
    expect(off(drawn(codec, 2) as number[])).toBe(0);
    // Each step's probability is that of its multiple: a value between two has none of its own.
    const ks = rows((k) => new Date(offset * length + step * (k - 30_000)), 60_000);
    expect(sumOf(logProb(codec, ks))).toBeCloseTo(1, 3);
  });

  it("are found from any place, as far out as a tail may reach", () => {
    const { heaps } = (
      saved(fitted(rows((i) => rounded(Math.exp(5 + 0.8 * normal(i)), uniform(i))))) as {
        encoders: { x: { heaps: HeapState } };
      }
    ).encoders.x;
    const axis = stepAxis(heaps);
    for (const k of [1, 7, 50, 1000, 1e6 + 1, 2 ** 45]) {
      const middle = (axis.edgeAbove(k - 1) + axis.edgeAbove(k)) / 2;
      expect(axis.indexAt(middle)).toBe(k);
      expect(axis.indexAt(-middle)).toBe(-k);
    }
    // Beyond, neighbours are the same double, and a search for the step would not end.
    for (const x of [2 ** 53 + 2, 1e20, 1e300, Infinity]) {
      expect(axis.indexAt(x)).toBe(2 ** 52);
      expect(axis.indexAt(-x)).toBe(-(2 ** 52));
    }
  });

  it("have probabilities that sum to 1, in a model's file as well", () => {
    const codec = fitted(rows((i) => rounded(Math.exp(5 + 0.8 * normal(i)), uniform(i))));
    const state = saved(codec);
    expect(state.encoders.x.heaps.levels.slice(0, 3)).toEqual([1, 5, 10]);
    const again = read(state);
    const all = rows((i) => i, 200_000);
    // A power of the distance beyond the last knots leaves 1e-4 above 200,000.
    expect(Math.abs(sumOf(logProb(again, all)) - 1)).toBeLessThan(1e-3);
    state.encoders.x.heaps.levels[1] = 7;
    expect(() => read(state)).toThrow(/each a multiple of the one before/);
  });

  it("come back, every one", () => {
    const data = rows((i) => rounded(Math.exp(7 + 2 * normal(i)), uniform(i)));
    const codec = fitted(data);
    const { z } = codec.encode(table({ x: data }), { seed: 3 });
    expect([...codec.decode(z).columns[0]!.values]).toEqual(data);
  });
});
