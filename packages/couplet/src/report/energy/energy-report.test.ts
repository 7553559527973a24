/** The report of a model of an energy: its numbers where they are known, and its page. */
import { describe, expect, it } from "vitest";
import { createModel, realNvp } from "couplet";
import { fitEnergy, manyWell, rowByRow } from "couplet/energy";
import { energyReport, escapeHtml, renderEnergyReport } from "couplet/report";
import { normalCdf } from "../../statistics/normal.ts";

const spec = realNvp({ dims: 2, width: 4, couplings: 2 });

/** A Gaussian of deviation s in the first variable, 1 in the second. */
const gaussianEnergy = (s: number) =>
  rowByRow(2, (rows, at, grad) => {
    const [x, y] = [rows[at]!, rows[at + 1]!];
    grad[at]! += x / s ** 2;
    grad[at + 1]! += y;
    return x ** 2 / (2 * s ** 2) + y ** 2 / 2;
  });

describe("an untrained flow, a standard normal, against a narrower Gaussian", () => {
  it("has log Z, marginals by weights and the distance of the closed form", async () => {
    using model = await createModel(spec, { threads: 1 });
    const s = 0.8;
    const report = await energyReport(model, gaussianEnergy(s), { rows: 4000, seed: 3 });
    const { logZ, logZError, collapsed } = report.assessment;
    expect(Math.abs(logZ - Math.log(2 * Math.PI * s))).toBeLessThan(4 * logZError);
    expect(collapsed).toBe(false);
    // The variable that differs comes first.
    const [first, second] = report.marginals;
    expect([first!.column, second!.column]).toEqual(["variable 1", "variable 2"]);
    for (const [i, share] of first!.weighted.entries()) {
      // The last bins hold what lies beyond.
      if (i === 0 || i === first!.weighted.length - 1) continue;
      const [low, high] = [first!.edges[i]! / s, first!.edges[i + 1]! / s];
      const exact = normalCdf(high) - normalCdf(low);
      // Four errors, and one row for bins that are nearly empty.
      expect(Math.abs(share - exact)).toBeLessThan(4 * first!.weightedError[i]! + 1 / 4000);
    }
    // Total variation of the two densities: they cross at x^2 = 2 ln(1/s) / (1/s^2 - 1).
    const x = Math.sqrt((2 * Math.log(1 / s)) / (1 / s ** 2 - 1));
    const exact = 2 * (normalCdf(x / s) - normalCdf(x));
    expect(Math.abs(first!.distance - exact)).toBeLessThan(0.02);
    expect(second!.distance).toBeLessThan(0.02);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(sum(first!.weighted)).toBeCloseTo(1, 12);
    expect(sum(first!.model)).toBeCloseTo(1, 12);
    // A hundredth of draws of equal weight has a hundredth; the density ratio is at most 1.25.
    expect(report.heaviestShare).toBeGreaterThan(0.01);
    expect(report.heaviestShare).toBeLessThan(0.0126 * 1.2);
    const page = await renderEnergyReport(report);
    expect(page).toContain("<strong>Good:</strong>");
    expect(page).toContain(`id="marginal-2"`);
    expect(page).not.toContain(`id="training"`);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it("accepts every draw where the model is the target, and says what is known", async () => {
    using model = await createModel(spec, { threads: 1 });
    const rows = await model.sample(500, { seed: 9 });
    const report = await energyReport(model, gaussianEnergy(1), {
      name: "a <Gaussian>",
      command: "npm run something",
      rows: 500,
      target: Float64Array.from(rows),
      logZ: Math.log(2 * Math.PI),
    });
    expect(report.acceptance).toBe(1);
    expect(report.marginals.every(({ distance }) => distance < 1e-6)).toBe(true);
    expect(report.marginals[0]!.target!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const page = await renderEnergyReport(report);
    expect(page).toContain("A model of a &lt;Gaussian&gt;");
    expect(page).toContain("npm run something");
    expect(page).toContain("1.8379 is known");
    expect(page).toContain("rows of the target");
  });
});

it("shows a collapsed model as one, with its training", async () => {
  const target = manyWell(1);
  using model = await fitEnergy(realNvp({ dims: 2, width: 16, couplings: 4 }), target.energy, {
    steps: 60,
    batch: 128,
    evaluationRows: 300,
    threads: 1,
    seed: 2,
    // All draws begin in the right well.
    units: { shift: [1.75, 0], scale: 0.2 },
    columns: ["x", "y"],
  });
  const report = await energyReport(model, target.energy, {
    rows: 500,
    target: target.sample!(500, 1),
  });
  expect(report.assessment.collapsed).toBe(true);
  expect(report.marginals.map(({ column }) => column).sort()).toEqual(["x", "y"]);
  expect(report.history.length).toBeGreaterThan(5);
  const page = await renderEnergyReport(report);
  expect(page).toContain("<strong>Collapsed:</strong>");
  expect(page).toContain(`id="training"`);
  for (const warning of report.assessment.warnings) expect(page).toContain(escapeHtml(warning));
});

it("refuses unknown options", async () => {
  using model = await createModel(spec, { threads: 1 });
  await expect(energyReport(model, gaussianEnergy(1), { draws: 5 } as never)).rejects.toMatchObject(
    { code: "USAGE" },
  );
});
