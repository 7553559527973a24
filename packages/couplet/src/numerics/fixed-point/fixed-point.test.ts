import { describe, expect, it } from "vitest";
import {
  aitken,
  type AccelerationSpec,
  constantRelaxation,
  type ImvjRestart,
  iqnIls,
  iqnImvj,
  noAcceleration,
} from "./acceleration.ts";
import { accelerate } from "./accelerate.ts";
import { CoupletError } from "../../error.ts";
import { fixedPointIteration } from "./fixed-point.ts";
import { predictor } from "./predictor.ts";
import { blockSweep } from "./scheme.ts";
import { fixedPoint, fixedPointSync } from "./solve.ts";

const vector = (...values: number[]): Float64Array => Float64Array.from(values);
/** A linear map with a full, non-normal matrix of the given size; spectral radius grows with `strength`. */
function linear(n: number, strength: number): (x: Float64Array) => Float64Array {
  return (x) =>
    Float64Array.from({ length: n }, (_, i) => {
      let sum = Math.cos(3 * i);
      for (let j = 0; j < n; j++)
        sum += ((strength * Math.sin(1.9 * (i + 1.3) * (j * j + 2.7))) / Math.sqrt(n)) * x[j]!;
      return sum;
    });
}

describe("fixedPoint", () => {
  it("finds cos(x) = x with every acceleration", async () => {
    const specs: AccelerationSpec[] = [
      noAcceleration(),
      constantRelaxation({ factor: 0.6 }),
      aitken(),
      iqnIls(),
      iqnImvj(),
    ];
    for (const acceleration of specs) {
      const result = await fixedPoint({
        map: async (x) => x.map(Math.cos),
        start: vector(0),
        acceleration,
      });
      expect(result.status).toBe("converged");
      expect(result.x[0]).toBeCloseTo(0.7390851332151607, 9); // residual 1e-10, slope -0.67
      expect(result.history).toHaveLength(result.evaluations);
    }
  });

  it("gives the same as the sync twin and as asking and telling", async () => {
    const map = linear(5, 1.5);
    const start = new Float64Array(5);
    const sync = fixedPointSync({ map, start });
    const iteration = fixedPointIteration({ start });
    while (!iteration.done) iteration.accept(map(iteration.point));
    expect((await fixedPoint({ map, start })).x).toEqual(sync.x);
    expect(iteration.result().x).toEqual(sync.x);
  });

  it("never calls a relaxed step convergence", () => {
    // Steps shrink to 1e-12 of the residual, so ||x_{k+1} - x_k|| is far below every limit; H(x) - x is not.
    const result = fixedPointSync({
      map: (x) => x.map((v) => v + 1),
      start: vector(5),
      acceleration: constantRelaxation({ factor: 1e-12 }),
      maxIterations: 20,
    });
    expect(result.status).toBe("notConverged");
    expect(result.residual).toBeCloseTo(1, 9);
    expect(result.message).toContain("not converged in 20 evaluations");
  });

  it("does not take a degenerate secant pair for convergence", () => {
    // H(x) - x is constant: every difference of residuals is exactly zero and no fixed point exists.
    const initialFactor = 0.5; // keeps the sums exact in binary
    for (const acceleration of [aitken(), iqnIls({ initialFactor }), iqnImvj({ initialFactor })]) {
      const result = fixedPointSync({
        map: (x) => x.map((v) => v + 1),
        start: vector(0, 0),
        acceleration,
        maxIterations: 30,
      });
      expect(result.status).toBe("notConverged");
    }
  });

  it("says that it diverged, with the history", () => {
    const result = fixedPointSync({
      map: (x) => x.map((v) => 3 * v + 1),
      start: vector(0),
      acceleration: noAcceleration(),
      maxIterations: 1000,
    });
    expect(result.status).toBe("diverged");
    expect(result.history[1]!.residual / result.history[0]!.residual).toBeCloseTo(3, 12);
    const broken = fixedPointSync({ map: () => vector(1, NaN), start: vector(0, 0) });
    expect(broken.status).toBe("diverged");
    expect(broken.message).toContain("entry 1");
  });

  it("turns a solver's own failure into a result and passes other errors on", () => {
    const failing = (code: "DIVERGED" | "INTERNAL") => () => {
      throw new CoupletError({ code, where: "solver", expected: "a solution", received: "none" });
    };
    const result = fixedPointSync({ map: failing("DIVERGED"), start: vector(1) });
    expect(result.status).toBe("diverged");
    expect(result.message).toContain("solver: expected a solution");
    expect(() => fixedPointSync({ map: failing("INTERNAL"), start: vector(1) })).toThrow("solver");
  });

  it("starts safely from zero, also when one field stays zero", () => {
    const map = (x: Float64Array): Float64Array => vector(0, 0, 1 + 0.5 * x[3]!, 2 - 0.9 * x[2]!);
    const fields = [
      { name: "still", size: 2 },
      { name: "moving", size: 2 },
    ];
    for (const acceleration of [aitken(), iqnIls(), iqnImvj()]) {
      const result = fixedPointSync({ map, start: new Float64Array(4), fields, acceleration });
      expect(result.status).toBe("converged");
      expect(result.x[2]).toBeCloseTo(2 / 1.45, 9);
      expect(result.history[0]!.fields.still).toEqual({ residual: 0, size: 0 });
    }
    expect(fixedPointSync({ map: (x) => x, start: new Float64Array(3) }).evaluations).toBe(1);
  });

  it("rejects with the signal's reason, and does not call the map again", async () => {
    const controller = new AbortController();
    let calls = 0;
    const running = fixedPoint({
      map: async (x) => {
        if (++calls === 3) controller.abort(new Error("enough"));
        return x.map((v) => v + 1);
      },
      start: vector(0),
      signal: controller.signal,
      acceleration: noAcceleration(),
    });
    await expect(running).rejects.toThrow("enough");
    expect(calls).toBe(3);
  });

  it("restores participants before each repeated evaluation", () => {
    let state = 1;
    const participant = {
      save: () => state,
      restore: (saved: unknown) => void (state = saved as number),
    };
    const map = (x: Float64Array): Float64Array => {
      state += x[0]!; // a solver that moves in time
      return vector(0.5 * state);
    };
    const result = fixedPointSync({
      map,
      start: vector(0),
      participants: [participant],
      acceleration: noAcceleration(),
    });
    expect(result.x[0]).toBeCloseTo(1, 9); // x = (1 + x) / 2
    expect(state).toBeCloseTo(2, 9); // the converged step was taken once
  });

  it("keeps minIterations and maxIterations", () => {
    const constant = (): Float64Array => vector(1);
    expect(fixedPointSync({ map: constant, start: vector(1), minIterations: 4 }).evaluations).toBe(
      4,
    );
    expect(() =>
      fixedPointSync({ map: constant, start: vector(1), minIterations: 4, maxIterations: 3 }),
    ).toThrow("minIterations <= maxIterations");
  });

  it("explains settings that cannot work", () => {
    const map = (x: Float64Array): Float64Array => x;
    expect(() => fixedPointSync({ map, start: vector(1, NaN) })).toThrow(
      "finite numbers, got NaN at entry 1",
    );
    expect(() =>
      fixedPointSync({ map, start: vector(1), fields: [{ name: "a", size: 2 }] }),
    ).toThrow("sizes that add up to 1, got 2 (a 2)");
    expect(() => fixedPointSync({ map: () => vector(1, 2), start: vector(1) })).toThrow(
      "1 numbers back, got 2",
    );
    expect(() =>
      fixedPointSync({ map, start: vector(1), acceleration: constantRelaxation({ factor: 0 }) }),
    ).toThrow("never moves");
    expect(() =>
      fixedPointSync({
        map,
        start: vector(1),
        convergence: [{ kind: "relative", limit: 1, field: "y" }],
      }),
    ).toThrow("one of x, got y");
    const wrong = { kind: "aitkin" } as unknown as AccelerationSpec;
    expect(() => fixedPointSync({ map, start: vector(1), acceleration: wrong })).toThrow(
      'Did you mean "aitken"?',
    );
  });
});

