import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { effectiveNetwork } from "./effective-network.ts";
import { integrate } from "./integrate.ts";
import type { KineticModel } from "./model.ts";
import { reactionNetwork } from "./network.ts";
import { readSbml } from "./sbml/read-sbml.ts";
import { quasiSteadyState } from "./quasi-steady-state.ts";
import { steadyState } from "./steady/steady-state.ts";
import { linearise, timeScales } from "./time-scales.ts";
import { dense } from "../linear-algebra/matrix/matrix.ts";

/** Goldbeter and Koshland's switch with a slow gene that makes the kinase: SYSTEMS 3.5. */
const switchWithGene = (eps: number): KineticModel =>
  reactionNetwork({
    species: { X: 0.5, Xp: 0.5, g: 0.9 },
    parameters: { V1: 1, V2: 0.6, K: 0.1, b0: 0.05, b1: 0.9, h: 0.4, d: 0.7, eps },
    reactions: {
      kinase: { equation: "X -> Xp", rate: "V1*g*X/(K+X)/eps", fast: true },
      phosphatase: { equation: "Xp -> X", rate: "V2*Xp/(K+Xp)/eps", fast: true },
      transcription: { equation: "-> g", rate: "b0 + b1*Xp^2/(h^2+Xp^2)" },
      decay: { equation: "g ->", rate: "d*g" },
    },
  });

const times = Array.from({ length: 25 }, (_, i) => i / 2);
const tight = { until: 12, relativeTolerance: 1e-10, absoluteTolerance: 1e-12 };

