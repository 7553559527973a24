/** Diagnostics of flows whose truth is known. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createModel } from "../flow/model/make.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { gaussianMixture } from "../flow/parts/base/gaussian-mixture.ts";
import { studentT } from "../flow/parts/base/student-t.ts";
import { realNvp } from "../flow/presets/presets.ts";
import { philoxNormal } from "../random/philox.ts";
import { largestCorrelation } from "../statistics/correlation.ts";
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
      expect.stringMatching(/^correlation of latent [12] and [23]$/u),
      "highest-density regions",
      "latent 1",
      "latent 2",
      "latent 3",
      "samples against rows",
    ]);
    expect(found.twoSample!.pValue).toBeGreaterThan(0.01);
    expect(found.text).toMatch(/^Calibrated as far as 1000 rows show/u);
    expect(found.inverse.error.most).toBeLessThan(1e-5);
  });

  it.each([1e5, 1e200])("is calibrated on normal rows but one, which is at %d", async (far) => {
    const rows = normals(3000, 11);
    rows.set([far, far, 0], 3 * 40);
    const found = await diagnose(model, rows);
    expect(found.calibrated, found.text).toBe(true);
    expect(found.worst[0]!.row).toBe(40);
    const impossible = far > 1e100 ? 1 : 0;
    expect(found.logProb.impossible).toBe(impossible);
    expect(found.logProb.mean).toBeGreaterThan(-Infinity);
    expect(found.text.includes(", without 1 row of density 0.")).toBe(impossible === 1);
  });

  it.each([500, 1000])(
    "is not calibrated where %d of 1,000 rows are out of its range",
    async (lost) => {
      const rows = normals(3000, 11).fill(1e200, 0, 3 * lost);
      const latent = await latentDiagnostics(model, rows);
      expect(latent).toMatchObject({ rows: 1000, lost });
      expect(latent.pValue).toBeLessThan(1e-6);
      for (const { values, distance } of latent.variables) {
        expect(values).toHaveLength(1000);
        expect(distance).toBeGreaterThan(lost / 2100);
      }
      const { calibrated, logProb, text } = await diagnose(model, rows);
      expect(calibrated).toBe(false);
      expect(logProb.impossible).toBe(lost);
      expect(text).toContain(`Latent values of ${lost} of 1000 rows leave the range of numbers`);
      expect(text.includes("All 1000 rows have density 0.")).toBe(lost === 1000);
      expect(text).not.toMatch(/NaN/u);
    },
  );

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
    // Each latent variable by itself is right: the verdict is the correlation's.
    const found = await diagnose(model, rows);
    expect(found.calibrated).toBe(false);
    expect(found.tests[0]!.name).toBe("correlation of latent 1 and 3");
    expect(found.text).toMatch(/Not calibrated: .*\n {2}correlation of latent 1 and 3: p </u);
  });

  it("is rejected by all tests together no more often than the nominal rate", async () => {
    const trials = 30;
    let rejected = 0;
    for (let seed = 1; seed <= trials; seed++) {
      const { tests } = await diagnose(model, normals(3 * 120, 100 + seed), { seed });
      if (tests.some(({ adjusted }) => adjusted < 0.1)) rejected++;
    }
    // Holm's bound, 10 % of 30: 3. More than 8 happen twice in a thousand.
    expect(rejected).toBeLessThan(9);
  });

  it("is rejected by samples that trees tell from its rows", async () => {
    // Signs go together in threes: each variable is normal, no two correlate, and densities are right.
    const rows = normals(3 * 1500, 16).map(Math.abs);
    for (let i = 0; i < 1500; i++) {
      const [a, b] = [1, 2].map((stream) =>
        philoxNormal({ seed: 17, row: i, stream }) < 0 ? -1 : 1,
      );
      [a!, b!, a! * b!].forEach((sign, j) => (rows[3 * i + j]! *= sign));
    }
    const found = await diagnose(model, rows);
    expect(found.tests[0]!.name).toBe("samples against rows");
    expect(found.calibrated).toBe(false);
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

it("allows for the correlations that a base has of its own", async () => {
  // Two components at random places: the line between them correlates the variables.
  const base = gaussianMixture({ components: 2 });
  const model = await createModel(realNvp({ dims: 2, couplings: 2, width: 8, base }));
  const right = await model.sample(1000, { seed: 98 });
  const { z } = await model.encode(right);
  const columns = [0, 1].map((j) => Float64Array.from({ length: 1000 }, (_, i) => z[2 * i + j]!));
  // Ten standard errors of a correlation of 0.
  expect(Math.abs(largestCorrelation(columns).value)).toBeGreaterThan(0.32);
  const found = await latentDiagnostics(model, right);
  expect(found.largestCorrelation.pValue).toBeGreaterThan(0.01);
  const apart = Float64Array.from(
    { length: 2000 },
    (_, k) => right[((2 * ((k >> 1) + (k % 2) * 7)) % 2000) + (k % 2)]!,
  );
  expect((await latentDiagnostics(model, apart)).largestCorrelation.pValue).toBeLessThan(1e-6);
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