describe("convergence measures", () => {
  const halving = (x: Float64Array): Float64Array => x.map((v) => 0.5 * v + 1); // residual halves: 2^-k from 0
  const run = (
    convergence: Parameters<typeof fixedPointSync>[0]["convergence"],
    maxIterations = 100,
  ) =>
    fixedPointSync({
      map: halving,
      start: vector(0),
      acceleration: noAcceleration(),
      convergence: convergence ?? [],
      maxIterations,
    });
  it("absolute, relative, absoluteOrRelative, residualRelative count as their formulas say", () => {
    // d_k = 2^-(k-1), H_k = 2 - 2^-(k-1): the first k with d_k <= limit (times H_k).
    expect(run([{ kind: "absolute", limit: 2 ** -10 }]).evaluations).toBe(11);
    expect(run([{ kind: "relative", limit: 2 ** -10 }]).evaluations).toBe(11); // 2^-9 > 2^-10 H_10, since H_10 < 2
    expect(run([{ kind: "residualRelative", limit: 2 ** -5 }]).evaluations).toBe(6);
    expect(
      run([{ kind: "absoluteOrRelative", limit: 1e-9, relativeLimit: 2 ** -10 }]).evaluations,
    ).toBe(11);
  });
  it("needs all of several, unless one suffices", () => {
    const tight = { kind: "absolute", limit: 2 ** -20 } as const;
    const loose = { kind: "absolute", limit: 2 ** -3 } as const;
    expect(run([tight, loose]).evaluations).toBe(21);
    expect(run([tight, { ...loose, suffices: true }]).evaluations).toBe(4);
  });
  it("reports strict measures that are not met", () => {
    const result = run(
      [
        { kind: "absolute", limit: 1e-9, strict: true },
        { kind: "absolute", limit: 1 },
      ],
      5,
    );
    expect(result.status).toBe("notConverged");
    expect(result.unmetStrict).toEqual([0]);
  });
  it("can look at one field only", () => {
    const map = (x: Float64Array): Float64Array => vector(0.1 * x[0]! + 1, 0.99 * x[1]! + 1);
    const fields = [
      { name: "quick", size: 1 },
      { name: "slow", size: 1 },
    ];
    const settings = {
      map,
      start: vector(0, 0),
      fields,
      acceleration: noAcceleration(),
      maxIterations: 3000,
    };
    const quick = fixedPointSync({
      ...settings,
      convergence: [{ kind: "absolute", limit: 1e-8, field: "quick" }],
    });
    expect(quick.evaluations).toBe(9);
    expect(quick.history.at(-1)!.fields.slow!.residual).toBeGreaterThan(0.5);
  });
});

