import { describe, expect, it } from "vitest";
import { inBalance } from "../balance.ts";
import { integrate } from "../integrate.ts";
import { reactionNetwork } from "../network.ts";
import { steadyState } from "./steady-state.ts";

/** An epidemic of size `n`: whoever is not infected in the end depends on the start. */
const epidemic = (n: number): ReturnType<typeof reactionNetwork> =>
  reactionNetwork({
    species: { S: 0.99 * n, I: 0.01 * n, R: 0 },
    parameters: { beta: 2 / n, gamma: 1 },
    reactions: {
      infect: { equation: "S + I -> 2 I", rate: "beta*S*I" },
      recover: { equation: "I -> R", rate: "gamma*I" },
    },
  });

/** S at the end of it: ln(S / S0) = 2 (S - 1), by fixed-point iteration. */
const spared = (() => {
  let s = 0.2;
  for (let k = 0; k < 200; k++) s = 0.99 * Math.exp(2 * (s - 1));
  return s;
})();

describe("steadyState", () => {
  it.each([1e-15, 1, 1e12])(
    "finds the state of a continuum that the start leads to, in any unit (%d)",
    (n) => {
      const found = steadyState(epidemic(n));
      expect(found.continuum).toBe(1);
      expect(found.stable).toBe(true);
      // the trajectory is right to 1e-6 a step
      expect(Math.abs(found.state[0]! / n - spared)).toBeLessThan(1e-5);
      expect(Math.abs(found.state[1]! / n)).toBeLessThan(1e-6);
      // nothing is left that would move it in the longest time that is followed
      expect(found.residual * 1e9).toBeLessThan(1e-6 * n);
    },
  );

  it("splits between two ends as the rates say", () => {
    const found = steadyState(
      reactionNetwork({
        species: { A: 1, B: 0, C: 0 },
        reactions: {
          b: { equation: "A -> B", rate: "3e-4 * A" },
          c: { equation: "A -> C", rate: "1e-4 * A" },
        },
      }),
    );
    expect(found.continuum).toBe(1);
    expect(found.state[1]).toBeCloseTo(0.75, 5);
    expect(found.state[2]).toBeCloseTo(0.25, 5);
  });

  it("waits for slow modes, and does not call a slow state steady", () => {
    const slow = reactionNetwork({
      species: { X: 0, Y: 0 },
      reactions: {
        x: { equation: "-> X", rate: "1e-8 * (1 - X)" },
        y: { equation: "-> Y", rate: "1e-3 * (X - Y)" },
      },
    });
    const found = steadyState(slow, { until: 1e10 });
    expect(Array.from(found.state, (x) => Number(x.toFixed(12)))).toEqual([1, 1]);
    expect(() => steadyState(slow, { until: 1e6 })).toThrow(
      /a state that still moves at time 1000000: [XY] = 0\.0099\d\d, rate 9\.90e-9/,
    );
  });

  it("calls the repressilator an oscillation within few steps", () => {
    // Elowitz & Leibler 2000, Nature 403, box 1: three genes that repress each other in a ring, times in lifetimes of the mRNA.
    const names = ["a", "b", "c"];
    const repressilator = reactionNetwork({
      species: { ma: 0, mb: 0, mc: 0, pa: 5, pb: 0, pc: 15 },
      parameters: { alpha: 216, leak: 0.216, beta: 0.2 },
      reactions: Object.fromEntries(
        names.flatMap((gene, i) => [
          [
            `transcribe_${gene}`,
            { equation: `-> m${gene}`, rate: `leak + alpha/(1 + p${names[(i + 2) % 3]}^2)` },
          ],
          [`decay_m${gene}`, { equation: `m${gene} ->`, rate: `m${gene}` }],
          [`translate_${gene}`, { equation: `-> p${gene}`, rate: `beta*m${gene}` }],
          [`decay_p${gene}`, { equation: `p${gene} ->`, rate: `beta*p${gene}` }],
        ]),
      ),
    });
    let message = "";
    try {
      steadyState(repressilator, { maxSteps: 4000 });
    } catch (error) {
      message = (error as Error).message;
    }
    const [, low, high, period] =
      /an oscillation: \w+ between (\S+) and (\S+), period (\S+)\./.exec(message)!;
    // Maxima of a course that was integrated on its own, apart from the search for cycles.
    const times: number[] = [];
    const states: Float64Array[] = [];
    integrate(repressilator, {
      until: 600,
      maxStep: 0.2,
      onStep: (time, state) => {
        times.push(time);
        states.push(Float64Array.from(state));
      },
    });
    const late = states.filter((_, k) => times[k]! > 300);
    const column = repressilator.states.indexOf(/oscillation: (\w+)/.exec(message)![1]!);
    const values = late.map((state) => state[column]!);
    expect(Number(low)).toBeCloseTo(Math.min(...values), 1);
    expect(Math.abs(Number(high) / Math.max(...values) - 1)).toBeLessThan(0.01);
    const peaks = times
      .filter((_, k) => k > 0 && k + 1 < times.length)
      .filter((time, k) => {
        const [before, at, after] = [states[k]!, states[k + 1]!, states[k + 2]!];
        return time > 300 && at[column]! > before[column]! && at[column]! >= after[column]!;
      });
    const measured = (peaks.at(-1)! - peaks[0]!) / (peaks.length - 1);
    expect(Math.abs(Number(period) / measured - 1)).toBeLessThan(0.01);
  });

  it("names an oscillation, with its period and range", () => {
    const brusselator = reactionNetwork({
      species: { X: 1, Y: 1 },
      reactions: {
        feed: { equation: "-> X", rate: "1" },
        burst: { equation: "2 X + Y -> 3 X", rate: "X^2 * Y" },
        turn: { equation: "X -> Y", rate: "3 * X" },
        drain: { equation: "X ->", rate: "X" },
      },
    });
    let message = "";
    try {
      steadyState(brusselator);
    } catch (error) {
      message = (error as Error).message;
    }
    const [, name, low, high, period] =
      /an oscillation: (\w) between (\S+) and (\S+), period (\S+)\./.exec(message)!;
    expect(["X", "Y"]).toContain(name);
    const run = integrate(brusselator, { until: 60 });
    const times = Array.from({ length: 4000 }, (_, k) => 40 + k / 400);
    const course = run.series(name!, times);
    // crossings are drawn as straight lines between steps
    expect(Math.abs(Math.min(...course) - Number(low))).toBeLessThan(0.05);
    expect(Math.abs(Math.max(...course) - Number(high))).toBeLessThan(0.05);
    const after = run.series(
      name!,
      times.map((t) => t + Number(period)),
    );
    const apart = Math.max(...course.map((x, k) => Math.abs(x - after[k]!)));
    const farthest = Math.max(...course.map((x, k) => Math.abs(x - course[(k + 1400) % 4000]!)));
    expect(apart).toBeLessThan(0.1 * farthest);
  });

  it("settles where swings die out", () => {
    const damped = reactionNetwork({
      species: {},
      parameters: { x: 1, v: 0 },
      rateRules: { x: "v", v: "-x - 0.02 * v + 2" },
    });
    const found = steadyState(damped);
    expect(found.state[0]).toBeCloseTo(2, 9);
    expect(found.stable).toBe(true);
    expect(found.continuum).toBe(0);
  });

  it("stays on an unstable state only where the model does", () => {
    const bistable = (start: number): ReturnType<typeof reactionNetwork> =>
      reactionNetwork({
        species: { X: start },
        reactions: { r: { equation: "-> X", rate: "X * (1 - X) * (X - 0.5)" } },
      });
    const on = steadyState(bistable(0.5));
    expect([on.state[0], on.stable]).toEqual([0.5, false]);
    expect(steadyState(bistable(0.5000001)).state[0]).toBeCloseTo(1, 9);
    expect(steadyState(bistable(0.4999999)).state[0]).toBeCloseTo(0, 9);
  });

  it("finds the only state that conserved sums leave", () => {
    const found = steadyState(
      reactionNetwork({
        species: { E: 2, X: 1 },
        reactions: { r: { equation: "E + X -> E + X", rate: "E*X" } },
      }),
    );
    expect(Array.from(found.state)).toEqual([2, 1]);
    expect([found.stable, found.continuum]).toEqual([true, 0]);
  });

  it("says what grows", () => {
    const growing = reactionNetwork({
      species: { A: 1, B: 1 },
      reactions: {
        in: { equation: "-> A", rate: "1e-3" },
        out: { equation: "B ->", rate: "B" },
      },
    });
    expect(() => steadyState(growing)).toThrow(/still moves at time 1000000000: A = /);
  });

  it("takes the state after a pulse, and refuses rates that go on changing in time", () => {
    const driven = (rate: string): ReturnType<typeof reactionNetwork> =>
      reactionNetwork({
        species: { X: 0 },
        reactions: { r: { equation: "-> X", rate } },
      });
    expect(steadyState(driven("piecewise(3, time < 5, 0.5) - X")).state[0]).toBeCloseTo(0.5, 9);
    expect(() => steadyState(driven("2 + sin(time) - X"))).toThrow(
      /oscillation|depend on the time/,
    );
    expect(() => steadyState(driven("exp(-time / 1e3) - X"), { method: "newton" })).toThrow(
      "rates that depend on the time: they vanish at 0",
    );
  });

  it("refuses models whose rates are not all", () => {
    const parts = {
      species: { A: 1, B: 0 },
      reactions: { r: { equation: "A -> B", rate: "A - B", fast: true } },
    };
    expect(() => steadyState(inBalance(reactionNetwork(parts)))).toThrow(
      "steadyState: expected a model of rates alone, got fast reactions in balance",
    );
    expect(() =>
      steadyState(
        reactionNetwork({
          ...parts,
          events: { e: { trigger: "time > 1", assignments: { A: "2" } } },
        }),
      ),
    ).toThrow("got events (e)");
  });
});