describe("quasiSteadyState", () => {
  // the table of SYSTEMS 3.5: sup |g - g_red| over 25 times in [0, 12], from the quasi-steady x(g0)
  it.each([
    [0.1, 3.847493e-4],
    [0.03, 1.167245e-4],
    [0.01, 3.902118e-5],
    [0.003, 1.171793e-5],
    [0.001, 3.90707e-6],
  ])("Goldbeter-Koshland with a slow gene, eps = %d: error %d", (eps, expected) => {
    const model = switchWithGene(eps);
    const slow = quasiSteadyState(model);
    expect([...slow.states].sort()).toEqual(["X + Xp", "g"]);
    const full = integrate(model, { ...tight, initial: slow.expand(0, slow.initial) }).series(
      "g",
      times,
    );
    const reduced = integrate(slow, tight).series("g", times);
    const worst = Math.max(...full.map((g, i) => Math.abs(g - reduced[i]!)));
    // both trajectories are good to about 1e-10: 1e-4 of the smallest difference
    expect(Math.abs(worst / expected - 1)).toBeLessThan(2e-4);
  });

  it("gives the same by fast species as by fast reactions, and needs fewer steps than the whole", () => {
    const model = switchWithGene(0.01);
    const bySpecies = quasiSteadyState(model, { fast: { species: ["X", "Xp"] } });
    const a = integrate(bySpecies, tight);
    const b = integrate(quasiSteadyState(model), tight);
    for (const t of times) expect(a.series("g", [t])[0]).toBeCloseTo(b.series("g", [t])[0]!, 9);
  });

  it("has the slow Jacobian of its own right-hand side", () => {
    const slow = quasiSteadyState(switchWithGene(0.1));
    const n = slow.states.length;
    const j = new Float64Array(n * n);
    slow.jacobian(0, slow.initial, j);
    for (let c = 0; c < n; c++) {
      const h = 1e-5;
      const [up, down] = [new Float64Array(n), new Float64Array(n)];
      slow.rhs(
        0,
        slow.initial.map((v, i) => (i === c ? v + h : v)),
        up,
      );
      slow.rhs(
        0,
        slow.initial.map((v, i) => (i === c ? v - h : v)),
        down,
      );
      // central difference: h^2 |f'''| / 6, with |f'''| up to some hundreds on the switch
      for (let i = 0; i < n; i++)
        expect(Math.abs((up[i]! - down[i]!) / (2 * h) - j[i * n + c]!)).toBeLessThan(1e-7);
    }
  });

  it("turns Michaelis and Menten's mechanism into its rate law", () => {
    // k2 >> k3: the complex is always in balance; total S + ES + P, total E
    const model = reactionNetwork({
      species: { S: 8, E: 0.01, ES: 0, P: 0 },
      parameters: { k1: 1000, k2: 3000, k3: 10 },
      reactions: {
        bind: { equation: "S + E -> ES", rate: "k1*S*E" },
        release: { equation: "ES -> S + E", rate: "k2*ES" },
        turn: { equation: "ES -> E + P", rate: "k3*ES" },
      },
    });
    const slow = quasiSteadyState(model, { fast: { species: ["E", "ES"] } });
    const out = new Float64Array(slow.states.length);
    slow.rhs(0, slow.initial, out);
    // dP/dt = k3 Et S / (Km + S), Km = (k2 + k3) / k1
    expect(out[slow.states.indexOf("P")]).toBeCloseTo((10 * 0.01 * 8) / (3.01 + 8), 12);
    const run = integrate(slow, { until: 100 });
    const full = integrate(model, { until: 100 });
    // the error of the standard approximation is about Et / (Km + S) = 1e-3 of S
    expect(Math.abs(run.series("P", [100])[0]! - full.series("P", [100])[0]!)).toBeLessThan(8e-3);
  });

  it("refuses a split without a gap, and says what the rates are", () => {
    expect(() => quasiSteadyState(switchWithGene(1))).toThrow(
      /quasiSteadyState: expected fast modes at least 5 times as fast as the slow ones, got a ratio of 2\.6\d* \(slowest fast mode decays at/,
    );
    expect(quasiSteadyState(switchWithGene(1), { minimumSeparation: 0 }).separation).toBeCloseTo(
      2.647,
      3,
    );
  });

  it("refuses a fast part that grows, an unknown name, and everything fast", () => {
    const autocatalysis = reactionNetwork({
      species: { A: 1, B: 1 },
      reactions: {
        grow: { equation: "A -> 2 A", rate: "100*A*(A - 0.5)" },
        b: { equation: "B ->", rate: "B*A" },
      },
    });
    expect(() =>
      quasiSteadyState(autocatalysis, { fast: { species: ["A"] }, initial: [0.5, 1] }),
    ).toThrow("the fast part has a mode that does not decay");
    expect(() => quasiSteadyState(switchWithGene(0.1), { fast: { species: ["Y"] } })).toThrow(
      'expected species out of X, Xp, g, got "Y"',
    );
    expect(() => quasiSteadyState(autocatalysis, { fast: { species: ["A", "B"] } })).toThrow(
      "a model that is fast as a whole",
    );
  });
});

describe("milliseconds against hours", () => {
  const file = new URL("../../../../examples/data/switch-in-milliseconds.xml", import.meta.url);

  it("eps = 1e-7 from an SBML file: the whole follows two equations, in steps of the slow time", async () => {
    const { model } = await readSbml(readFileSync(file, "utf8"), "switch-in-milliseconds.xml");
    const slow = quasiSteadyState(model, { fast: { reactions: ["kinase", "phosphatase"] } });
    expect(slow.states).toHaveLength(2);
    // Rates of about 1 / eps against rates of about 1.
    expect(slow.separation).toBeGreaterThan(1e6);
    const whole = integrate(model, { ...tight, initial: slow.expand(0, slow.initial) });
    const reduced = integrate(slow, tight);
    const [all, two] = [whole.series("g", times), reduced.series("g", times)];
    // The error is some 4e-3 eps (the table above): below it tolerances of 1e-10 count, over some hundred steps.
    expect(Math.max(...times.map((_, i) => Math.abs(all[i]! - two[i]!)))).toBeLessThan(2e-8);
    // Steps of the fast time would be 1e8.
    expect(whole.steps).toBeLessThan(20_000);
  });

  it("the error of the reduction is of order eps down to 1e-5", () => {
    const error = (eps: number): number => {
      const model = switchWithGene(eps);
      const slow = quasiSteadyState(model);
      const whole = integrate(model, { ...tight, initial: slow.expand(0, slow.initial) });
      const [all, two] = [whole.series("g", times), integrate(slow, tight).series("g", times)];
      return Math.max(...times.map((_, i) => Math.abs(all[i]! - two[i]!)));
    };
    expect(Math.log10(error(1e-3) / error(1e-5)) / 2).toBeCloseTo(1, 1);
  });
});

describe("effectiveNetwork", () => {
  it("has an error of order eps, and of order eps^2 with the next term", () => {
    const errors = [0.02, 0.002].map((eps) => {
      const model = switchWithGene(eps);
      return effectiveNetwork(model, { at: steadyState(model).state });
    });
    // ratio over one decade: 10 and 100, up to the next order (2 % and 4 %)
    expect(Math.log10(errors[0]!.error.leading / errors[1]!.error.leading)).toBeCloseTo(1, 1);
    expect(Math.log10(errors[0]!.error.effective / errors[1]!.error.effective)).toBeCloseTo(2, 1);
    for (const e of errors) {
      // the estimate is the true error up to its own order
      expect(Math.abs(e.estimatedError / e.error.leading - 1)).toBeLessThan(0.1);
      expect([...e.slow].sort()).toEqual(["X + Xp", "g"]);
    }
  });

  it("agrees with the quasi-steady Jacobian where the fast part is in balance", () => {
    const model = switchWithGene(0.01);
    const at = steadyState(model).state;
    const effective = effectiveNetwork(model, { at });
    const slow = quasiSteadyState(model, { initial: at });
    const n = slow.states.length;
    const j = new Float64Array(n * n);
    slow.jacobian(0, slow.initial, j);
    expect(effective.slow).toEqual(slow.states);
    // same matrix by two routes; the state is steady to 1e-13 and the fast rates multiply that by 1e2
    j.forEach((v, i) => expect(Math.abs(effective.leading.values[i]! - v)).toBeLessThan(1e-9));
  });

  it("refuses without fast reactions and without a gap", () => {
    const model = switchWithGene(1);
    expect(() => effectiveNetwork(model)).toThrow("a separation of at least 5");
    expect(() => effectiveNetwork(model, { fast: [] })).toThrow(
      "reactions that are fast, got none",
    );
  });
});

describe("steadyState", () => {
  it("finds it with the conserved totals of the start state, whatever the order of the species", () => {
    const spec = (order: readonly string[]) => ({
      species: Object.fromEntries(
        order.map((name) => [name, { S: 2, E: 1, ES: 0, T: 0.5 }[name]!]),
      ),
      reactions: {
        bind: { equation: "S + E -> ES", rate: "3*S*E" },
        release: { equation: "ES -> S + E", rate: "ES" },
        change: { equation: "S -> T", rate: "0.5*S" },
        back: { equation: "T -> S", rate: "T" },
      },
    });
    const states = [
      ["S", "E", "ES", "T"],
      ["T", "ES", "E", "S"],
    ].map((order) => {
      const model = reactionNetwork(spec(order));
      const found = steadyState(model);
      expect(found.stable).toBe(true);
      expect(found.residual).toBeLessThan(1e-13);
      return Object.fromEntries(model.states.map((name, i) => [name, found.state[i]]));
    });
    for (const name of ["S", "E", "ES", "T"])
      expect(states[0]![name]).toBeCloseTo(states[1]![name]!, 12);
    expect(states[0]!["E"]! + states[0]!["ES"]!).toBeCloseTo(1, 13);
    expect(states[0]!["ES"]).toBeCloseTo(3 * states[0]!["S"]! * states[0]!["E"]!, 12);
  });

  it("follows the trajectory into its own basin; Newton alone may sit on the unstable state", () => {
    const bistable = reactionNetwork({
      species: { x: 0.9 },
      reactions: { r: { equation: "-> x", rate: "x*(1-x)*(x-0.5)*4" } },
    });
    expect(steadyState(bistable).state[0]).toBeCloseTo(1, 12);
    expect(steadyState(bistable, { initial: [0.4] }).state[0]).toBeCloseTo(0, 9);
    const middle = steadyState(bistable, { method: "newton", initial: [0.51] });
    expect(middle.state[0]).toBeCloseTo(0.5, 12);
    expect(middle.stable).toBe(false);
  });

  it("says so when there is none", () => {
    const growing = reactionNetwork({
      species: { x: 1 },
      reactions: { r: { equation: "-> x", rate: "1" } },
    });
    expect(() => steadyState(growing, { until: 1e4 })).toThrow(
      "expected the model to settle, got a state that still moves at time 10000: x = 1.000e+4, rate 1.00",
    );
  });
});

describe("timeScales", () => {
  it("sorts modes, keeps zero modes apart and finds the widest gap", () => {
    const t = timeScales(
      dense([
        [-1, 0, 0, 0],
        [0, -3, 0, 0],
        [0, 0, -100, 0],
        [0, 0, 0, 0],
      ]),
    );
    expect(Array.from(t.times)).toEqual([1, 1 / 3, 0.01]);
    expect(t.zeroModes).toBe(1);
    expect(t.slow).toBe(2);
    expect(t.separation).toBeCloseTo(100 / 3, 12);
    expect(t.fastModesDecay).toBe(true);
    expect(
      timeScales(
        dense([
          [-1, 0],
          [0, 50],
        ]),
      ).fastModesDecay,
    ).toBe(false);
  });
  it("linearises without the conserved sums", () => {
    const lin = linearise(switchWithGene(0.01));
    expect(lin.states).toHaveLength(2);
    expect(lin.timeScales.zeroModes).toBe(0);
  });
});

const oracle = new URL("golden/goldbeter-koshland.json", import.meta.url);
describe("Goldbeter-Koshland trajectories of golden/goldbeter-koshland.json", () => {
  it("full and reduced trajectories", () => {
    const g = JSON.parse(readFileSync(oracle, "utf8")) as {
      t: number[];
      gReduced: number[];
      full: { eps: number; g: number[]; x: number[] }[];
      xsOfg: { g: number; x: number }[];
    };
    const slow = quasiSteadyState(switchWithGene(0.1));
    const reduced = integrate(slow, tight).series("g", g.t);
    // the oracle's own integrations: LSODA 1e-11 and Radau 1e-10
    g.gReduced.forEach((value, i) => expect(Math.abs(reduced[i]! - value)).toBeLessThan(1e-9));
    for (const { eps, g: gFull, x } of g.full) {
      const run = integrate(switchWithGene(eps), {
        ...tight,
        initial: slow.expand(0, slow.initial),
      });
      g.t.forEach((t, i) => {
        expect(Math.abs(run.at(t)[2]! - gFull[i]!)).toBeLessThan(1e-9);
        expect(Math.abs(run.at(t)[1]! - x[i]!)).toBeLessThan(1e-8);
      });
    }
    const at = slow.states.indexOf("g");
    for (const { g: value, x } of g.xsOfg) {
      const s = Float64Array.from(slow.initial);
      s[at] = value;
      expect(slow.expand(0, s)[1]).toBeCloseTo(x, 12);
    }
  });
});
