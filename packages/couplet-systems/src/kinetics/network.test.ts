import { describe, expect, it } from "vitest";
import { integrate } from "./integrate.ts";
import { reactionNetwork } from "./network.ts";

const rates = (model: ReturnType<typeof reactionNetwork>, y = model.initial, t = 0): number[] => {
  const out = new Float64Array(model.states.length);
  model.rhs(t, y, out);
  return Array.from(out);
};

describe("reactionNetwork", () => {
  it("builds N v from equations and formulas", () => {
    const model = reactionNetwork({
      species: { A: 2, B: 1, C: 0 },
      parameters: { k: 3 },
      reactions: {
        r: { equation: "2 A + B -> C", rate: "k*A^2*B" },
        out: { equation: "C ->", rate: "0.5*C" },
      },
    });
    expect(rates(model)).toEqual([-24, -12, 12]);
    expect(Array.from(model.stoichiometry)).toEqual([-2, 0, -1, 0, 1, -1]);
  });

  it("has a Jacobian that agrees with differences of the right-hand side", () => {
    const model = reactionNetwork({
      species: { A: 1.2, B: 0.7, C: 0.4 },
      parameters: { V: 2, K: 0.3, n: 4 },
      functions: { hill: { parameters: ["x", "k", "h"], body: "x^h / (k^h + x^h)" } },
      reactions: {
        a: { equation: "A -> B", rate: "V*A/(K+A)" },
        b: { equation: "B -> C", rate: "hill(B, K, n)" },
        c: { equation: "C -> A", rate: "k*C*exp(-B)", parameters: { k: 5 } },
      },
      assignmentRules: { total: "A + B + C" },
      rateRules: { K: "0.1 * total - K" },
    });
    const n = model.states.length;
    const j = new Float64Array(n * n);
    model.jacobian(0, model.initial, j);
    for (let c = 0; c < n; c++) {
      const h = 1e-6;
      const up = rates(
        model,
        model.initial.map((v, i) => (i === c ? v + h : v)),
      );
      const down = rates(
        model,
        model.initial.map((v, i) => (i === c ? v - h : v)),
      );
      // central differences: 1e-12 |f'''| + 1e-16 / h; |f'''| is some 100 here
      for (let i = 0; i < n; i++)
        expect(Math.abs((up[i]! - down[i]!) / (2 * h) - j[i * n + c]!)).toBeLessThan(1e-8);
    }
    expect(model.observe("total", 0, model.initial)).toBeCloseTo(2.3, 14);
  });

  it("conserves amounts, not concentrations, across compartments of different size", () => {
    const model = reactionNetwork({
      compartments: { cell: 1, medium: 10 },
      species: {
        Sin: { initial: 0, compartment: "cell" },
        Sout: { initial: 5, compartment: "medium" },
      },
      reactions: { uptake: { equation: "Sout -> Sin", rate: "0.2 * (Sout - Sin)" } },
    });
    expect(Array.from(model.initial)).toEqual([0, 50]);
    expect(rates(model)).toEqual([1, -1]);
    const end = integrate(model, { until: 500 }).end;
    // equal concentrations: 50 / 11 each
    expect(model.observe("Sin", 0, end)).toBeCloseTo(50 / 11, 8);
    expect(model.observe("Sout", 0, end)).toBeCloseTo(50 / 11, 8);
  });

  it("dilutes in a growing compartment", () => {
    const model = reactionNetwork({
      compartments: { cell: 1 },
      species: { X: { initial: 4, compartment: "cell" }, Y: { initial: 1, compartment: "cell" } },
      reactions: { none: { equation: "X ->", rate: "0" } },
      rateRules: { cell: "0.5", Y: "0" },
    });
    const end = integrate(model, { until: 2 }).end;
    // X: constant amount in volume 2; Y: a rate rule fixes its concentration
    expect(model.observe("X", 2, end)).toBeCloseTo(2, 9);
    expect(model.observe("Y", 2, end)).toBeCloseTo(1, 9);
  });

  it("holds amounts where a rule gives the size", () => {
    const model = reactionNetwork({
      compartments: { cell: 3 },
      species: {
        X: { initial: 4, compartment: "cell" },
        still: { initial: 2, compartment: "cell" },
        ruled: { initial: 1, compartment: "cell" },
      },
      reactions: { decay: { equation: "X ->", rate: "cell * X" } },
      assignmentRules: { cell: "1 + time" },
      rateRules: { ruled: "2" },
    });
    const run = integrate(model, { until: 3 });
    const at = (name: string): number => model.observe(name, 3, run.end);
    expect(at("cell")).toBe(4);
    // the rate is the amount of X; a concentration of 2 in a size of 1 is thinned; a rule gives concentrations
    expect(at("X")).toBeCloseTo((4 * Math.exp(-3)) / 4, 8);
    expect(at("still")).toBe(0.5);
    expect(at("ruled")).toBeCloseTo(7, 8);
  });

  it("refuses to change what formulas have been built with", () => {
    const model = reactionNetwork({
      compartments: { cell: 1, medium: 2 },
      species: { A: { initial: 1, compartment: "cell" } },
      parameters: { k: 1 },
      reactions: { r: { equation: "A ->", rate: "k*A*cell" } },
    });
    expect(model.observe("cell", 0, model.initial)).toBe(1);
    expect(() => model.withParameters({ cell: 2 })).toThrow("expected one of k, medium, got");
    expect(model.withParameters({ medium: 3 }).parameters["medium"]).toBe(3);
  });

  it("evaluates initial assignments in any order, and they win", () => {
    const model = reactionNetwork({
      species: { A: 1, B: 0 },
      parameters: { total: 10, f: 0 },
      initialAssignments: { A: "f * total", f: "0.25 + B", B: "0.05" },
      reactions: { r: { equation: "A -> B", rate: "A" } },
    });
    expect(Array.from(model.initial)).toEqual([3, 0.05]);
    expect(model.parameters["f"]).toBe(0.3);
  });

  it("changes parameters without touching the original", () => {
    const model = reactionNetwork({
      species: { A: 1 },
      parameters: { k: 1 },
      reactions: { r: { equation: "A ->", rate: "k*A" } },
    });
    expect(rates(model.withParameters({ k: 4 }))).toEqual([-4]);
    expect(rates(model)).toEqual([-1]);
    expect(() => model.withParameters({ kk: 1 })).toThrow(
      'withParameters: expected one of k, got "kk". Did you mean "k"?',
    );
  });

  it("knows what time it is, and holds boundary species", () => {
    const model = reactionNetwork({
      species: { feed: { initial: 2, boundary: true }, X: 0 },
      reactions: { r: { equation: "feed -> X", rate: "feed * piecewise(1, time < 1, 0)" } },
    });
    expect(model.states).toEqual(["X"]);
    expect(rates(model, model.initial, 0.5)).toEqual([2]);
    expect(rates(model, model.initial, 1.5)).toEqual([0]);
  });

  it.each<[string, () => unknown, string]>([
    [
      "unknown name",
      () =>
        reactionNetwork({
          species: { Glucose: 1 },
          reactions: { r: { equation: "Glucose ->", rate: "k*Glucos" } },
          parameters: { k: 1 },
        }),
      'reactions.r: expected names of species, parameters or compartments, got "Glucos". Did you mean "Glucose"?',
    ],
    [
      "unknown species",
      () =>
        reactionNetwork({ species: { A: 1 }, reactions: { r: { equation: "A -> B", rate: "A" } } }),
      'reactions.r: expected species of this network, got "B"',
    ],
    [
      "bad equation",
      () => reactionNetwork({ species: { A: 1 }, reactions: { r: { equation: "A", rate: "A" } } }),
      "reactions.r: expected an equation with one arrow",
    ],
    [
      "bad term",
      () =>
        reactionNetwork({
          species: { A: 1 },
          reactions: { r: { equation: "A + 2x B ->", rate: "A" } },
        }),
      'expected terms like "A" or "2 A"',
    ],
    [
      "unknown function",
      () =>
        reactionNetwork({
          species: { A: 1 },
          reactions: { r: { equation: "A ->", rate: "mm(A)" } },
        }),
      "reactions.r: expected one of the functions (none defined), got mm(...)",
    ],
    [
      "recursion",
      () =>
        reactionNetwork({
          species: { A: 1 },
          functions: {
            f: { parameters: ["x"], body: "g(x)" },
            g: { parameters: ["x"], body: "f(x)" },
          },
          reactions: { r: { equation: "A ->", rate: "f(A)" } },
        }),
      "f -> g -> f",
    ],
    [
      "circular rules",
      () =>
        reactionNetwork({
          species: { A: 1 },
          assignmentRules: { a: "b + 1", b: "a" },
          reactions: { r: { equation: "A ->", rate: "A" } },
        }),
      "definitions that do not depend on themselves, got a -> b -> a",
    ],
    [
      "rule on a reacting species",
      () =>
        reactionNetwork({
          species: { A: 1 },
          assignmentRules: { A: "1" },
          reactions: { r: { equation: "A ->", rate: "A" } },
        }),
      "assignmentRules.A: expected a species that no reaction changes",
    ],
    [
      "a parameter called pi in a formula's text",
      () =>
        reactionNetwork({
          species: { A: 1 },
          parameters: { pi: 2 },
          reactions: { r: { equation: "-> A", rate: "pi" } },
        }),
      'expected another name, got "pi", which means 3.14159... in formulas',
    ],
    [
      "a function of an argument called time",
      () =>
        reactionNetwork({
          species: { A: 1 },
          functions: { f: { parameters: ["time"], body: "2 * time" } },
          reactions: { r: { equation: "-> A", rate: "f(3)" } },
        }),
      'functions.f: expected another name, got "time", which means the time in formulas',
    ],
    [
      "functions that double each other",
      () =>
        reactionNetwork({
          species: { A: 1 },
          functions: Object.fromEntries(
            Array.from({ length: 60 }, (_, i) => [
              `f${i}`,
              { parameters: ["x"], body: i === 0 ? "x + 1" : `f${i - 1}(x) * f${i - 1}(2 * x)` },
            ]),
          ),
          reactions: { r: { equation: "A ->", rate: "f59(A)" } },
        }),
      "reactions.r: expected formulas of at most 200000 parts, functions written out, got more",
    ],
    [
      "arguments that double each other",
      () =>
        reactionNetwork({
          species: { A: 1 },
          functions: { f: { parameters: ["x"], body: "x * x + 1" } },
          reactions: { r: { equation: "A ->", rate: `${"f(".repeat(60)}A${")".repeat(60)}` } },
        }),
      "reactions.r: expected formulas of at most 200000 parts, functions written out, got more",
    ],
    [
      "rules that double each other",
      () =>
        reactionNetwork({
          species: { A: 1 },
          assignmentRules: Object.fromEntries(
            Array.from({ length: 60 }, (_, i) => [
              `y${i}`,
              i === 0 ? "A" : `y${i - 1} + 2 * y${i - 1}`,
            ]),
          ),
          reactions: { r: { equation: "A ->", rate: "y59" } },
        }),
      "expected formulas of at most 200000 parts, definitions written out, got more",
    ],
    [
      "time as a name",
      () => reactionNetwork({ species: { time: 1 }, reactions: {} }),
      "which means the time",
    ],
    [
      "nothing to do",
      () => reactionNetwork({ species: { A: 1 } }),
      "at least one species that a reaction or a rule changes",
    ],
    [
      "not finite",
      () =>
        reactionNetwork({
          species: { A: Number.NaN },
          reactions: { r: { equation: "A ->", rate: "A" } },
        }),
      "species.A: expected a finite start value, got NaN",
    ],
    [
      "no such compartment",
      () => reactionNetwork({ compartments: { a: 1, b: 1 }, species: { A: 1 }, reactions: {} }),
      "species.A: expected a compartment out of a, b, got none",
    ],
  ])("refuses: %s", (_name, build, message) => {
    expect(build).toThrow(message);
  });
});
