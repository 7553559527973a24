import { describe, expect, it } from "vitest";
import { CoupletError, aitken, iqnIls, iqnImvj, noAcceleration } from "couplet/kit";
import { couple, type CouplingOptions, type CouplingResult } from "./couple.ts";
import { elasticity } from "./elasticity.ts";
import { evenly, intervalMesh, mappedMesh, rectangleMesh } from "./element/generate.ts";
import { heatConduction } from "./heat.ts";
import { convergenceLog, iterationLog } from "./log.ts";
import { nearestNeighbour, projection } from "./mapping/mapping.ts";
import type { FieldValues, Participant, Step } from "./participant.ts";
import { lineMesh } from "./point-mesh.ts";

describe("the thermo-mechanical bar with finite-element participants", () => {
  const bar = (h0: number, options: Partial<CouplingOptions>): Promise<CouplingResult> => {
    const mesh = intervalMesh({ elements: 20 });
    const heat = heatConduction({
      mesh,
      conductivity: 1,
      initial: 0.5,
      boundaries: {
        left: { kind: "temperature", value: 1 },
        right: {
          kind: "contact",
          coefficient: (gap) => 0.05 + h0 / (1 + (gap / 0.05) ** 2),
          ambient: 0,
          clearance: 0.55,
          field: "movement",
        },
      },
    });
    const elastic = elasticity({
      mesh,
      youngsModulus: (t) => 1 / (1 + 0.5 * t),
      expansion: 1,
      boundaries: {
        left: { kind: "displacement", x: 0 },
        right: { kind: "spring", stiffness: 0.1 },
      },
    });
    return couple({
      participants: [elastic, heat],
      exchanges: [
        { field: "temperature", from: "heat", to: "elastic" },
        {
          field: "displacement",
          as: "movement",
          from: "elastic",
          to: "heat",
          mapping: nearestNeighbour(),
        },
      ],
      convergence: [{ kind: "relative", limit: 1e-10 }],
      maxIterations: 1000,
      stall: { action: "ignore" },
      ...options,
    });
  };
  const plain = { acceleration: noAcceleration() };
  // [h0, evaluations of plain iteration, elongation]: the reference table of the same bar in closed form.
  for (const [h0, count, elongation] of [
    [1, 10, 0.8390486489672129],
    [2, 14, 0.82724925761],
    [20, 101, 0.490733307393552],
    [4, 23, 0.7982974388922024],
  ] as const) {
    it(`h0 = ${h0}: ${count} sweeps to an elongation of ${elongation}`, async () => {
      const result = await bar(h0, plain);
      expect(result.status).toBe("converged");
      expect(Math.abs(result.windows[0]!.evaluations - count)).toBeLessThanOrEqual(1);
      expect(result.values["elastic.displacement"]![20]).toBeCloseTo(elongation, 8); // residual 1e-10, slope up to 0.81
    });
  }
  it("h0 = 4 has three solutions: Aitken finds another one than plain iteration", async () => {
    const result = await bar(4, { acceleration: aitken() });
    expect(result.values["elastic.displacement"]![20]).toBeCloseTo(0.5356159974406137, 8);
  });
  it("h0 = 10: plain iteration does not converge and says so; quasi-Newton needs 8", async () => {
    const lost = await bar(10, { ...plain, maxIterations: 200 });
    expect(lost.status).toBe("notConverged");
    expect(lost.message).toMatch(
      /window 1 of 1: not converged in 200 evaluations, smallest .* = \d/,
    );
    const found = await bar(10, {
      acceleration: iqnIls({
        initialFactor: 0.1,
        preconditioner: "none",
        filter: { kind: "qr2", limit: 1e-8 },
      }),
    });
    expect(Math.abs(found.windows[0]!.evaluations - 8)).toBeLessThanOrEqual(1);
    expect(found.values["elastic.displacement"]![20]).toBeCloseTo(0.5075629391431781, 8);
  });
});

