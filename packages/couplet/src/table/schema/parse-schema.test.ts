import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { CoupletError } from "../../error.ts";
import { parseSchema } from "./parse-schema.ts";
import { COLUMN_TYPES } from "./schema.ts";

const number = { name: "x", type: "number", storage: "number", transform: "standard" };
const schema = (...columns: unknown[]): unknown => ({ version: 1, missingValues: [""], columns });

describe("parseSchema", () => {
  it("accepts a good schema unchanged", () => {
    const good = schema(number, {
      name: "k",
      type: "category",
      storage: "text",
      values: ["a", "b"],
      missing: true,
    });
    expect(parseSchema(good)).toBe(good);
  });

  it.each<[string, unknown, RegExp]>([
    [
      "another version",
      { version: 2, missingValues: [], columns: [number] },
      /schema\.version: expected 1, got 2/,
    ],
    ["not an object", [], /schema: expected an object, got a list of 0/],
    ["no columns", schema(), /schema\.columns: expected a list of columns/],
    [
      "a mistyped type",
      schema({ ...number, type: "catgory" }),
      /schema\.columns\[0\]\.type: expected "number" or .*, got "catgory"\. Did you mean "category"\?/,
    ],
    [
      "a mistyped key",
      schema({ ...number, tranform: "standard" }),
      /schema\.columns\[0\]: unknown key "tranform"\. Did you mean "transform"\?/,
    ],
    [
      "a missing key",
      schema({ name: "x", type: "number", storage: "number" }),
      /schema\.columns\[0\]: missing key "transform"/,
    ],
    [
      "a wrong value",
      schema({ ...number, lower: "0" }),
      /schema\.columns\[0\]\.lower: expected a finite number, got "0"/,
    ],
    ...["integer", "number"].map((type): [string, unknown, RegExp] => [
      `more decimals than can be written, ${type}`,
      schema({ ...number, type, storage: "text", decimals: 101 }),
      /schema\.columns\[0\]\.decimals: expected an integer from 0 to 100, got 101/,
    ]),
    [
      "an offset of nothing",
      schema({ ...number, offset: 0.5 }),
      /schema\.columns\[0\]\.resolution: expected a step of the values from offset = 0\.5 on, got nothing/,
    ],
    [
      "points of mass that do not ascend",
      schema({ ...number, pointMasses: [5, 0] }),
      /schema\.columns\[0\]\.pointMasses: expected values that ascend and lie within the bounds, got \[5, 0\]/,
    ],
    [
      "a point of mass beyond a bound",
      schema({ ...number, upper: 1, pointMasses: [0, 2] }),
      /schema\.columns\[0\]\.pointMasses: expected values that ascend and lie within the bounds, got \[0, 2\]/,
    ],
    [
      "bounds the wrong way round",
      schema({ ...number, lower: 2, upper: 1 }),
      /upper: expected more than lower = 2, got 1/,
    ],
    [
      "two columns of one name",
      schema(number, number),
      /schema\.columns\[1\]\.name: expected a name that no other column has, got "x"/,
    ],
    [
      "a value twice",
      schema({ name: "k", type: "category", storage: "text", values: ["a", "a"] }),
      /values: expected a list of strings or numbers, each once/,
    ],
    [
      "a boolean of three values",
      schema({ name: "k", type: "boolean", storage: "text", values: ["a", "b", "c"] }),
      /expected two values/,
    ],
    [
      "a date without a format",
      schema({ name: "d", type: "date", storage: "text", unit: "day", transform: "quantile" }),
      /format: expected a pattern/,
    ],
    [
      "a number format with an unknown part",
      schema({ ...number, numberFormat: { sufix: "kg" } }),
      /numberFormat: unknown key "sufix"\. Did you mean "suffix"\?/,
    ],
    [
      "a comma for two things",
      schema({ ...number, numberFormat: { decimal: ",", group: "," } }),
      /numberFormat: expected different characters for group and decimal/,
    ],
    [
      "a step of nothing",
      schema({ ...number, type: "integer", resolution: 0 }),
      /resolution: expected an integer of 1 or more, got 0/,
    ],
    ["only context", schema({ ...number, role: "context" }), /at least one column to model/],
  ])("refuses %s", (_, value, message) => {
    expect(() => parseSchema(value)).toThrow(message);
  });

  it("lists every problem", () => {
    expect(() =>
      parseSchema(
        schema(
          { ...number, lower: "0" },
          { name: "", type: "category", storage: "text", values: [] },
        ),
      ),
    ).toThrow(
      /columns\[0\]\.lower.*Also schema\.columns\[1\]\.name.*Also schema\.columns\[1\]\.values/,
    );
  });

  it("knows the keys that docs/command.md lists, type by type", () => {
    const page = readFileSync(new URL("../../../../../docs/command.md", import.meta.url), "utf8");
    const section = page.split("\n### schema\n")[1]!.split("\n##")[0]!;
    const documented = [...section.matchAll(/^\| (`[^|]*) \| ([a-z, ]+) \|/gm)].flatMap(
      ([, keys, types]) =>
        [...keys!.matchAll(/`(\w+)`/g)].map(
          ([, key]) => [key!, types === "all" ? [...COLUMN_TYPES] : types!.split(", ")] as const,
        ),
    );
    const accepted = (type: string): string[] => {
      try {
        parseSchema(schema({ name: "x", type, none: 0 }));
      } catch (error) {
        const { message, expected } = error as CoupletError;
        expect(message).toContain('unknown key "none"');
        return expected.replace("one of ", "").split(", ");
      }
      return [];
    };
    for (const type of COLUMN_TYPES)
      expect([
        type,
        documented.flatMap(([key, types]) => (types.includes(type) ? [key] : [])).toSorted(),
      ]).toEqual([type, accepted(type).toSorted()]);
  });

  it("reads the names of version 0.1", () => {
    const earlier = schema({ ...number, atoms: [0, 5], spelling: { suffix: " kg" } });
    const present = schema({ ...number, pointMasses: [0, 5], numberFormat: { suffix: " kg" } });
    expect(parseSchema(earlier)).toEqual(present);
    expect(() => parseSchema(schema({ ...number, atoms: [0], pointMasses: [0] }))).toThrow(
      /unknown key "atoms"/,
    );
  });
});
