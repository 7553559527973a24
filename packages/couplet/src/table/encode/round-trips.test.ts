import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { fitTableCodec } from "./table-codec.ts";
import { table, tableFromObjects, toObjects } from "../table.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 11, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 12, row, stream });
const pick = <T>(items: readonly T[], u: number): T => items[Math.floor(u * items.length)]!;

const discrete = tableFromObjects(
  Array.from({ length: 400 }, (_, i) => ({
    grade: uniform(i) < 0.1 ? null : pick(["a", "b", "b", "c"], uniform(i, 1)),
    ok: uniform(i, 2) < 0.3,
    visits: Math.floor(5 * uniform(i, 3) ** 2),
  })),
);
describe("round trips", () => {
  const cell = fc.record({
    category: fc.constantFrom("red", "green", "blue", "a b", "ü", null),
    flag: fc.constantFrom(true, false),
    count: fc.integer({ min: -50, max: 1_000_000 }),
    day: fc
      .integer({ min: -20_000, max: 20_000 })
      .map((d) => new Date(d * 86_400_000).toISOString().slice(0, 10)),
    code: fc.constantFrom("007", "012", "100"),
    price: fc.option(fc.integer({ min: 0, max: 9999 }).map((c) => c / 100)),
  });

  it("are exact for discrete columns and for numbers written with few digits", () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 12, maxLength: 60 }), fc.nat(), (rows, seed) => {
        const source = tableFromObjects(rows);
        const codec = fitTableCodec(source, inferSchema(source));
        const back = toObjects(codec.decode(codec.encode(source, { seed }).z));
        const kept = new Set(
          codec.schema.columns
            .filter((c) => c.type !== "identifier" && c.type !== "text")
            .map((c) => c.name),
        );
        const expected = toObjects(source).map((row) =>
          Object.fromEntries(Object.entries(row).filter(([name]) => kept.has(name))),
        );
        expect(back).toEqual(expected);
      }),
      { numRuns: 60, seed: 20261123 },
    );
  });

  it("keep clear of the edges of narrow intervals at their medians, as single precision needs", () => {
    const source = table({
      weight: Array.from({ length: 2000 }, (_, i) =>
        Math.round(190_000 * Math.exp(0.5 * normal(i))),
      ),
      gap: Array.from({ length: 2000 }, (_, i) => (uniform(i, 6) < 0.3 ? null : i % 9)),
    });
    const codec = fitTableCodec(source, inferSchema(source));
    // What a flow and its inverse do to a latent number: 5e-7, a few roundings of single precision.
    const changed = (noise: "drawn" | "median"): number => {
      const { z } = codec.encode(source, { noise });
      const moved = codec.decode(
        z.map((value, i) => Math.fround(value) + (i % 4 < 2 ? 5e-7 : -5e-7)),
      );
      const [before, after] = [toObjects(source), toObjects(moved)];
      return before.filter((row, i) => JSON.stringify(row) !== JSON.stringify(after[i])).length;
    };
    expect(changed("median")).toBe(0);
    expect(changed("drawn")).toBeGreaterThan(0);
  });

  it("decode anything to legal cells", () => {
    const source = tableFromObjects(
      Array.from({ length: 300 }, (_, i) => ({
        kind: pick(["a", "b", "c"], uniform(i)),
        share: uniform(i, 1) ** 2 * 100,
        amount: uniform(i, 2) < 0.5 ? 0 : Math.exp(3 * normal(i)),
        count: Math.floor(-3 * Math.log(uniform(i, 3))),
        when: `0${1 + Math.floor(9 * uniform(i, 4))}/2${Math.floor(9 * uniform(i, 5))}/2020`,
        level: i % 7 === 0 ? null : normal(i, 8),
      })),
    );
    const codec = fitTableCodec(source, inferSchema(source));
    const z = Float64Array.from({ length: 500 * codec.dims }, (_, i) => 3 * normal(i, 20));
    for (const row of toObjects(codec.decode(z))) {
      expect(["a", "b", "c"]).toContain(row["kind"]);
      expect(row["share"]).toBeGreaterThanOrEqual(0);
      expect(row["amount"]).toBeGreaterThanOrEqual(0);
      expect(Number.isInteger(row["count"]) && (row["count"] as number) >= 0).toBe(true);
      expect(row["when"]).toMatch(/^\d\d\/\d\d\/\d{4}$/);
      expect(row["level"] === null || Number.isFinite(row["level"])).toBe(true);
    }
  });

  it("lose and invent nothing among 10,000 values on one axis", () => {
    // Most values occur once, one in a third of the rows.
    const zip = Array.from({ length: 15_000 }, (_, i) => (i < 10_000 ? `z${i}` : "z0"));
    const source = table({ zip, y: Float64Array.from(zip, (_, i) => normal(i)) });
    const schema = inferSchema(source);
    const codec = fitTableCodec(source, {
      ...schema,
      columns: [
        { name: "zip", type: "category", storage: "text", values: [...new Set(zip)] },
        schema.columns[1]!,
      ],
    });
    expect(codec.dims).toBe(2);
    const { z } = codec.encode(source, { seed: 8 });
    const back = codec.decode(Float32Array.from(z)).columns[0]!.values;
    // In single precision a draw may round over the edge of its interval: z is then off by 1e-7, an interval is 1e-4 wide.
    const wrong = zip.filter((value, i) => back[i] !== value).length;
    expect(wrong).toBeLessThan(30);
    expect([...codec.decode(z).columns[0]!.values]).toEqual(zip);
    const values = new Set(zip);
    const anything = Float64Array.from({ length: 2000 }, (_, i) => 2 * normal(i, 3));
    for (const cell of codec.decode(anything).columns[0]!.values)
      expect(values.has(cell as string)).toBe(true);
  });

  it("hold in float32, which is what a flow returns", () => {
    const codec = fitTableCodec(discrete, inferSchema(discrete));
    const { z } = codec.encode(discrete, { seed: 3 });
    expect(toObjects(codec.decode(Float32Array.from(z)))).toEqual(toObjects(discrete));
  });
});