describe("bounds", () => {
  const base = {
    map: (x: Float64Array): Float64Array => x.map((v) => 1 / v),
    start: vector(0.5),
    maxIterations: 60,
  };
  it("keeps every evaluated point inside", () => {
    for (const onViolation of ["clamp", "scale"] as const) {
      const seen: number[] = [];
      const map = (x: Float64Array): Float64Array => (seen.push(x[0]!), base.map(x));
      const result = fixedPointSync({
        ...base,
        map,
        acceleration: iqnIls({ initialFactor: 2 }),
        bounds: { lower: 0.4, upper: 1.6, onViolation },
      });
      expect(result.status).toBe("converged");
      expect(result.history[0]!.outOfBounds).toBe(1); // 0.5 + 2 * 1.5 = 3.5
      expect(Math.max(...seen)).toBeLessThanOrEqual(1.6);
    }
  });
  it("discards the accelerated step, or ignores", () => {
    const first = (onViolation: "discard" | "ignore"): number => {
      const iteration = fixedPointIteration({
        ...base,
        acceleration: iqnIls({ initialFactor: 2 }),
        bounds: { upper: 1.6, onViolation },
      });
      iteration.accept(vector(2));
      return iteration.point[0]!;
    };
    expect(first("discard")).toBe(2);
    expect(first("ignore")).toBe(3.5);
  });
  it("rejects limits that fit nothing", () => {
    expect(() => fixedPointSync({ ...base, bounds: { lower: 2, upper: 1 } })).toThrow(
      "lower <= upper, got 2 and 1",
    );
    expect(() => fixedPointSync({ ...base, bounds: { lower: vector(1, 2) } })).toThrow(
      "1 numbers, got 2",
    );
  });
});

