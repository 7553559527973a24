import { describe, expect, it } from "vitest";
import type { IntegrateOptions } from "./integrate-options.ts";
import { integrate } from "./integrate.ts";
import { reactionNetwork } from "./network.ts";
import type { ReactionNetworkSpec } from "./spec.ts";
import { steadyState } from "./steady/steady-state.ts";

const spec = {
  species: { A: 1, B: 0 },
  parameters: { k: 1 },
  reactions: { r: { equation: "A -> B", rate: "k*A" } },
};
const model = reactionNetwork(spec);

describe("numbers of an integration", () => {
  it.each<object>([
    { until: null },
    { until: "1" },
    { until: Number.NaN },
    { from: Number.NaN },
    { until: 1e308, from: -1e308 },
    { relativeTolerance: -1 },
    { relativeTolerance: 0 },
    { relativeTolerance: "1e-3" },
    { absoluteTolerance: -1 },
    { absoluteTolerance: [1e-9, Number.NaN] },
    { absoluteTolerance: [1e-9] },
    { maxStep: 0 },
    { maxSteps: Number.NaN },
    { initial: [1] },
    { initial: [1, 2, 3] },
  ])("refuses %j", (wrong) => {
    expect(() => integrate(model, { until: 1, ...wrong } as IntegrateOptions)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:USAGE|SHAPE_MISMATCH)$/) }),
    );
  });

  it("a state of another length does not reach the constants behind the states", () => {
    const long = Float64Array.of(1, 2, 3);
    expect(() => model.observe("B", 0, long)).toThrow("expected 2 numbers, one for each state");
    expect(() => model.rhs(0, long, new Float64Array(2))).toThrow("one for each state");
    expect(() => steadyState(model, { initial: long })).toThrow("one for each state");
    // with k still 1
    expect(integrate(model, { until: 1 }).end[0]).toBeCloseTo(Math.exp(-1), 8);
  });

  it("a parameter is a number", () => {
    expect(() => model.withParameters({ k: "2" as unknown as number })).toThrow(
      'withParameters.k: expected a number, got "2"',
    );
  });
});

describe("names and kinds of a network", () => {
  const reaction = spec.reactions.r;
  it.each<[string, object]>([
    ["a key of the network", { rateRule: { k: "1" } }],
    ["a key of a species", { species: { A: { initl: 1 }, B: 0 } }],
    ["a unit", { species: { A: { initial: 1, unit: "mol" }, B: 0 } }],
    ["a start as text", { species: { A: "1", B: 0 } }],
    ["a switch as text", { species: { A: { initial: 1, boundary: "no" }, B: 0 } }],
    ["no species", { species: { A: null, B: 0 } }],
    ["a parameter as text", { parameters: { k: "1" } }],
    ["a key of a reaction", { reactions: { r: { ...reaction, rte: 1 } } }],
    ["a reaction without a rate", { reactions: { r: { equation: "A -> B" } } }],
    ["a mark as text", { reactions: { r: { ...reaction, fast: "yes" } } }],
    [
      "a key of an event",
      { events: { e: { trigger: "time > 1", delai: 3, assignments: { A: "5" } } } },
    ],
  ])("refuses %s", (_, wrong) => {
    expect(() => reactionNetwork({ ...spec, ...wrong } as ReactionNetworkSpec)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:USAGE|DATA_INVALID)$/) }),
    );
  });
});
