import { describe, expect, it } from "vitest";
import { inferSchema } from "./infer/infer-schema.ts";
import type { ColumnType } from "./schema/schema.ts";
import { fitTableCodec } from "./encode/table-codec.ts";
import { isThere, realTable } from "./suite/real-table.ts";
import { textCells } from "./table.ts";

const cases: [string, number, Partial<Record<string, ColumnType>>][] = [
  [
    "penguins",
    11,
    { species: "category", bill_length_mm: "number", body_mass_g: "integer", sex: "category" },
  ],
  [
    "telco-churn",
    21,
    {
      customerID: "identifier",
      SeniorCitizen: "boolean",
      tenure: "integer",
      TotalCharges: "number",
      Contract: "category",
    },
  ],
  [
    "california-housing",
    11,
    {
      longitude: "number",
      median_income: "number",
      median_house_value: "integer",
      ocean_proximity: "category",
    },
  ],
  [
    "adult",
    15,
    {
      age: "integer",
      workclass: "category",
      native_country: "category",
      capital_gain: "integer",
      income: "category",
    },
  ],
];

describe.each(cases)("shared/data/tables/%s", (name, dims, types) => {
  const present = isThere(name);

  it.skipIf(!present)("is understood, and every cell comes back", () => {
    const source = realTable(name);
    const schema = inferSchema(source);
    for (const [column, type] of Object.entries(types))
      expect(schema.columns.find((c) => c.name === column)).toMatchObject({ type });
    const codec = fitTableCodec(source, schema);
    expect(codec.dims).toBe(dims);
    const { z, logCorrection } = codec.encode(source, { seed: 4 });
    expect(z.every(Number.isFinite)).toBe(true);
    expect(logCorrection.every(Number.isFinite)).toBe(true);
    const back = codec.decode(z);
    const missing = (cell: string | null): boolean =>
      cell === null || ["", "?"].includes(cell.trim());
    for (const column of back.columns) {
      const before = textCells(source.columns.find((c) => c.name === column.name)!);
      const after = textCells(column);
      const wrong = before.filter((cell, i) =>
        missing(cell)
          ? after[i] !== null
          : after[i] === null || (cell !== after[i] && Number(cell) !== Number(after[i])),
      );
      expect(wrong).toEqual([]);
    }
  });
});