describe("quasi-Newton", () => {
  it("does not let a stall reset spoil a linear problem that diverges strongly", () => {
    const map = linear(12, 9);
    const start = new Float64Array(12);
    const bare = { preconditioner: "none", filter: { kind: "qr2", limit: 1e-12 } } as const;
    const result = fixedPointSync({ map, start, acceleration: iqnIls(bare) });
    expect(result.status).toBe("converged");
    expect(result.resets).toBe(0);
    expect(result.evaluations).toBeLessThanOrEqual(14 + 1); // dim + 2, and one for rounding
  });

  it("all filters solve the same linear problem", () => {
    const map = linear(10, 0.8);
    const limits = { none: 0, qr1: 1e-12, qr2: 1e-10, qr3: 1e-10 } as const;
    const counts = Object.entries(limits).map(([kind, limit]) => {
      const filter = { kind: kind as keyof typeof limits, limit };
      const result = fixedPointSync({
        map,
        start: new Float64Array(10),
        acceleration: iqnIls({ filter }),
      });
      expect(result.status).toBe("converged");
      return result.evaluations;
    });
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it("residual-sum scaling makes the iteration independent of units", () => {
    const map = linear(8, 0.9);
    const fields = [
      { name: "pressure", size: 4 },
      { name: "length", size: 4 },
    ];
    const scale = (x: Float64Array, factor: number): Float64Array =>
      x.map((v, i) => (i < 4 ? v * factor : v));
    const count = (unit: number, preconditioner: "residualSum" | "none"): number => {
      const convergence = fields.map(
        (field) => ({ kind: "relative", limit: 1e-8, field: field.name }) as const,
      );
      const scaled = (x: Float64Array): Float64Array => scale(map(scale(x, 1 / unit)), unit);
      return fixedPointSync({
        map: scaled,
        start: new Float64Array(8),
        fields,
        convergence,
        acceleration: iqnIls({ preconditioner }),
      }).evaluations;
    };
    // A loose filter (1e-2) acts on scaled columns; without scaling it only sees the large field.
    expect(count(1e8, "residualSum")).toBeLessThanOrEqual(count(1, "residualSum") + 2);
    expect(count(1e8, "none")).toBeGreaterThan(count(1e8, "residualSum"));
  });

  it("the factorisation kept up to date by qr3 gives the steps of qr2", () => {
    const map = linear(15, 1.2);
    const points = (kind: "qr2" | "qr3"): Float64Array => {
      const iteration = fixedPointIteration({
        start: new Float64Array(15),
        acceleration: iqnIls({ filter: { kind, limit: 1e-9 }, maxColumns: 6 }),
      });
      for (let k = 0; k < 12 && !iteration.done; k++) iteration.accept(map(iteration.point));
      return iteration.point;
    };
    const [a, b] = [points("qr2"), points("qr3")];
    // The same least-squares problems solved twice; cond(V) below 1e9 squared would be the worst case, 1e-6 is measured room.
    a.forEach((value, i) =>
      expect(Math.abs(value - b[i]!)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value))),
    );
  });

  /** Windows of a slowly moving linear problem: evaluations per window. */
  function windows(spec: AccelerationSpec, count = 12): number[] {
    const n = 10;
    const base = linear(n, 1.3);
    const acceleration = accelerate(spec, [{ name: "x", size: n }]);
    let start = new Float64Array(n);
    return Array.from({ length: count }, (_, w) => {
      const map = (x: Float64Array): Float64Array =>
        base(x).map((v, i) => v + Math.sin(w + i) + 0.02 * Math.sin(w) * x[(i + 1) % n]!);
      const result = fixedPointSync({
        map,
        start,
        acceleration,
        convergence: [{ kind: "relative", limit: 1e-7 }],
      });
      expect(result.status).toBe("converged");
      start = Float64Array.from(result.x);
      return result.evaluations;
    });
  }

  it("columns of past windows save evaluations", () => {
    const mean = (counts: number[]): number =>
      counts.slice(1).reduce((a, b) => a + b) / (counts.length - 1);
    const alone = mean(windows(iqnIls({ reusedWindows: 0 })));
    expect(mean(windows(iqnIls({ reusedWindows: 8 })))).toBeLessThan(0.8 * alone);
    const restarts: ImvjRestart[] = [
      { kind: "none" },
      { kind: "zero", windows: 4 },
      { kind: "slide", windows: 4 },
      { kind: "leastSquares", windows: 4, reusedWindows: 3 },
      { kind: "svd", windows: 4, limit: 1e-4 },
    ];
    for (const restart of restarts)
      expect(mean(windows(iqnImvj({ restart })))).toBeLessThan(0.8 * alone);
  });

  it("a compressed Jacobian keeps working as the full one does", () => {
    const full = windows(iqnImvj({ restart: { kind: "none" } }), 16);
    const compressed = windows(iqnImvj({ restart: { kind: "svd", windows: 3, limit: 1e-10 } }), 16);
    compressed.forEach((count, w) => expect(Math.abs(count - full[w]!)).toBeLessThanOrEqual(1));
  });
});

