import { describe, expect, it } from "vitest";
import { integrate } from "./integrate.ts";
import { reactionNetwork } from "./network.ts";

/** dX/dt = rate. */
const driven = (rate: string, initial = 0): ReturnType<typeof reactionNetwork> =>
  reactionNetwork({ species: { X: initial }, reactions: { r: { equation: "-> X", rate } } });

describe("switches", () => {
  it("does not step over a pulse, however short and late", () => {
    const model = driven("piecewise(1e6, time >= 5000 && time < 5000.000001, 0)");
    // a pulse of area 1 in a system that is at rest before and after
    expect(integrate(model, { until: 1e4 }).end[0]).toBeCloseTo(1, 4);
  });

  it("sees every period of a forcing while nothing moves", () => {
    const model = driven("piecewise(1, time % 24 < 0.5, 0) + floor(time / 100) * 0");
    // a hundred periods of half an hour each
    expect(integrate(model, { until: 2400 }).end[0]).toBeCloseTo(50, 8);
  });

  it("sees every period of a condition that wanders with the time while nothing moves", () => {
    const model = reactionNetwork({
      species: { X: 0 },
      parameters: { n: 0, m: 0 },
      reactions: { r: { equation: "-> X", rate: "piecewise(1, sin(2*pi*time) > 0.5, 0)" } },
      events: {
        wide: { trigger: "sin(2*pi*time) > 0.5", assignments: { n: "n + 1" } },
        narrow: { trigger: "cos(2*pi*time) < -0.999", assignments: { m: "m + 1" } },
      },
    });
    const { end } = integrate(model, { until: 99 });
    expect(model.observe("n", 99, end)).toBe(99);
    expect(model.observe("m", 99, end)).toBe(99);
    // a third of each period
    expect(end[0]).toBeCloseTo(33, 8);
  });

  it("sees a state that touches a threshold between the ends of a step", () => {
    const model = reactionNetwork({
      species: { x: 1, y: 0 },
      parameters: { n: 0 },
      rateRules: { x: "y", y: "-x" },
      events: { e: { trigger: "x > 0.9999", assignments: { n: "n + 1" } } },
    });
    // cos t passes 0.9999 around each 2 pi k
    const run = integrate(model, { until: 100, relativeTolerance: 1e-6 });
    expect(model.observe("n", 100, run.end)).toBe(15);
  });

  it("ends a step where a rate jumps, so that values between steps are right too", () => {
    const run = integrate(driven("-factorial(ceil(4 * X)) / 25", 1), { until: 1.5 });
    // slopes 24/25 down to 3/4, 6/25 down to 1/2, 2/25 from there
    const [first, second] = [0.25 / 0.96, 0.25 / 0.24];
    for (const t of [0.2, 0.3, 1, 1.31, 1.32, 1.4]) {
      const exact =
        t < first
          ? 1 - 0.96 * t
          : t < first + second
            ? 0.75 - 0.24 * (t - first)
            : 0.5 - 0.08 * (t - first - second);
      expect(Math.abs(run.at(t)[0]! - exact)).toBeLessThan(1e-10);
    }
  });

  it("passes kinks of abs, min and max", () => {
    // X falls as 1 - t and comes to |X| <= 0.5 and so on: areas are exact
    const model = reactionNetwork({
      species: { X: 1, Y: 0, Z: 0 },
      reactions: {
        x: { equation: "X ->", rate: "1" },
        y: { equation: "-> Y", rate: "abs(X)" },
        z: { equation: "-> Z", rate: "max(X, min(0.5, time))" },
      },
    });
    const [x, y, z] = integrate(model, { until: 2 }).end;
    expect(x).toBeCloseTo(-1, 10);
    expect(y).toBeCloseTo(1, 8);
    // 1 - t up to 1/2, then 1/2
    expect(z).toBeCloseTo(0.375 + 0.75, 8);
  });

  it("starts on a boundary", () => {
    expect(integrate(driven("piecewise(2, time > 0, 5)"), { until: 1 }).end[0]).toBeCloseTo(2, 8);
    expect(integrate(driven("piecewise(-1, X >= 1, -3)", 1), { until: 1 }).end[0]).toBeCloseTo(
      -2,
      8,
    );
  });

  it("gives up, by name, where switches turn back and forth without end", () => {
    expect(() => integrate(driven("piecewise(-1, X > 0, 1)", 0.5), { until: 2 })).toThrow(
      /switches at once|step size of rounding/,
    );
  });
});
