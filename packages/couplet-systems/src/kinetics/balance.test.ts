import { describe, expect, it } from "vitest";
import { inBalance } from "./balance.ts";
import { integrate } from "./integrate.ts";
import { reactionNetwork } from "./network.ts";

describe("inBalance", () => {
  const spec = {
    species: { E: 1, S: 4, ES: 0, P: 0 },
    parameters: { K: 2, k: 0.5 },
    reactions: {
      bind: { equation: "E + S -> ES", rate: "E*S - K*ES", fast: true },
      turn: { equation: "ES -> E + P", rate: "k*ES" },
    },
  };

  it("agrees with the limit of large rates, from the start on", () => {
    const model = inBalance(reactionNetwork(spec));
    const run = integrate(model, { until: 6 });
    // ES at the start: (1 - x)(4 - x) = 2 x
    expect(run.at(0)[2]).toBeCloseTo((7 - Math.sqrt(33)) / 2, 12);
    const quick = integrate(
      reactionNetwork({
        ...spec,
        reactions: {
          ...spec.reactions,
          bind: { equation: "E + S -> ES", rate: "1e7 * (E*S - K*ES)" },
        },
      }),
      { until: 6 },
    );
    for (const t of [0.5, 2, 6]) {
      // the ratio of rates is 1e7
      run.at(t).forEach((value, i) => expect(Math.abs(value - quick.at(t)[i]!)).toBeLessThan(1e-6));
    }
    expect(run.states).toEqual(model.states);
    expect(run.series("P", [6])[0]).toBe(run.end[3]);
  });

  it("does not depend on the size of fast rates, nor on the order of questions", () => {
    const faster = integrate(
      inBalance(
        reactionNetwork({
          ...spec,
          reactions: {
            ...spec.reactions,
            bind: { ...spec.reactions.bind, rate: "1e-3 * (E*S - K*ES)" },
          },
        }),
      ),
      { until: 6 },
    );
    const run = integrate(inBalance(reactionNetwork(spec)), { until: 6 });
    expect(faster.end[3]).toBeCloseTo(run.end[3]!, 8);
    const late = run.at(5.5);
    run.at(0.1);
    expect(run.at(5.5)).toEqual(late);
  });

  it("takes the balance that the fast reactions lead to, not the nearest one", () => {
    // v = -A B has two balances; B -> A leads to B = 0
    const model = inBalance(
      reactionNetwork({
        species: { A: 5, B: 5 },
        reactions: { r: { equation: "A -> B", rate: "-A*B", fast: true } },
      }),
    );
    const end = integrate(model, { until: 1 }).end;
    expect(end[0]).toBeCloseTo(10, 9);
    expect(Math.abs(end[1]!)).toBeLessThan(1e-9);
  });

  it("empties what a fast reaction without a way back uses up", () => {
    const model = inBalance(
      reactionNetwork({
        species: { A: 3, B: 0 },
        reactions: {
          gone: { equation: "A ->", rate: "A", fast: true },
          made: { equation: "-> B", rate: "1 + A" },
        },
      }),
    );
    const end = integrate(model, { until: 1 }).end;
    expect(Math.abs(end[0]!)).toBeLessThan(1e-9);
    expect(end[1]).toBeCloseTo(1, 8);
  });

  it("keeps to other parameters, and leaves models without fast reactions alone", () => {
    const model = inBalance(reactionNetwork(spec));
    const run = integrate(model.withParameters({ K: 0.5 }), { until: 1 });
    const [e, s, es] = run.end;
    expect((e! * s!) / es!).toBeCloseTo(0.5, 9);
    const plain = reactionNetwork({
      species: { A: 1 },
      reactions: { r: { equation: "A ->", rate: "A" } },
    });
    expect(inBalance(plain)).toBe(plain);
  });

  it("refuses events beside fast reactions, and a balance that is left", () => {
    expect(() =>
      inBalance(
        reactionNetwork({
          ...spec,
          events: { e: { trigger: "time > 1", assignments: { S: "4" } } },
        }),
      ),
    ).toThrow("expected fast reactions or events, got both (bind, e)");
    const grows = inBalance(
      reactionNetwork({
        species: { A: 1, B: 1 },
        reactions: {
          r: { equation: "-> A", rate: "A - B", fast: true },
          slow: { equation: "B ->", rate: "B" },
        },
      }),
    );
    expect(() => integrate(grows, { until: 1 })).toThrow(
      "expected fast reactions that return to their balance, got a mode that grows",
    );
  });
});