describe("two plates with different meshes, Dirichlet-Neumann", () => {
  /** Left plate [0, 1] with k1, given interface temperature; right plate [1, 2] with k2, given heat flow. */
  const plates = async (
    k1: number,
    k2: number,
    n: number,
    options: Partial<CouplingOptions> = {},
    finer = 1.4,
  ) => {
    const exact = (x: number, y: number): number =>
      // Harmonic on both sides, continuous with continuous flux k dT/dx = k1 k2 cos(y) at x = 1.
      x < 1
        ? (k2 * Math.sinh(x - 1) + Math.cosh(x - 1)) * Math.cos(y)
        : (k1 * Math.sinh(x - 1) + Math.cosh(x - 1)) * Math.cos(y);
    const outside = { kind: "temperature", value: exact } as const;
    const left = heatConduction({
      name: "left",
      mesh: rectangleMesh({ columns: n, rows: n }),
      conductivity: k1,
      boundaries: {
        left: outside,
        bottom: { kind: "flux", value: 0 },
        top: {
          kind: "flux",
          value: (x) => -k1 * (k2 * Math.sinh(x - 1) + Math.cosh(x - 1)) * Math.sin(1),
        },
        right: { kind: "coupledTemperature", field: "interfaceTemperature", flow: "heatFlow" },
      },
    });
    const right = heatConduction({
      name: "right",
      mesh: mappedMesh({ u: evenly(1, 2, n), v: evenly(0, 1, Math.round(finer * n)) }),
      conductivity: k2,
      boundaries: {
        right: outside,
        bottom: { kind: "flux", value: 0 },
        top: {
          kind: "flux",
          value: (x) => -k2 * (k1 * Math.sinh(x - 1) + Math.cosh(x - 1)) * Math.sin(1),
        },
        left: { kind: "coupledFlow", field: "heatFlow", temperature: "interfaceTemperature" },
      },
    });
    const result = await couple({
      participants: [left, right],
      exchanges: [
        {
          field: "heatFlow",
          from: "left",
          to: "right",
          mapping: projection({ constraint: "conservative" }),
        },
        { field: "interfaceTemperature", from: "right", to: "left", mapping: projection() },
      ],
      convergence: [{ kind: "relative", limit: 1e-9 }],
      maxIterations: 200,
      ...options,
    });
    const error = [left, right].flatMap(({ mesh, temperature }) =>
      Array.from(temperature, (t, i) =>
        Math.abs(t - exact(mesh.points[2 * i]!, mesh.points[2 * i + 1]!)),
      ),
    );
    return { result, left, right, error: Math.max(...error) };
  };

  it("reaches the exact solution, and no heat is lost between the meshes", async () => {
    const runs = [];
    for (const n of [5, 10, 20]) runs.push(await plates(1, 3, n));
    for (const { result, left, right } of runs) {
      expect(result.status).toBe("converged");
      // Conservative mapping: what leaves one plate enters the other, to rounding of sums near 1.
      expect(left.heatIn.right! + right.heatIn.left!).toBeCloseTo(0, 9);
    }
    // The transposed interpolation keeps the sum of nodal flows but makes them uneven at the interface: first order in the maximum norm.
    expect(Math.log2(runs[0]!.error / runs[2]!.error) / 2).toBeGreaterThan(0.8);
    expect(runs[2]!.error).toBeLessThan(0.02);
    // With matching meshes nothing is uneven: second order.
    const [coarse, fine] = [await plates(1, 3, 8, {}, 1), await plates(1, 3, 16, {}, 1)];
    expect(Math.log2(coarse.error / fine.error)).toBeGreaterThan(1.7);
  });

  it("plain iteration contracts like k1/k2 and diverges the other way round; acceleration does not care", async () => {
    const good = await plates(1, 3, 6, { acceleration: noAcceleration() });
    const history = good.result.windows[0]!.history;
    // Sweeps on a square: tanh factors make it a little less than 1/3 for the smooth modes, 1/3 for the rough ones.
    expect(history[9]!.residual / history[8]!.residual).toBeGreaterThan(0.2);
    expect(history[9]!.residual / history[8]!.residual).toBeLessThan(0.45);
    const bad = await plates(3, 1, 6, { acceleration: noAcceleration() });
    expect(bad.result.status).not.toBe("converged");
    const cured = await plates(3, 1, 6);
    expect(cured.result.status).toBe("converged");
    expect(cured.result.windows[0]!.evaluations).toBeLessThan(15);
  });

  it("serial, parallel and multi schemes reach the same solution", async () => {
    const serial = await plates(1, 2, 6);
    for (const scheme of [
      { kind: "jacobi" },
      { kind: "multi", stages: [["right", "left"]] },
    ] as const) {
      const other = await plates(1, 2, 6, { scheme, acceleration: iqnImvj() });
      expect(other.result.status).toBe("converged");
      expect(other.result.iterated.map((field) => field.name).sort()).toEqual([
        "left.heatFlow",
        "right.interfaceTemperature",
      ]);
      other.left.temperature.forEach((t, i) =>
        expect(t).toBeCloseTo(serial.left.temperature[i]!, 6),
      );
    }
    expect(serial.result.iterated.map((field) => field.name)).toEqual([
      "right.interfaceTemperature",
    ]);
  });
});

