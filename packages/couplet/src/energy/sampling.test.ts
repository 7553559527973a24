/** Chains and assessments against closed forms. */
import { describe, expect, it } from "vitest";
import { createModel, flow, lu, realNvp } from "couplet";
import type { FlowModel } from "couplet";
import {
  assess,
  energyTarget,
  fitEnergy,
  hamiltonianChains,
  independenceMetropolis,
  latentTarget,
  manyWell,
  modelTarget,
  rowByRow,
} from "couplet/energy";
import { normals } from "../../../../test/random.ts";

/** u of N(mean, deviation^2) in each of two columns. */
const gaussianEnergy = (mean: number, deviation: number) =>
  rowByRow(2, (rows, at, grad) => {
    let u = 0;
    for (let j = at; j < at + 2; j++) {
      const z = (rows[j]! - mean) / deviation;
      u += (z * z) / 2;
      grad[j] = z / deviation;
    }
    return u;
  });

/** An untrained flow: the standard normal. */
const standardNormal = () => createModel(flow({ dims: 2, layers: [lu()] }), { threads: 1 });

async function wild(): Promise<FlowModel<false>> {
  const model = await createModel(realNvp({ dims: 2, width: 8, couplings: 2 }), {
    device: "reference",
  });
  model.setParameters(Float32Array.from(normals(model.parameters.length, 3, 0.3)));
  return model;
}

describe("Hamiltonian chains", () => {
  it("have the moments of a Gaussian of two widths", async () => {
    const energy = rowByRow(2, (rows, at, grad) => {
      const [x, y] = [rows[at]! - 3, rows[at + 1]!];
      grad[at] = x / 0.04;
      grad[at + 1] = y / 4;
      return (x * x) / 0.08 + (y * y) / 8;
    });
    const CHAINS = 200;
    const sums = [0, 0, 0, 0];
    let seen = 0;
    const start = Array.from({ length: CHAINS }, () => [2, 1]);
    const { acceptance, stepSize } = await hamiltonianChains(energyTarget(energy, 2), start, {
      moves: 120,
      adapt: 40,
      scale: [0.2, 2],
      onMove: (rows, move) => {
        if (move < 40) return;
        for (let c = 0; c < CHAINS; c++) {
          const [x, y] = [rows[2 * c]!, rows[2 * c + 1]!];
          [x, y, (x - 3) ** 2, y * y].forEach((value, k) => (sums[k]! += value));
          seen++;
        }
      },
    });
    const [x, y, xx, yy] = sums.map((sum) => sum / seen);
    // 16,000 states, those of a chain correlated over a few moves: 200 x 20 independent ones at least.
    expect(Math.abs(x! - 3)).toBeLessThan((4 * 0.2) / Math.sqrt(4000));
    expect(Math.abs(y!)).toBeLessThan((4 * 2) / Math.sqrt(4000));
    expect(Math.abs(xx! / 0.04 - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000));
    expect(Math.abs(yy! / 4 - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000));
    expect(acceptance).toBeGreaterThan(0.5);
    expect(stepSize).toBeGreaterThan(0.1);
  });

  it("see a model's density, and an energy in its latent space, with the right gradients", async () => {
    using model = await wild();
    const rows = normals(2 * 5, 1, 0.7);
    const energy = gaussianEnergy(0.4, 1.3);
    for (const target of [modelTarget(model), latentTarget(model, energy)]) {
      const { gradient } = await target.evaluate(rows);
      for (const j of [0, 1]) {
        const shifted = (by: number) => rows.map((x, i) => (i % 2 === j ? x + by : x));
        const up = await target.evaluate(shifted(1e-5));
        const down = await target.evaluate(shifted(-1e-5));
        for (let r = 0; r < 5; r++) {
          const slope = (up.logDensity[r]! - down.logDensity[r]!) / 2e-5;
          expect(Math.abs(gradient[2 * r + j]! - slope)).toBeLessThan(1e-6 * (1 + Math.abs(slope)));
        }
      }
    }
    // log p(z) = -u(x) + log |dx/dz|, by the parts that the model gives itself.
    const { logDensity } = await latentTarget(model, energy).evaluate(rows);
    const { x, logDet } = await model.decode(rows);
    const { u } = await energy(x, { count: 5, dims: 2, context: undefined });
    logDensity.forEach((value, r) => expect(value).toBeCloseTo(-u[r]! - logDet[r]!, 9));
  });

  it("rejects starts of density 0, and options that cannot be", async () => {
    const target = energyTarget(gaussianEnergy(0, 1), 2);
    const nowhere = energyTarget(
      rowByRow(2, () => NaN),
      2,
    );
    await expect(hamiltonianChains(nowhere, [[1, 1]])).rejects.toMatchObject({
      code: "DATA_INVALID",
    });
    for (const options of [
      { stepSize: 0 },
      { scale: [1] },
      { scale: -1 },
      { moves: 1.5 },
      { leapfrogs: 0 },
      { step: 1 },
    ])
      await expect(hamiltonianChains(target, [[1, 1]], options)).rejects.toMatchObject({
        code: "USAGE",
      });
  });
});

