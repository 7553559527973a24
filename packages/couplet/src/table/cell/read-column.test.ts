import { describe, expect, it } from "vitest";
import type { ModelledColumnSchema } from "../schema/schema.ts";
import { type ColumnValues, table } from "../table.ts";
import { readColumn } from "./read-column.ts";

const zero = { missingValues: [], impossible: "zero" } as const;
const error = { missingValues: [] } as const;

/** Rows to which a column gives no probability, and the error that they are where that is wanted. */
function read(schema: object, values: ColumnValues) {
  const column = table({ x: values }).columns[0]!;
  const full = { name: "x", transform: "quantile", ...schema } as ModelledColumnSchema;
  const { codes, impossible } = readColumn(column, full, zero);
  return { codes: [...codes], impossible, refused: () => readColumn(column, full, error) };
}

describe("between the steps of a column there is no value:", () => {
  const at = (...time: [number, number, number?]) => new Date(Date.UTC(2024, 0, 1, ...time));

  it("of integers", () => {
    const weights = { type: "integer", storage: "number", resolution: 25 };
    const { codes, impossible, refused } = read(weights, [50, -75, 0, 51]);
    expect([codes, impossible]).toEqual([[50, -75, 0, 51], [3]]);
    expect(refused).toThrow(/"x": expected integers in steps of 25, got 51 in row 4/);
    const sentinels = { ...weights, sentinels: { above: [999] } };
    expect(read(sentinels, [50, 999, 51]).impossible).toEqual([2]);
  });

  it("of dates, in steps and in units", () => {
    const five = { type: "datetime", storage: "date", unit: "minute", resolution: 5, offset: 2 };
    const dates = [at(0, 2), at(0, 7), at(0, 5), at(0, 7, 1)];
    const { impossible, refused } = read(five, dates);
    expect(impossible).toEqual([2, 3]);
    expect(refused).toThrow(
      /expected minutes in steps of 5 from 2 on, got .*2 rows, first at row 3/,
    );
    const seconds = read({ type: "datetime", storage: "date", unit: "minute" }, [
      at(0, 5),
      at(0, 5, 1),
    ]);
    expect(seconds.impossible).toEqual([1]);
    expect(seconds.refused).toThrow(/expected whole minutes, got .* in row 2/);
    const days = { type: "date", storage: "text", format: "YYYY-MM-DD HH:mm", unit: "day" };
    expect(read(days, ["2024-01-01 00:00", "2024-01-01 12:00"]).impossible).toEqual([1]);
    const listed = {
      type: "datetime",
      storage: "date",
      unit: "hour",
      values: [at(0, 0).getTime() / 3.6e6],
    };
    expect(read(listed, [at(0, 0), at(0, 30)]).impossible).toEqual([1]);
    const unix = { type: "datetime", storage: "number", format: "X", unit: "minute" };
    expect(read(unix, [1_700_000_040, 1_700_000_041]).impossible).toEqual([1]);
  });

  it("but of months the day is cut off, and a rounded number has the density of its step", () => {
    const month = { type: "date", storage: "date", unit: "month" };
    expect(read(month, [at(0, 0), at(40, 0)])).toMatchObject({ codes: [648, 648], impossible: [] });
    const tenths = { type: "number", storage: "number", resolution: 0.1, decimals: 1 };
    expect(read(tenths, [0.3, 0.32])).toMatchObject({ codes: [0.3, 0.3], impossible: [] });
  });
});
