import { describe, expect, it } from "vitest";
import { iqnIls, iqnImvj, noAcceleration } from "couplet/kit";
import type { AccelerationSpec } from "couplet/kit";
import { elasticTube, type ElasticTubeResult } from "./simulate.ts";
import { tubeFlow, tubeWall } from "./tube.ts";

const mean = (result: ElasticTubeResult): number =>
  result.windows.reduce((sum, window) => sum + window.evaluations, 0) / result.windows.length;
const run = (
  acceleration: AccelerationSpec,
  elasticity = 1e4,
  count = 5,
): Promise<ElasticTubeResult> =>
  elasticTube({ cells: 40, elasticity, windows: { size: 0.01, count }, acceleration });

describe("elastic tube", () => {
  it("plain iteration fails in the first window and says so", async () => {
    const result = await run(noAcceleration());
    expect(result.status).toBe("diverged");
    expect(result.windows).toHaveLength(1);
    expect(result.message).toContain("window 1 of 5");
  });

  it("quasi-Newton works out of the box, and columns of past windows halve the work", async () => {
    const alone = await run(iqnIls({ reusedWindows: 0 }));
    const reused = await run(iqnIls());
    expect(alone.status).toBe("converged");
    expect(reused.status).toBe("converged");
    expect(mean(reused)).toBeLessThan(0.65 * mean(alone)); // 8 against 17 here; the first window is the same
    // Both stop at a relative 1e-5 of the section; the pressure feels that 1 / (da/dp) = 1e4 times more: 0.1 of 167.
    expect(Math.abs(reused.pressure[20]! - alone.pressure[20]!)).toBeLessThan(0.5);
  });

  it("the multi-vector method needs about as few", async () => {
    expect(mean(await run(iqnImvj()))).toBeLessThan(12);
  });

  it("keeps mass: what flows in and not out is in the sections", async () => {
    // Per window: sum of (a - a_old) dx = dt (inflow - outflow) over the cells of the inner points, to the coupling tolerance.
    const cells = 40;
    const flow = tubeFlow({ cells, elasticity: 1e5 });
    const wall = tubeWall({ cells, elasticity: 1e5 });
    let section: Float64Array = new Float64Array(cells + 1).fill(1);
    const step = { window: 1, start: 0, end: 0.01, size: 0.01, iteration: 1, signal: undefined };
    const before = flow.save();
    for (let k = 0; k < 60; k++) {
      flow.restore(before);
      const { pressure } = flow.solve({ crossSection: section }, step);
      const next = wall.solve({ pressure: pressure! }, step).crossSection;
      section = section.map((value, i) => value + 0.1 * (next![i]! - value));
    }
    flow.restore(before);
    flow.solve({ crossSection: section }, step);
    const flux = (i: number): number =>
      ((section[i]! + section[i + 1]!) / 2) * ((flow.velocity[i]! + flow.velocity[i + 1]!) / 2);
    const stored = section.subarray(1, cells).reduce((sum, a) => sum + (a - 1) * (10 / cells), 0);
    // Newton leaves 1e-11 of velocities near 10.
    expect(stored).toBeCloseTo(0.01 * (flux(0) - flux(cells - 1)), 9);
  });

  it("refuses tubes that cannot be", () => {
    expect(() => tubeFlow({ cells: 2, elasticity: 1 })).toThrow("at least 3 cells");
    expect(() => tubeFlow({ cells: 10, elasticity: -1 })).toThrow("elasticity -1");
  });
});
