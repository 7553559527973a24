import { fitTable, table } from "couplet/table";
import type { ColumnValues } from "couplet/table";
import { describe, expect, it } from "vitest";
import { normals } from "../../../../../test/random.ts";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { ordinaryRows } from "./ordinary-rows.ts";

const ROWS = 600;
const z = normals(ROWS, 31);
const columns = {
  a: Float64Array.from(z),
  b: Array.from(z, (value, i) => String(value * value + 0.3 * normals(ROWS, 32)[i]!)),
  kind: Array.from(z, (_, i) => (i % 4 === 0 ? "10" : "20")),
};
const withCell = (name: keyof typeof columns, row: number, cell: number | string) => {
  const copy: Record<string, ColumnValues> = { ...columns };
  copy[name] = Array.from(columns[name] as ArrayLike<number | string>, (value, i) =>
    i === row ? cell : value,
  ) as ColumnValues;
  return table(copy);
};

describe("ordinary rows", () => {
  it.each([
    ["a", 5, 1e300],
    ["a", 5, -1e6],
    ["b", 77, "1e300"],
    ["b", 77, "-99999"],
  ] as const)("leave out and name column %s, row %d: %s", (name, row, cell) => {
    const found = atOnce(ordinaryRows(withCell(name, row, cell), undefined, undefined));
    expect([...found.leftOut]).toEqual([row]);
    expect(found.table.rows).toBe(ROWS - 1);
    expect(found.warnings).toMatchObject([{ code: "ROWS_LEFT_OUT", columns: [name], count: 1 }]);
    expect(found.warnings[0]!.message).toContain(
      `row ${row + 1} (column "${name}": ${Number(cell)})`,
    );
  });

  it("are all rows of a table without wild numbers, and of one with a rare code", () => {
    const clean = table(columns);
    expect(atOnce(ordinaryRows(clean, undefined, undefined))).toMatchObject({
      table: clean,
      warnings: [],
    });
    // A category of numbers has no distances.
    const coded = withCell("kind", 9, "9999999");
    const found = atOnce(ordinaryRows(coded, undefined, { types: { kind: "category" } }));
    expect(found.table).toBe(coded);
    expect(found.schema.columns[2]).toMatchObject({ type: "category" });
  });

  it("have no warning of a fit about columns that a relation ties together, and one without relations", async () => {
    const gross = Array.from({ length: 300 }, (_, i) => 3000 + ((i * 7919) % 1009));
    const source = table({ gross, tax: gross.map((value) => value / 4) });
    for (const [relations, codes] of [
      ["auto", []],
      ["none", ["NEAR_DUPLICATE"]],
    ] as const) {
      const found: string[] = [];
      using model = await fitTable(source, {
        epochs: 1,
        threads: 1,
        seed: 1,
        relations,
        onEvent: (event) => void (event.type === "tableWarning" && found.push(event.warning.code)),
      });
      expect(model.schema.relations ?? []).toHaveLength(relations === "auto" ? 1 : 0);
      expect(found).toEqual(codes);
    }
  });

  it("give a fit in which the other rows have the density that they have without", async () => {
    const options = { epochs: 6, threads: 1, seed: 1 };
    using clean = await fitTable(table(columns), options);
    const warnings: string[] = [];
    using other = await fitTable(withCell("b", 77, "1e300"), {
      ...options,
      onEvent: (event) => void (event.type === "tableWarning" && warnings.push(event.warning.code)),
    });
    expect(warnings).toContain("ROWS_LEFT_OUT");
    const mean = async (model: typeof clean): Promise<number> => {
      const { nats } = await model.score(table(columns));
      return nats.reduce((sum, value) => sum + value, 0) / nats.length;
    };
    expect(Math.abs((await mean(clean)) - (await mean(other)))).toBeLessThan(0.05);
  });
});
