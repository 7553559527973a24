/** The line of the first bytes that are not of the encoding, wherever the pieces are cut. */
import { expect, it } from "vitest";
import { TextPieces } from "./encoding.ts";

const lines = ["a,b", "1,é", "2,Ω", "3,x"].map((line) => `${line}\n`).join("");
const damaged = Buffer.concat([Buffer.from(lines), Buffer.from("4,th\xe9\n5,y\n", "latin1")]);

it.each([1, 2, 3, 5, 8, 13, 100])("names it, in pieces of %d bytes", (size) => {
  const pieces = new TextPieces("utf-8", damaged, "rows.csv");
  const read = () => {
    for (let at = 0; at < damaged.length; at += size)
      pieces.add(damaged.subarray(at, at + size), at + size >= damaged.length);
  };
  expect(read).toThrow(/^rows\.csv:5: expected text in UTF-8, got other bytes/);
});

it("reads text that is whole", () => {
  const pieces = new TextPieces("utf-8", Buffer.from(lines), "rows.csv");
  const bytes = Buffer.from(lines);
  const text = [...bytes.keys()]
    .map((at) => pieces.add(bytes.subarray(at, at + 1), at + 1 === bytes.length))
    .join("");
  expect(text).toBe(lines);
});

it("names the line of half a character of UTF-16", () => {
  const bytes = Buffer.from("a\nb\n\u{1F600}", "utf16le").subarray(0, -2);
  expect(() => new TextPieces("utf-16", bytes, "rows.csv").add(bytes, true)).toThrow(
    /rows\.csv:3: expected text in UTF-16LE/,
  );
});
