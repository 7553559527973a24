import { describe, expect, it } from "vitest";
import { parseJson } from "./parse-json.ts";

describe("JSON out of a file", () => {
  it("is read as JSON.parse reads it", () => {
    const value = { a: [1, { b: 'brackets "[[[" in text \\' }], c: null, d: "{".repeat(500) };
    expect(parseJson(JSON.stringify(value), "file")).toEqual(value);
  });

  it.each([
    ["lists", "[".repeat(5000) + "]".repeat(5000)],
    ["objects", '{"a":'.repeat(5000) + "1" + "}".repeat(5000)],
  ])("nested 5,000 deep in %s is refused with its depth", (_, text) => {
    expect(() => parseJson(text, "file")).toThrow(
      /^file: expected JSON nested at most 100 deep, got JSON nested 5000 deep/,
    );
  });

  it("that is broken is refused by name", () => {
    expect(() => parseJson("[1,", "model.couplet: spec")).toThrow(
      expect.objectContaining({ code: "FILE_INVALID", where: "model.couplet: spec" }),
    );
  });
});