/** A body of unit capacity that exchanges heat with its partner: T' = rate (partner - T), trapezoidal. */
function body(
  name: string,
  partner: string,
  start: number,
  rate: number,
  timeStep?: number,
): Participant & { steps: (Step & { given: number })[] } {
  const mesh = lineMesh([0, 1]);
  let state = { t: start, other: undefined as number | undefined };
  const steps: (Step & { given: number })[] = [];
  return {
    name,
    steps,
    reads: { [partner]: { mesh } },
    writes: { [name]: { mesh, initial: start } },
    ...(timeStep === undefined ? {} : { timeStep }),
    solve(input: FieldValues, step: Step): FieldValues {
      const end = input[partner]![0]!;
      steps.push({ ...step, given: end });
      const middle = (end + (state.other ?? end)) / 2;
      const h = step.size * rate;
      state = { t: ((1 - h / 2) * state.t + h * middle) / (1 + h / 2), other: end };
      return { [name]: new Float64Array(2).fill(state.t) };
    },
    save: () => state,
    restore: (saved) => void (state = saved as typeof state),
  };
}

describe("time windows", () => {
  const run = async (count: number, options: Partial<CouplingOptions> = {}, timeStep?: number) => {
    const [a, b] = [body("a", "b", 1, 1), body("b", "a", 0, 3, timeStep)];
    const result = await couple({
      participants: [a, b],
      exchanges: [
        { field: "a", from: "a", to: "b" },
        { field: "b", from: "b", to: "a" },
      ],
      windows: { size: 1 / count, count },
      convergence: [{ kind: "absolute", limit: 1e-12 }],
      ...options,
    });
    // d' = -4 d for the difference, 3 a + b is constant: a(1) = (3 + exp(-4)) / 4.
    return { result, b, error: Math.abs(result.values["a.a"]![0]! - (3 + Math.exp(-4)) / 4) };
  };
  it("implicit coupling keeps the solvers' order; explicit coupling has a first-order splitting error", async () => {
    const [i1, i2, e1, e2] = [
      await run(40),
      await run(80),
      await run(40, { coupling: "explicit" }),
      await run(80, { coupling: "explicit" }),
    ];
    // The very first step of each body knows its partner only at the end: a first-order start, once.
    expect(Math.log2(i1.error / i2.error)).toBeGreaterThan(1.6);
    expect(Math.log2(e1.error / e2.error)).toBeGreaterThan(0.7);
    expect(e1.error).toBeGreaterThan(2 * i1.error);
    expect(e1.result.status).toBe("explicit");
  });
  it("a participant with a shorter step is sub-cycled, with inputs interpolated in time", async () => {
    const { result, b } = await run(10, {}, 0.03);
    const perWindow = b.steps.filter((step) => step.window === 3 && step.iteration === 1);
    expect(perWindow).toHaveLength(4); // 0.1 / 0.03 rounded up
    expect(perWindow[0]!.start).toBeCloseTo(0.2, 12);
    expect(perWindow[3]!.end).toBeCloseTo(0.3, 12);
    expect(result.status).toBe("converged");
    const of = (steps: typeof b.steps): number[] =>
      steps.filter((s) => s.window === 3 && s.iteration === 1).map((s) => s.given);
    const [p, q, r, s] = of(b.steps);
    expect(q! - p!).toBeCloseTo(r! - q!, 12);
    expect(s! - r!).toBeCloseTo(r! - q!, 12);
    expect(Math.abs(s! - p!)).toBeGreaterThan(1e-3); // it does move within the window
    const exchanges = [
      { field: "a", from: "a", to: "b", interpolation: "constant" as const },
      { field: "b", from: "b", to: "a" },
    ];
    const stairs = of((await run(10, { exchanges }, 0.03)).b.steps);
    expect(new Set(stairs).size).toBe(1);
  });
  it("a predictor saves sweeps", async () => {
    const sweeps = async (predictorOrder: 0 | 1 | 2): Promise<number> =>
      (await run(20, { predictorOrder, acceleration: noAcceleration() })).result.windows.reduce(
        (s, w) => s + w.evaluations,
        0,
      );
    expect(await sweeps(2)).toBeLessThan(await sweeps(0));
  });
  it("stops at a window that does not converge, or goes on when told to, never with a strict measure unmet", async () => {
    const bad = { maxIterations: 1, convergence: [{ kind: "absolute", limit: 1e-14 }] } as const;
    const stopped = await run(5, bad);
    expect(stopped.result.status).toBe("notConverged");
    expect(stopped.result.windows).toHaveLength(1);
    const went = await run(5, { ...bad, onNotConverged: "continue" });
    expect(went.result.status).toBe("notConverged");
    expect(went.result.windows).toHaveLength(5);
    const strict = await run(5, {
      ...bad,
      convergence: [{ ...bad.convergence[0], strict: true }],
      onNotConverged: "continue",
    });
    expect(strict.result.windows).toHaveLength(1);
  });
  it("logs are tables of what happened", async () => {
    const { result } = await run(3);
    const [header, first] = iterationLog(result).split("\n");
    expect(header!.trim().split(/\s+/)).toEqual([
      "window",
      "start",
      "end",
      "iterations",
      "resets",
      "columns",
      "dropped",
      "status",
    ]);
    expect(first!.trim().split(/\s+/)[3]).toBe(String(result.windows[0]!.evaluations));
    const lines = convergenceLog(result).trim().split("\n");
    expect(lines).toHaveLength(1 + result.windows.reduce((s, w) => s + w.evaluations, 0));
    expect(lines[0]).toContain("residual(b.b)");
  });
});