describe("independence Metropolis", () => {
  it("has the target's mean and the closed form's acceptance", async () => {
    using model = await standardNormal();
    const N = 20_000;
    // In one column: d = 0.7; in two: the difference of log-weights is N(-s^2/2, s^2), s^2 = 2 x 2 d^2.
    const { rows, acceptance, longestStay } = await independenceMetropolis(
      model,
      gaussianEnergy(0.7, 1),
      N,
    );
    const mean = rows.reduce((sum, x) => sum + x / rows.length, 0);
    // Each state stays for about 1 / acceptance rows or longer.
    expect(Math.abs(mean - 0.7)).toBeLessThan(4 * Math.sqrt(6 / (2 * N)));
    // 2 Phi(-s / 2) at s = 1.4: 2 x 0.241964.
    expect(Math.abs(acceptance - 0.483927)).toBeLessThan(4 * Math.sqrt(0.25 / N) * 2);
    expect(longestStay).toBeGreaterThan(1);
    await expect(
      independenceMetropolis(
        model,
        rowByRow(2, () => NaN),
        10,
      ),
    ).rejects.toMatchObject({
      code: "NON_FINITE_INPUT",
    });
  });
});

describe("an assessment", () => {
  const { energy, sample, logZ } = manyWell(1);
  const rightWell = async () => {
    // A narrow start in the right well: reverse KL stays there.
    return fitEnergy(realNvp({ dims: 2, width: 16, couplings: 4 }), energy, {
      steps: 150,
      batch: 128,
      learningRate: 3e-3,
      evaluationRows: 200,
      threads: 1,
      units: { shift: [1.75, 0], scale: [0.2, 1] },
    });
  };

  it("reports a collapsed model by each sign alone, and its bounds", async () => {
    using model = await rightWell();
    const target = sample!(1000, 2);
    const blind = await assess(model, energy, { heat: 1 });
    // From its own draws it looks well: it knows nothing of the left well, which holds 0.156 of the mass.
    expect(blind.collapsed).toBe(false);
    expect(blind.lostShare).toBeUndefined();
    expect(blind.essShare).toBeGreaterThan(0.3);
    const fromTarget = await assess(model, energy, { heat: 1, target });
    expect(fromTarget.collapsed).toBe(true);
    expect(fromTarget.fromTarget!.essShare).toBeLessThan(0.01);
    expect(fromTarget.fromTarget!.divergence).toBeGreaterThan(1);
    expect(fromTarget.fromTarget!.eubo).toBeGreaterThan(logZ!);
    expect(fromTarget.elbo).toBeLessThan(logZ!);
    const byChains = await assess(model, energy);
    expect(byChains.collapsed).toBe(true);
    expect(byChains.lostShare).toBeGreaterThan(0.05);
    expect(byChains.warnings.join()).toContain("heated chains");
  });

  it("finds nothing wrong with the exact model, and its weights are all equal", async () => {
    using model = await standardNormal();
    const own = gaussianEnergy(0, 1);
    const target = Float64Array.from(normals(2000, 5));
    const found = await assess(model, own, { target });
    expect(found.warnings).toEqual([]);
    expect(found.collapsed).toBe(false);
    expect(found.logZ).toBeCloseTo(Math.log(2 * Math.PI), 5);
    expect(found.fromTarget!.logZ).toBeCloseTo(Math.log(2 * Math.PI), 5);
    expect(found.essShare).toBeCloseTo(1, 6);
    expect(found.lostShare).toBeLessThan(0.01);
  });

  it("is not alarmed by the furthest of the target's rows, and is by one row in fifty", async () => {
    using model = await standardNormal();
    // Normal up to 4, exponential beyond: where q has e^-200, p has e^-72.
    const longTailed = rowByRow(2, (rows, at, grad) => {
      let u = 0;
      for (const j of [at, at + 1]) {
        const size = Math.abs(rows[j]!);
        u += size < 4 ? size ** 2 / 2 : 4 * size - 8;
        grad[j] = size < 4 ? rows[j]! : 4 * Math.sign(rows[j]!);
      }
      return u;
    });
    const target = Float64Array.from(normals(2 * 2000, 5));
    target[0] = 20;
    const calm = await assess(model, longTailed, { target, heat: 1 });
    expect(calm.fromTarget!.essShare).toBeLessThan(1e-50);
    expect(calm.fromTarget!.essShareOfMost).toBeGreaterThan(0.99);
    expect(calm.collapsed).toBe(false);
    // The model's density there is 0 in doubles.
    target[0] = 1e200;
    const farther = await assess(model, longTailed, { target, heat: 1 });
    expect(farther.fromTarget!.eubo).toBe(Infinity);
    expect(farther.fromTarget!.forwardKlOfMost).toBeLessThan(0.1);
    expect(farther.collapsed).toBe(false);
    for (let r = 0; r < 40; r++) target[2 * r] = 20;
    const alarmed = await assess(model, longTailed, { target, heat: 1 });
    expect(alarmed.collapsed).toBe(true);
    expect(alarmed.warnings.join()).toContain("parts of the target are left out");
  });

  it("reports a model as collapsed that has no draw of finite energy", async () => {
    using model = await standardNormal();
    const far = rowByRow(2, (rows, at) => (rows[at]! > 100 ? 0 : Infinity));
    const found = await assess(model, far);
    expect(found).toMatchObject({ collapsed: true, lostShare: undefined, nonFinite: 2000 });
    expect(found.warnings).toEqual(["none of the model's 2000 draws has a finite energy"]);
  });

  it("takes one context, and refuses what cannot be", async () => {
    using conditional = await createModel(flow({ dims: 2, context: 1, layers: [lu()] }), {
      threads: 1,
    });
    const found = await assess(conditional, gaussianEnergy(0, 1), { context: [[1]], heat: 1 });
    expect(found.logZ).toBeCloseTo(Math.log(2 * Math.PI), 5);
    await expect(assess(conditional, gaussianEnergy(0, 1))).rejects.toMatchObject({
      code: "CONTEXT_MISMATCH",
    });
    using model = await standardNormal();
    await expect(assess(model, energy, { heat: 0.5 })).rejects.toMatchObject({ code: "USAGE" });
    await expect(assess(model, energy, { target: [[1]] })).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
    });
  });
});