describe("schemes", () => {
  const blocks = ["a", "b", "c"].map((name, i) => ({
    name,
    size: 1,
    solve: (v: Readonly<Record<string, Float64Array>>): Float64Array =>
      vector(
        1 +
          0.2 *
            Object.entries(v).reduce(
              (sum, [other, value]) => sum + (other === name ? 0 : value[0]!),
              0,
            ) +
          i,
      ),
  }));
  const solution = (scheme: Parameters<typeof blockSweep>[0]["scheme"]) => {
    const sweep = blockSweep({ blocks, scheme });
    const result = fixedPointSync({
      map: sweep.map,
      start: sweep.gather({}),
      fields: sweep.fields,
    });
    expect(result.status).toBe("converged");
    return {
      values: ["a", "b", "c"].map((name) => sweep.values()[name]![0]),
      fields: sweep.fields.map((f) => f.name),
    };
  };
  it("reach the same solution and iterate only what is read before it is written", () => {
    const jacobi = solution({ kind: "jacobi" });
    const serial = solution({ kind: "gaussSeidel" });
    const multi = solution({ kind: "multi", stages: [["a", "b"], ["c"]] });
    expect(jacobi.fields).toEqual(["a", "b", "c"]);
    expect(serial.fields).toEqual(["b", "c"]);
    expect(multi.fields).toEqual(["a", "b", "c"]);
    for (const other of [serial, multi])
      other.values.forEach((v, i) => expect(v).toBeCloseTo(jacobi.values[i]!, 8));
  });
  it("names what is wrong with stages", () => {
    expect(() => solution({ kind: "multi", stages: [["a"], ["b"]] })).toThrow('got "c" missing');
    expect(() => solution({ kind: "gaussSeidel", order: ["a", "bb", "c"] })).toThrow(
      'Did you mean "b"?',
    );
  });
});

describe("predictor", () => {
  it("is exact for polynomials of its order", () => {
    for (const order of [0, 1, 2] as const) {
      const guess = predictor({ order });
      expect(guess.predict()).toBeUndefined();
      for (let t = 0; t < 3; t++) guess.push(vector(t ** order, 7));
      expect(guess.predict()).toEqual(vector(3 ** order, 7));
    }
  });
});

it.each([iqnIls(), iqnImvj(), aitken()])(
  "x = x + 1 has no solution: $kind ends without one, and leaps nowhere",
  (acceleration) => {
    const result = fixedPointSync({
      map: (x) => x.map((value) => value + 1),
      start: new Float64Array([0, 0.3]),
      acceleration,
      maxIterations: 40,
    });
    // H(x) - x is 1 everywhere; differences of it are rounding, whose secants led to 1e15, where 1 is small beside x.
    expect(result.status).toBe("notConverged");
    expect(Math.max(...result.x.map(Math.abs))).toBeLessThan(100);
    expect(result.message).toMatch(/^not converged in 40 evaluations/);
  },
);
