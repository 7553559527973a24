/** The thermo-mechanical bar: temperature changes stiffness, elongation closes a gap and changes the heat flow. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  aitken,
  type AccelerationSpec,
  constantRelaxation,
  iqnIls,
  noAcceleration,
} from "./acceleration.ts";
import type { FixedPointResult } from "./fixed-point.ts";
import { fixedPointSync } from "./solve.ts";
import type { StallRule } from "./stall.ts";

const { thermoMechanicalBar } = JSON.parse(
  readFileSync(new URL("golden/coupling.json", import.meta.url), "utf8"),
);
const elements = 20;

/** Temperatures of 21 nodes from their displacements: conduction and a contact conductance that falls with the gap. */
const thermal = (u: Float64Array, h0: number): Float64Array => {
  const h = 0.05 + h0 / (1 + ((0.55 - u[elements]!) / 0.05) ** 2);
  const end = 1 / (1 + h);
  return Float64Array.from({ length: elements + 1 }, (_, i) => 1 + ((end - 1) * i) / elements);
};
/** Displacements from temperatures: E = 1 / (1 + T/2), unit expansion, an end spring of 0.1. */
const mechanical = (t: Float64Array): Float64Array => {
  const dx = 1 / elements;
  const mid = Float64Array.from({ length: elements }, (_, i) => (t[i]! + t[i + 1]!) / 2);
  const compliance = mid.reduce((sum, m) => sum + dx * (1 + 0.5 * m), 0);
  const stress = -0.1 * (mid.reduce((sum, m) => sum + dx * m, 0) / (1 + 0.1 * compliance));
  const u = new Float64Array(elements + 1);
  mid.forEach((m, i) => (u[i + 1] = u[i]! + dx * (stress * (1 + 0.5 * m) + m)));
  return u;
};
const sweep =
  (h0: number) =>
  (t: Float64Array): Float64Array =>
    thermal(mechanical(t), h0);
const iqn = (initialFactor: number): AccelerationSpec =>
  iqnIls({ initialFactor, preconditioner: "none", filter: { kind: "qr2", limit: 1e-8 } });
const run = (
  h0: number,
  acceleration: AccelerationSpec,
  stall: StallRule = { action: "ignore" },
): FixedPointResult =>
  fixedPointSync({
    map: sweep(h0),
    start: new Float64Array(21).fill(0.5),
    acceleration,
    maxIterations: 1000,
    stall,
  });
const elongation = (result: FixedPointResult): number => mechanical(result.x)[elements]!;
/** The scalar map that the sweep really is, and its slope by central differences. */
const scalar = (u: number, h0: number): number =>
  mechanical(thermal(new Float64Array(21).fill(u), h0))[elements]!;
const slope = (u: number, h0: number): number =>
  (scalar(u + 1e-6, h0) - scalar(u - 1e-6, h0)) / 2e-6;

const methods: Readonly<Record<string, AccelerationSpec>> = {
  none1: noAcceleration(),
  "constant0.5": constantRelaxation({ factor: 0.5 }),
  "constant0.1": constantRelaxation({ factor: 0.1 }),
  "aitken0.5": aitken(),
  "aitken0.1": aitken({ initialFactor: 0.1 }),
  "iqn0.5": iqn(0.5),
  "iqn0.1": iqn(0.1),
};

for (const row of thermoMechanicalBar) {
  describe(`bar, ${row.label}`, () => {
    it("fixed points and slopes", () => {
      for (const point of row.fixedPoints) {
        expect(scalar(point.uL, row.h0)).toBeCloseTo(point.uL, 12);
        expect(slope(point.uL, row.h0)).toBeCloseTo(point.slope, 6); // central differences of step 1e-6
      }
    });
    for (const [name, spec] of Object.entries(methods)) {
      it(`${name}: ${row.its[name] > 1000 ? "not in 1000" : row.its[name]}`, () => {
        const result = run(row.h0, spec);
        if (row.its[name] > 1000) {
          expect(result.status).toBe("notConverged");
          return;
        }
        expect(result.status).toBe("converged");
        expect(Math.abs(result.evaluations - row.its[name])).toBeLessThanOrEqual(1); // rounding
        // Which of several solutions is found depends on the method; the residual 1e-10 leaves about 1e-9.
        expect(elongation(result)).toBeCloseTo(row.limit_uL[name], 8);
      });
    }
  });
}

describe("bar, iqn-stall (h0 = 2): quasi-Newton cycles and is cured by a reset", () => {
  it("has one fixed point, 0.827249, slope +0.15", () => {
    const result = run(2, noAcceleration());
    expect(result.evaluations).toBe(14);
    expect(elongation(result)).toBeCloseTo(0.827249, 6);
    expect(slope(elongation(result), 2)).toBeCloseTo(0.15, 2);
  });
  it("Aitken 25, quasi-Newton 11 from 0.5 and never from 0.1", () => {
    expect(Math.abs(run(2, aitken()).evaluations - 25)).toBeLessThanOrEqual(1);
    expect(Math.abs(run(2, iqn(0.5)).evaluations - 11)).toBeLessThanOrEqual(1);
    const cycling = run(2, iqn(0.1));
    expect(cycling.status).toBe("notConverged");
    expect(cycling.evaluations).toBe(1000);
    expect(cycling.history.at(-1)!.residual).toBeGreaterThan(1e-3); // it cycles, it is not merely slow
  });
  it("a reset after 4 steps without progress needs 18 evaluations, the default wait more but few", () => {
    const quick = run(2, iqn(0.1), { action: "reset", wait: 4 });
    expect(quick.status).toBe("converged");
    expect(Math.abs(quick.evaluations - 18)).toBeLessThanOrEqual(1);
    expect(quick.resets).toBe(1);
    const patient = run(2, iqn(0.1), { action: "reset" });
    expect(patient.status).toBe("converged");
    expect(patient.evaluations).toBeLessThan(60); // 23 steps of waiting, then as above
  });
  it("can stop instead, and says so", () => {
    const result = run(2, iqn(0.1), { action: "stop", wait: 6 });
    expect(result.status).toBe("notConverged");
    expect(result.message).toMatch(/stalled: no smaller residual than .* in 6 evaluations/);
  });
});
