import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../random/philox.ts";
import { inferSchema } from "./infer/infer-schema.ts";
import { splitContext } from "./split-context.ts";
import { fitTableCodec } from "./encode/table-codec.ts";
import { type Cell, tableFromObjects, toObjects } from "./table.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 11, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 12, row, stream });
const pick = <T>(items: readonly T[], u: number): T => items[Math.floor(u * items.length)]!;

describe("context columns", () => {
  const rows = Array.from({ length: 500 }, (_, i) => ({
    contract: pick(["Month-to-month", "One year", "Two year"], uniform(i)),
    city: `c${Math.floor(40 * uniform(i, 1))}`,
    churn: uniform(i, 2) < 0.4,
    charge: i % 11 === 0 ? null : normal(i),
    months: Math.floor(60 * uniform(i, 3)),
  }));
  const source = tableFromObjects(rows);
  const codec = fitTableCodec(
    source,
    splitContext(inferSchema(source), ["contract", "city", "churn", "charge"]),
  );

  it("are encoded without noise, differently for different cells", () => {
    // contract one-hot 3, city 1 + 6 bits, churn 1, charge and its indicator 2.
    expect(codec.contextDims).toBe(3 + 7 + 1 + 2);
    const encoded = codec.encodeContext(source);
    expect([...codec.encodeContext(source)]).toEqual([...encoded]);
    const key = (i: number): string => encoded.subarray(i * 13 + 3, i * 13 + 10).join();
    const cities = new Map<string, string>();
    rows.forEach((row, i) =>
      expect(cities.get(row.city) ?? cities.set(row.city, key(i)).get(row.city)).toBe(key(i)),
    );
    expect(new Set(cities.values()).size).toBe(cities.size);
  });

  it("come back beside the sampled columns, in the table's order", () => {
    const conditions: Record<string, Cell> = {
      contract: "Two year",
      city: "c3",
      churn: true,
      charge: null,
    };
    const given = codec.contextTable(conditions, 4);
    const decoded = toObjects(codec.decode(new Float64Array(4 * codec.dims), given));
    expect(Object.keys(decoded[0]!)).toEqual(["contract", "city", "churn", "charge", "months"]);
    expect(decoded[3]).toMatchObject(conditions);
  });

  it("refuse what they do not know, with the known and the nearest", () => {
    const complete = { contract: "Two year", city: "c3", churn: true, charge: 0 };
    expect(() => codec.contextTable({ ...complete, contract: "Two years" }, 1)).toThrow(
      /contract to be one of "\w.*", "\w.*", "\w.*", got "Two years"\. Did you mean "Two year"/,
    );
    expect(() => codec.contextTable({ ...complete, contrct: "One year" }, 1)).toThrow(
      /Did you mean "contract"/,
    );
    expect(() => codec.contextTable({ contract: "Two year" }, 1)).toThrow(
      /none for city, churn, charge/,
    );
    expect(() => codec.contextTable({ ...complete, charge: "much" }, 1)).toThrow(
      /expected a number/,
    );
    expect(() => splitContext(inferSchema(source), ["contrat"])).toThrow(/Did you mean "contract"/);
    expect(() => splitContext(inferSchema(source), Object.keys(rows[0]!))).toThrow(
      /at least one column left/,
    );
    const plain = fitTableCodec(source, inferSchema(source));
    expect(() => plain.contextTable({ churn: true }, 1)).toThrow(
      /the model has no context columns/,
    );
  });
});
