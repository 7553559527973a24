/** Diagnostics of flows whose truth is known. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createModel } from "../flow/model/make.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { studentT } from "../flow/parts/base/student-t.ts";
import { realNvp } from "../flow/presets/presets.ts";
import { philoxNormal } from "../random/philox.ts";
import { fit } from "../train/fit.ts";
import { diagnose } from "./diagnose.ts";
import { latentDiagnostics } from "./latent-diagnostics.ts";
import { worstRows } from "./worst-rows.ts";

const normals = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, row) => philoxNormal({ seed, row }));

describe("a fresh flow, which is the standard normal", () => {
  let model: FlowModel;
  beforeAll(async () => {
    model = await createModel(realNvp({ dims: 3, couplings: 2, width: 8 }));
  });
  afterAll(() => model.dispose());

  it("is calibrated on normal rows", async () => {
    const found = await diagnose(model, normals(3000, 11));
    expect(found.calibrated).toBe(true);
    // Mean log-density of a standard normal: -3/2 log(2 pi e).
    expect(Math.abs(found.logProb.mean + 4.2568)).toBeLessThan(4 * found.logProb.standardError);
    expect(found.tests.map(({ name }) => name).toSorted()).toEqual([
      "highest-density regions",
      "latent 1",
      "latent 2",
      "latent 3",
    ]);
    expect(found.twoSample!.pValue).toBeGreaterThan(0.01);
    expect(found.text).toMatch(/^Calibrated as far as 1000 rows show/u);
    expect(found.inverse.error.most).toBeLessThan(1e-5);
  });

  it("is told by name which latent variable is off", async () => {
    const rows = normals(3000, 12).map((value, k) => (k % 3 === 1 ? 1.3 * value : value));
    const found = await diagnose(model, rows);
    expect(found.calibrated).toBe(false);
    expect(found.tests[0]).toMatchObject({ name: "latent 2", departure: "at the ends" });
    expect(found.text).toMatch(/Not calibrated: .*\n {2}latent 2: .* too narrow/u);
  });

  it("sees a correlation that the model does not have", async () => {
    const rows = normals(3000, 13);
    for (let i = 0; i < 1000; i++)
      rows[3 * i + 2] = 0.5 * rows[3 * i]! + Math.sqrt(0.75) * rows[3 * i + 2]!;
    const { largestCorrelation, pValue } = await latentDiagnostics(model, rows);
    expect(largestCorrelation.variables).toEqual([0, 2]);
    // Four standard errors of r = 0.5 at 1,000 rows: 0.095.
    expect(Math.abs(largestCorrelation.value - 0.5)).toBeLessThan(0.095);
    expect(largestCorrelation.pValue).toBeLessThan(1e-6);
    expect(pValue).toBeGreaterThan(0.001);
  });

  it("names the worst rows, lowest first", async () => {
    const rows = normals(300, 14);
    rows.set([0, 9, 0], 3 * 40);
    const worst = await worstRows(model, rows, { count: 3 });
    expect(worst[0]).toMatchObject({ row: 40, values: [0, 9, 0], percentile: 0.01 });
    expect(worst[0]!.latent).toEqual({ variable: 1, value: 9 });
    expect(worst[1]!.logProb).toBeLessThan(worst[2]!.logProb);
  });
});

it("judges a base that is not normal by the model's own draws", async () => {
  const model = await createModel(
    realNvp({ dims: 2, couplings: 2, width: 8, base: studentT({ degrees: 3, learned: false }) }),
  );
  const right = await model.sample(800, { seed: 99 });
  expect((await latentDiagnostics(model, right)).pValue).toBeGreaterThan(0.01);
  const narrow = normals(1600, 15).map((value) => 0.6 * value);
  expect((await latentDiagnostics(model, narrow)).pValue).toBeLessThan(1e-4);
  model.dispose();
});

it("passes a conditional flow that learned a normal posterior, and fails one that did not see the data", async () => {
  const theta = normals(3000, 16);
  const context = theta.map((value, row) => value + 0.5 * philoxNormal({ seed: 17, row }));
  const spec = realNvp({ dims: 1, context: 1, couplings: 2, width: 16 });
  const model = await fit(spec, theta, { context, epochs: 25, seed: 1, threads: 1 });
  const fresh = normals(400, 18);
  const seen = fresh.map((value, row) => value + 0.5 * philoxNormal({ seed: 19, row }));
  const right = await diagnose(model, fresh, { context: seen });
  expect(right.calibrated).toBe(true);
  expect(right.ranks!.coverage[0]!.find(({ level }) => level === 0.9)!.share).toBeGreaterThan(0.83);
  const wrong = await diagnose(model, fresh, { context: seen.toReversed() });
  expect(wrong.calibrated).toBe(false);
  expect(wrong.twoSample!.auc).toBeGreaterThan(0.7);
  model.dispose();
});
