import { describe, expect, it } from "vitest";
import { widthOf, wrapped } from "./wrap.ts";

const sentence =
  "warning: training ended worse than a full-covariance Gaussian on the validation rows, by 4.033 nats a row; more rows may help";

describe("words on a terminal", () => {
  it.each([40, 80, 120])("fit %i columns, none lost and none cut", (width) => {
    const lines = wrapped(sentence, width).split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
    expect(lines.map((line) => line.trim()).join(" ")).toBe(sentence);
    expect(lines.slice(1).every((line) => line.startsWith("  "))).toBe(true);
  });

  it("go on below the third cell of a table's line", () => {
    const line =
      "  carat    number    multiples of 0.01, through quantiles    numbers 0.24 to 1.5; rounded to multiples of 0.01; skewness -0.7";
    const lines = wrapped(line, 80).split("\n");
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.slice(1).every((next) => /^ {21}\S/.test(next))).toBe(true);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it("begin a cell that does not fit whole on a line of its own", () => {
    const line = `  cut  category  "Ideal", "Good", ... (1 more)${" ".repeat(28)}5 different values`;
    expect(wrapped(line, 80)).toBe(
      `  cut  category  "Ideal", "Good", ... (1 more)\n${" ".repeat(17)}5 different values`,
    );
  });

  it("go on below a layer's own words, not below its number", () => {
    const line = `  11     coupling: even variables frozen, ${"words ".repeat(12)} (7,221)`;
    expect(wrapped(line, 80).split("\n")[1]).toMatch(/^ {9}\S/);
  });

  it("keep a long path whole, so that it can be copied", () => {
    const path = `/tmp/${"folder/".repeat(12)}data.csv`;
    expect(wrapped(`error: ${path}: expected a table, got none`, 40)).toContain(path);
    expect(wrapped(path, 40)).toBe(path);
  });

  it("are not wrapped where nobody looks", () => {
    expect(wrapped(sentence, undefined)).toBe(sentence);
    expect(widthOf({ isTTY: false, columns: 80 })).toBeUndefined();
    expect(widthOf({ isTTY: true, columns: 120 })).toBe(120);
    expect(widthOf({ isTTY: true, columns: 5 })).toBe(40);
  });
});
