/** An Arrow stream says once what a column is: later chunks keep to it, or are refused. */
import { describe, expect, it } from "vitest";
import { table } from "../../table/table.ts";
import type { Cell } from "../../table/table.ts";
import { readTable } from "../read-table.ts";
import { arrowEncoder } from "./encode.ts";

const day = new Date("2024-05-01T00:00:00Z");
const kinds: Readonly<Record<string, readonly Cell[]>> = {
  number: [1.5, null],
  boolean: [true, false],
  date: [day, null],
  text: ["a", null],
};
const others = (kind: string): string[] => Object.keys(kinds).filter((other) => other !== kind);

describe("arrowEncoder", () => {
  it.each(
    Object.keys(kinds)
      .filter((kind) => kind !== "text")
      .flatMap((kind) => others(kind).map((other) => [kind, other] as const)),
  )("refuses a column of %s that goes on as %s", async (first, second) => {
    const encoder = await arrowEncoder("rows.arrow");
    await encoder.encode(table({ x: kinds[first]! }));
    await expect(encoder.encode(table({ x: kinds[second]! }))).rejects.toThrow(
      `rows.arrow: column "x": expected cells of one kind throughout, as its first rows have (${first}), got ${second} further on`,
    );
  });

  it.each(Object.keys(kinds))("writes missing cells into a column of %s", async (kind) => {
    const encoder = await arrowEncoder("rows.arrow");
    const parts = [
      await encoder.encode(table({ x: kinds[kind]! })),
      await encoder.encode(table({ x: [null, null] })),
      encoder.end(),
    ];
    const { rows, columns } = await readTable(new Blob(parts as BlobPart[]), {
      name: "rows.arrow",
    });
    expect(rows).toBe(4);
    const [{ values }] = columns as unknown as [{ values: readonly unknown[] }];
    expect([...values].slice(2).every((value) => value === null || Number.isNaN(value))).toBe(true);
    expect([null, NaN]).not.toContain(values[0]);
  });

  it("writes the text of any kind into a column of text", async () => {
    const encoder = await arrowEncoder("rows.arrow");
    const parts = [
      await encoder.encode(table({ x: ["a"] })),
      await encoder.encode(table({ x: [2.5] })),
      encoder.end(),
    ];
    const { columns } = await readTable(new Blob(parts as BlobPart[]), { name: "rows.arrow" });
    expect(columns[0]!.values).toEqual(["a", "2.5"]);
  });
});
