import { describe, expect, it } from "vitest";
import { integrate } from "./integrate.ts";
import { reactionNetwork } from "./network.ts";
import type { EventSpec, ReactionNetworkSpec } from "./spec.ts";

/** A clock by which events happen; parameters a, b and c are theirs to set. */
const clock = (
  events: Readonly<Record<string, EventSpec>>,
  more: Partial<ReactionNetworkSpec> = {},
): ReturnType<typeof reactionNetwork> =>
  reactionNetwork({
    species: { X: 1 },
    parameters: { a: 0, b: 0, c: 0 },
    reactions: { r: { equation: "X ->", rate: "X" } },
    events,
    ...more,
  });

describe("events", () => {
  it("fires at the time at which a state passes a threshold, to rounding", () => {
    const model = clock({ half: { trigger: "X < 0.5", assignments: { a: "time" } } });
    const run = integrate(model, { until: 2 });
    // X = exp(-t); the crossing is as exact as the solution, whose steps are right to 1e-8
    expect(model.observe("a", 2, run.end)).toBeCloseTo(Math.LN2, 7);
    expect(run.series("a", [0.69])[0]).toBe(0);
    expect(run.series("a", [0.7])[0]).toBeGreaterThan(0);
  });

  it("bounces a ball as often as it should", () => {
    const ball = reactionNetwork({
      species: {},
      parameters: { height: 1, speed: 0, bounces: 0 },
      rateRules: { height: "speed", speed: "-1" },
      events: {
        bounce: {
          trigger: "height <= 0 && speed < 0",
          assignments: { speed: "-0.5 * speed", bounces: "bounces + 1", height: "0" },
        },
      },
    });
    // falls for sqrt 2, then flights of 2 sqrt 2 (1/2 + 1/4 + ...): the n-th impact is at sqrt 2 (1 + 2 (1 - 2^(1-n)))
    const impact = (n: number): number => Math.SQRT2 * (1 + 2 * (1 - 2 ** (1 - n)));
    const run = integrate(ball, { until: impact(6) + 1e-3 });
    expect(run.series("bounces", [impact(6) - 1e-6])[0]).toBe(5);
    expect(run.series("bounces", [impact(6) + 1e-6])[0]).toBe(6);
  });

  it("waits, keeps or drops what waits, and takes values of the time it is told to", () => {
    const model = clock({
      kept: { trigger: "time >= 1 && time < 1.5", delay: "1", assignments: { a: "time" } },
      dropped: {
        trigger: "time >= 1 && time < 1.5",
        delay: "1",
        persistent: false,
        assignments: { b: "1" },
      },
      later: {
        trigger: "time >= 1",
        delay: "1",
        valuesAtTrigger: false,
        assignments: { c: "time" },
      },
    });
    const run = integrate(model, { until: 3 });
    expect(run.series("a", [1.99, 2])).toEqual(Float64Array.of(0, 1));
    expect(run.series("b", [3])[0]).toBe(0);
    expect(run.series("c", [1.99, 2])).toEqual(Float64Array.of(0, 2));
  });

  it("carries out the highest priority first and looks at triggers again in between", () => {
    const model = clock({
      low: {
        trigger: "time >= 1 && b == 0",
        persistent: false,
        priority: "1",
        assignments: { a: "1" },
      },
      high: { trigger: "time >= 1", priority: "2", assignments: { b: "1" } },
      chained: { trigger: "b > 0", priority: "0", assignments: { c: "b + 1" } },
    });
    const run = integrate(model, { until: 2 });
    expect(["a", "b", "c"].map((name) => run.series(name, [1])[0])).toEqual([0, 1, 2]);
  });

  it("fires at the start only if the condition counts as false before, and at the very end", () => {
    const model = clock({
      not: { trigger: "X > 0.5", assignments: { a: "1" } },
      yes: { trigger: "X > 0.5", before: false, assignments: { b: "1" } },
      end: { trigger: "time >= 2", assignments: { c: "1" } },
    });
    const run = integrate(model, { until: 2 });
    expect([run.series("a", [0])[0], run.series("b", [0])[0]]).toEqual([0, 1]);
    expect(run.series("c", [2])[0]).toBe(1);
    expect(run.end[model.states.indexOf("c")]).toBe(1);
  });

  it("keeps amounts when it sets a size, and sets concentrations by the size before", () => {
    const model = reactionNetwork({
      compartments: { cell: 2 },
      species: { A: { initial: 3, compartment: "cell" }, B: { initial: 1, compartment: "cell" } },
      events: {
        shrink: { trigger: "time >= 1", assignments: { cell: "0.5", B: "4" } },
      },
    });
    const run = integrate(model, { until: 2 });
    const at = (name: string): number => model.observe(name, 2, run.end);
    expect([at("A"), at("B"), at("cell")]).toEqual([12, 16, 0.5]);
  });

  it("is not conserved what events set", () => {
    const network = {
      species: { A: 1, B: 0 },
      reactions: { r: { equation: "A -> B", rate: "A" } },
    };
    expect(reactionNetwork(network).moieties.map((m) => m.label)).toEqual(["A + B"]);
    const fed = reactionNetwork({
      ...network,
      events: { feed: { trigger: "time >= 1", assignments: { A: "A + 1" } } },
    });
    expect(fed.moieties).toEqual([]);
    const end = integrate(fed, { until: 2 }).end;
    expect(end[0]! + end[1]!).toBeCloseTo(2, 8);
  });

  it("draws among equals, the same in each run", () => {
    const model = clock({
      one: { trigger: "time >= 1 && a == 0", persistent: false, assignments: { a: "1" } },
      other: { trigger: "time >= 1 && a == 0", persistent: false, assignments: { a: "2" } },
    });
    const value = (): number => integrate(model, { until: 1 }).series("a", [1])[0]!;
    expect([1, 2]).toContain(value());
    expect(value()).toBe(value());
  });

  it.each<[string, Readonly<Record<string, EventSpec>>, string]>([
    [
      "an equality of what moves",
      { e: { trigger: "X == 0.5", assignments: { a: "1" } } },
      "events.e: expected a trigger that turns true for some time, got an equality of X",
    ],
    [
      "a number that moves as a condition",
      { e: { trigger: "X", assignments: { a: "1" } } },
      "events.e: expected a trigger that turns true for some time, got a number that moves",
    ],
    ["an unknown name", { e: { trigger: "time > 1", assignments: { z: "1" } } }, 'got "z"'],
    [
      "a negative delay",
      { e: { trigger: "time > 1", delay: "-1", assignments: { a: "1" } } },
      "events.e: expected a delay from 0 on, got -1",
    ],
    [
      "events that trigger each other for ever",
      {
        e: { trigger: "a < 0.5 && time > 1", assignments: { a: "1" } },
        f: { trigger: "a > 0.5", assignments: { a: "0" } },
      },
      "expected events that come to an end",
    ],
    [
      "values that are not finite",
      { e: { trigger: "time > 1", assignments: { a: "1 / b" } } },
      "events.e: expected finite values, got a = Infinity",
    ],
  ])("refuses %s", (_name, events, message) => {
    expect(() => integrate(clock(events), { until: 2 })).toThrow(message);
  });

  it("turns at the very time that a condition names, in a long step too", () => {
    const model = reactionNetwork({
      species: {},
      parameters: { a: 0 },
      events: {
        e: { trigger: "time % 8 >= 1", assignments: { a: "a + 1" } },
        soon: { trigger: "time >= 1e-9", assignments: { a: "a + 1" } },
      },
    });
    const run = integrate(model, { until: 900 });
    expect(run.series("a", [0, 1e-9, 1 - 1e-15, 1, 9, 801])).toEqual(
      Float64Array.of(0, 1, 1, 2, 3, 102),
    );
  });

  it("finds an equality of the time", () => {
    const model = clock({ e: { trigger: "time == 1", assignments: { a: "1" } } });
    expect(integrate(model, { until: 2 }).series("a", [0.999, 1])).toEqual(Float64Array.of(0, 1));
  });

  it("does not run backwards", () => {
    const model = clock({ e: { trigger: "time > 1", assignments: { a: "1" } } });
    expect(() => integrate(model, { until: -1 })).toThrow("events have no way back");
  });
});
