import { describe, expect, it } from "vitest";
import { derive } from "../kinetics/derive.ts";
import type { Expression } from "./expression.ts";
import { parseFormula } from "./parse-formula.ts";
import { compileTape } from "./tape.ts";

function evaluate(e: Expression, values: Readonly<Record<string, number>> = {}, time = 0): number {
  const names = Object.keys(values);
  const out = new Float64Array(1);
  compileTape([e], names).run(time, Float64Array.from(Object.values(values)), out);
  return out[0]!;
}

describe("parseFormula", () => {
  it.each<[string, number]>([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["2 ^ 3 ^ 2", 512],
    ["-2 ^ 2", -4],
    ["2 ^ -1", 0.5],
    ["8 / 4 / 2", 1],
    ["7 - 3 - 2", 2],
    ["1.5e-3 * 2E3", 3],
    [".5 + 1.", 1.5],
    ["7 % 4", 3],
    ["exp(0) + ln(1) + sqrt(9)", 4],
    ["log(exp(2)) + log10(1000)", 5],
    ["max(1, 5, 3) - min(4, 2)", 3],
    ["piecewise(10, time < 5, 20)", 10],
    ["piecewise(10, time > 5, 20, time == 0, 30)", 20],
    ["1 < 2 && !(3 <= 2) || 0", 1],
    ["x * x.y", 6],
    ["pow(x, 3) + abs(-x)", 10],
    ["floor(2.7) + ceil(2.1)", 5],
  ])("%s = %d", (text, expected) => {
    expect(evaluate(parseFormula(text), { x: 2, "x.y": 3 })).toBeCloseTo(expected, 12);
  });

  it("refuses what is nested or chained too long to be walked, and reads what is not", () => {
    const inBrackets = (n: number): string => `${"(".repeat(n)}1${")".repeat(n)}`;
    expect(evaluate(parseFormula(inBrackets(199)))).toBe(1);
    expect(() => parseFormula(inBrackets(40_000))).toThrow("brackets and signs at most 200 deep");
    expect(() => parseFormula(`${"-".repeat(40_000)}1`)).toThrow("at most 200 deep");
    expect(() => parseFormula(`${"2^".repeat(40_000)}1`)).toThrow("at most 200 deep");
    const sum = (n: number): string => Array.from({ length: n }, () => "x").join("+");
    expect(evaluate(derive(parseFormula(sum(2000)), "x"), { x: 3 })).toBe(2000);
    expect(() => parseFormula(sum(40_000))).toThrow("at most 2000 operators in a row");
  });

  it("reads a table of thousands of pieces: the first that holds counts", () => {
    const rows = Array.from({ length: 5000 }, (_, i) => `${i}, x < ${i + 1}`).join(", ");
    const table = parseFormula(`piecewise(${rows}, -1)`);
    for (const [x, value] of [
      [0.5, 0],
      [17, 17],
      [2499.5, 2499],
      [4999.9, 4999],
      [5000, -1],
    ] as const)
      expect(evaluate(table, { x })).toBe(value);
    expect(evaluate(derive(table, "x"), { x: 3 })).toBe(0);
  });

  it("names the column of what does not fit", () => {
    expect(() => parseFormula("k * (A + ", "reactions.v1")).toThrow(
      'reactions.v1, column 10 of "k * (A + ": expected a number, a name or (, got the end.',
    );
    expect(() => parseFormula("a b")).toThrow(
      'column 3 of "a b": expected an operator or the end, got "b"',
    );
    expect(() => parseFormula("a # b")).toThrow(
      'column 3 of "a # b": expected a number, a name or an operator, got "#"',
    );
    expect(() => parseFormula("exp(1, 2)")).toThrow("expected exp of 1 argument, got 2");
  });
});

describe("derive", () => {
  // every operator that has a derivative, inside a chain rule
  const formulas = [
    "x * x * k",
    "k / (x + 2)",
    "(x + 1) / (x * x + 3)",
    "x ^ 3",
    "x ^ k",
    "k ^ x",
    "x ^ x",
    "exp(k * x)",
    "ln(x + 3)",
    "log10(x * k)",
    "sqrt(x + 1)",
    "abs(x - 5)",
    "abs(x)",
    "sin(x * x)",
    "cos(k * x)",
    "tan(x / 2)",
    "asin(x / 4)",
    "acos(x / 5)",
    "atan(x)",
    "sinh(x)",
    "cosh(x)",
    "tanh(k * x)",
    "min(x * x, 3)",
    "max(x * x, 2)",
    "piecewise(x ^ 2, x < 3, x)",
    "-x * -(-x)",
    "x % 5",
    "floor(x) * x",
    "x * (x < 3)",
    "Vm * x ^ 2 / (Km ^ 2 + x ^ 2)",
  ];
  it.each(formulas)("%s against a central difference", (text) => {
    const values = { x: 1.3, k: 1.7, Vm: 2.1, Km: 0.6 };
    const e = parseFormula(text);
    const h = 1e-5;
    const numeric =
      (evaluate(e, { ...values, x: values.x + h }) - evaluate(e, { ...values, x: values.x - h })) /
      (2 * h);
    // central differences: h^2 / 6 |f'''| ~ 1e-10, rounding 1e-16 / h ~ 1e-11
    expect(Math.abs(evaluate(derive(e, "x"), values) - numeric)).toBeLessThan(
      1e-8 * Math.max(1, Math.abs(numeric)),
    );
  });

  it("is zero, without work, for what does not depend on the name", () => {
    expect(derive(parseFormula("exp(a) * b ^ 3 + time"), "x")).toEqual({
      kind: "number",
      value: 0,
    });
  });
});

describe("compileTape", () => {
  it("computes equal subexpressions once, over all formulas", () => {
    const one = compileTape([parseFormula("Vm * x / (Km + x)")], ["Vm", "Km", "x"]);
    const e = parseFormula("Vm * x / (Km + x)");
    const both = compileTape([e, e, parseFormula("1 / (Km + x)")], ["Vm", "Km", "x"]);
    expect(one.length).toBe(3);
    expect(both.length).toBe(4);
  });
  it("refuses names that are not inputs", () => {
    expect(() => compileTape([parseFormula("k * A")], ["A"])).toThrow('expected one of A, got "k"');
  });
});