describe("coupling input and failures", () => {
  const pair = (): [Participant, Participant] => [body("a", "b", 1, 1), body("b", "a", 0, 3)];
  const exchanges = [
    { field: "a", from: "a", to: "b" },
    { field: "b", from: "b", to: "a" },
  ];
  it("names what does not exist or does not fit", async () => {
    const bad = (options: Partial<CouplingOptions>): Promise<CouplingResult> =>
      couple({ participants: pair(), exchanges, windows: { size: 1, count: 1 }, ...options });
    await expect(bad({ exchanges: [{ field: "a", from: "aa", to: "b" }] })).rejects.toThrow(
      'one of a, b, got "aa"',
    );
    await expect(bad({ exchanges: [exchanges[0]!] })).rejects.toThrow(
      'one exchange that brings "b" to "a", got 0',
    );
    await expect(bad({ bounds: { "a.a": { lower: 0 } } })).rejects.toThrow(
      'iterated fields (b.b), got "a.a"',
    );
    await expect(bad({ windows: { size: 0, count: 1 } })).rejects.toThrow("a size above 0");
    await expect(
      bad({
        participants: [
          body("a", "b", 1, 1),
          { ...body("b", "a", 0, 1), reads: { a: { mesh: lineMesh([0, 0.5, 1]) } } },
        ],
      }),
    ).rejects.toThrow("a mapping, because the meshes differ, got none (2 points written, 3 read)");
    await expect(
      bad({
        participants: [{ ...pair()[0], solve: () => ({ a: new Float64Array(1) }) }, pair()[1]!],
      }),
    ).rejects.toThrow('participant "a": expected 2 values of "a", got 1');
  });
  it("a participant without a solution ends the run as diverged", async () => {
    const failing = {
      ...pair()[1],
      solve: (): FieldValues => {
        throw new CoupletError({
          code: "DIVERGED",
          where: "solver",
          expected: "a solution",
          received: "none",
        });
      },
    };
    const result = await couple({
      participants: [pair()[0], failing],
      exchanges,
      windows: { size: 1, count: 4 },
    });
    expect(result.status).toBe("diverged");
    expect(result.message).toContain("window 1 of 4");
    expect(result.message).toContain("solver");
  });
  it("clamps what the acceleration proposes for a field to its physical limits", async () => {
    // A factor of 4 overshoots b = 0 -> 0.2 beyond 0.25 in the first step of every window.
    const seen: number[] = [];
    const run = (limits: Partial<CouplingOptions>): Promise<CouplingResult> => {
      seen.length = 0;
      const [a, b] = pair(); // fresh ones: participants keep their state
      const watched: Participant = {
        ...a,
        solve(input, step) {
          seen.push(input.b![0]!);
          return a.solve(input, step);
        },
      };
      return couple({
        participants: [watched, b!],
        exchanges,
        windows: { size: 0.1, count: 1 },
        acceleration: iqnIls({ initialFactor: 4 }),
        ...limits,
      });
    };
    expect((await run({})).status).toBe("converged");
    expect(Math.max(...seen)).toBeGreaterThan(0.9);
    const clamped = await run({ bounds: { "b.b": { lower: 0, upper: 0.3 } } });
    expect(clamped.status).toBe("converged");
    expect(clamped.windows[0]!.history[0]!.outOfBounds).toBe(2);
    expect(Math.max(...seen)).toBeLessThanOrEqual(0.3);
  });
  it("aborts between sweeps with the signal's reason", async () => {
    const controller = new AbortController();
    const running = couple({
      participants: pair(),
      exchanges,
      windows: { size: 0.1, count: 100 },
      signal: controller.signal,
      onWindow: ({ window }) => {
        if (window === 2) controller.abort(new Error("stop here"));
      },
    });
    await expect(running).rejects.toThrow("stop here");
  });
});
