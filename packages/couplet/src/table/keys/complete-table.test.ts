import { describe, expect, it } from "vitest";
import { inferSchema } from "../infer/infer-schema.ts";
import { parseSchema } from "../schema/parse-schema.ts";
import { table, textCells } from "../table.ts";
import type { ColumnValues } from "../table.ts";
import { withLeftOut, withMissingSpelled } from "./complete-table.ts";

const ROWS = 300;
const numbers = Array.from({ length: ROWS }, (_, i) => ((i * 37) % 101) / 4);
const rows = <T>(of: (i: number) => T): T[] => Array.from({ length: ROWS }, (_, i) => of(i));
/** New keys beside 500 rows of a model, in two chunks. */
const keysLike = (keys: ColumnValues): string[] => {
  const schema = inferSchema(table({ y: numbers, key: keys, z: numbers.toReversed() }));
  // Keys are part of a schema that people may edit.
  parseSchema(JSON.parse(JSON.stringify(schema)));
  const chunk = (from: number, count: number): string[] => {
    const whole = withLeftOut(
      table({ y: numbers.slice(0, count), z: numbers.slice(0, count) }),
      schema,
      { firstRow: from, seed: 5 },
    );
    expect(whole.columns.map(({ name }) => name)).toEqual(["y", "key", "z"]);
    return textCells(whole.columns[1]!).map(String);
  };
  const found = [...chunk(0, 300), ...chunk(300, 200)];
  expect(new Set(found).size).toBe(500);
  return found;
};

describe("new keys", () => {
  it.each<[string, (i: number) => string | number, RegExp]>([
    ["numbers in a row", (i) => i + 1, /^(30[1-9]|3[1-9]\d|[4-7]\d\d|800)$/],
    [
      "numbers behind a prefix",
      (i) => `CUST-${String(i + 1).padStart(5, "0")}`,
      /^CUST-00[3-8]\d\d$/,
    ],
    [
      "letters and digits",
      (i) => `${((i * 7919) % 9000) + 1000}-${"QXZ"[i % 3]}${"ABC"[(i * 5) % 3]}${(i * 31) % 10}K`,
      /^\d{4}-[A-Z]{2}\dK$/,
    ],
    [
      "16 digits",
      (i) => String(4_000_000_000_000_001n + BigInt(i) * 7_919_191_919n),
      /^[1-9]\d{15}$/,
    ],
    [
      "hexadecimal",
      (i) => (0x10000000 + ((i * 2_654_435) % 0xefffffff)).toString(16),
      /^[0-9a-f]{8}$/,
    ],
  ])("are like the old: %s", (_, of, expected) => {
    const old = new Set(rows(of).map(String));
    const found = keysLike(rows(of));
    for (const key of found) expect(key).toMatch(expected);
    // Of keys drawn among many a few may be old ones; of those that go on after the last, none.
    expect(found.filter((key) => old.has(key)).length).toBeLessThan(10);
  });

  it("stay apart where a pattern has too few", () => {
    const few = rows(
      (i) => `${"ABCDEFGHIJKLMNOPQRST"[Math.floor(i / 15)]}${"abcdefghijklmno"[i % 15]}`,
    );
    expect(keysLike(few)[0]).toMatch(/^[A-Z][a-z]\d+$/);
  });

  it("leave free text empty", () => {
    const schema = inferSchema(
      table({ y: numbers, note: rows((i) => `a long remark about row number ${i} of this table`) }),
    );
    const whole = withLeftOut(table({ y: [1, 2] }), schema);
    expect(textCells(whole.columns[1]!)).toEqual([null, null]);
  });
});

describe("missing cells in a file", () => {
  it("are written as they were", () => {
    const schema = inferSchema(
      table({
        y: numbers,
        job: rows((i) => ["clerk", "?", "smith"][i % 3]!),
        x: rows((i) => (i % 9 === 0 ? "" : String(i / 8))),
      }),
    );
    const written = withMissingSpelled(
      table({ y: [1, 2], job: ["clerk", null], x: ["1.5", null] }),
      schema,
    );
    expect(written.columns.map((column) => textCells(column)[1])).toEqual(["2", "?", null]);
  });
});
