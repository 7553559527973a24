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

  // Strings without an end: 200,000 quotes, each looked after to the end, took a minute; 20 MB in one string passed the stack.
  it.each([
    ["many escaped quotes", `{"a":"${'\\"'.repeat(200_000)}`],
    ["backslashes before a line's end", `{"a":"${'\\"'.repeat(200_000)}\\\n`],
    ["20 MB", `{"a":"${"x".repeat(20_000_000)}`],
  ])("with a string of %s that does not end is refused", (_, text) => {
    expect(() => parseJson(text, "file")).toThrow(
      expect.objectContaining({ code: "FILE_INVALID", where: "file" }),
    );
  });

  it("counts no brackets of strings, whatever is escaped in them", () => {
    const deep = "[".repeat(200);
    const value = [`${deep}\\`, `"${deep}`, `\\"${deep}`, `${deep}\n`];
    expect(parseJson(JSON.stringify(value), "file")).toEqual(value);
  });
});
