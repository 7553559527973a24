import { describe, expect, it } from "vitest";
import { reactionNetwork } from "./network.ts";
import type { ReactionNetworkSpec } from "./spec.ts";

const decay = { equation: "A ->", rate: "A" };
const plain = { species: { A: 1 }, reactions: { r: decay } };
const jump = { trigger: "time > 1", assignments: { A: 1 } };

describe("what a reaction network is built from", () => {
  it("may leave out all but species and reactions", () => {
    expect(() => reactionNetwork({ ...plain, events: { e: jump } })).not.toThrow();
  });

  it.each<[where: string, spec: unknown]>([
    ["reactionNetwork", undefined],
    ["reactionNetwork", null],
    ["species", { reactions: { r: decay } }],
    ["species", { ...plain, species: "A" }],
    ["species.A", { ...plain, species: { A: null } }],
    ["compartments", { ...plain, compartments: 1 }],
    ["parameters", { ...plain, parameters: [1] }],
    ["reactions", { ...plain, reactions: "A -> B" }],
    ["reactions.r", { ...plain, reactions: { r: "A -> B" } }],
    ["reactions.r", { ...plain, reactions: { r: undefined } }],
    ["reactions.r.equation", { ...plain, reactions: { r: { ...decay, equation: undefined } } }],
    ["reactions.r.reactants", { ...plain, reactions: { r: { rate: "A" } } }],
    ["reactions.r.products", { ...plain, reactions: { r: { reactants: [["A", 1]], rate: "A" } } }],
    [
      "reactions.r.products[0]",
      { ...plain, reactions: { r: { reactants: [], products: ["A"], rate: "A" } } },
    ],
    ["reactions.r.parameters", { ...plain, reactions: { r: { ...decay, parameters: "k" } } }],
    ["functions.f", { ...plain, functions: { f: "x + 1" } }],
    ["functions.f.parameters", { ...plain, functions: { f: { body: "1" } } }],
    ["functions.f.body", { ...plain, functions: { f: { parameters: ["x"] } } }],
    ["assignmentRules.y", { ...plain, assignmentRules: { y: null } }],
    ["events.e", { ...plain, events: { e: "time > 1" } }],
    ["events.e.assignments", { ...plain, events: { e: { trigger: "time > 1" } } }],
    ["events.e.assignments.A", { ...plain, events: { e: { ...jump, assignments: { A: null } } } }],
    ["events.e.delay", { ...plain, events: { e: { ...jump, delay: null } } }],
  ])("names %s where it is of another kind", (where, spec) => {
    expect(() => reactionNetwork(spec as ReactionNetworkSpec)).toThrow(
      expect.objectContaining({ code: "DATA_INVALID", where }),
    );
  });
});
