/** The path gradient (sticking the landing) is the gradient of reverse KL in the mean: it leaves out the score, whose mean is zero. */
import { expect, it } from "vitest";
import { exactGradient } from "../engine/device/exact-gradient.ts";
import { createModel } from "../flow/model/make.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { realNvp } from "../flow/presets/presets.ts";
import { philoxNormal } from "../random/philox.ts";
import { mean, meanAndError } from "../statistics/mean.ts";
import { lowerObjective } from "../train/objective.ts";
import { reverseKl } from "../train/objectives/reverse-kl.ts";
import { rowByRow } from "./targets/target.ts";

const dims = 2;
const spec = realNvp({ dims, width: 6, couplings: 3 });
/** N((0.4, 0), diag(1.69, 1)) and a ripple. */
const energy = rowByRow(dims, (rows, at, grad) => {
  const [x, y] = [rows[at]!, rows[at + 1]!];
  grad[at] = (x - 0.4) / 1.69 + 0.5 * Math.cos(x + y);
  grad[at + 1] = y + 0.5 * Math.cos(x + y);
  return (x - 0.4) ** 2 / 3.38 + y ** 2 / 2 + 0.5 * Math.sin(x + y);
});

const energyOf = async (rows: Float64Array<ArrayBuffer>) =>
  energy(rows, { count: rows.length / dims, dims, context: undefined });

async function at(parameters: Float32Array): Promise<FlowModel> {
  const model = await createModel(spec, { threads: 1 });
  model.setParameters(parameters as Float32Array<ArrayBuffer>);
  return model;
}

/** Of each latent row: where it goes, and log q + u there but for the base's density, which no parameter moves. */
async function valuesOf(parameters: Float32Array, latent: Float64Array) {
  using model = await at(parameters);
  const { x, logDet } = await model.decode(latent);
  const rows = Float64Array.from(x);
  const { u } = await energyOf(rows);
  return { x: rows, kl: logDet.map((value, r) => value + u[r]!) };
}

it("agrees with central differences of log q + u over common draws, in the mean of 100,000", async () => {
  const count = 100_000;
  using fresh = await createModel(spec, { threads: 1 });
  const start = fresh.parameters.map((_, i) => 0.25 * Math.sin(7 * i + 1));
  using model = await at(start);
  const latent = Float64Array.from({ length: dims * count }, (_, i) =>
    philoxNormal({ seed: 5, row: Math.floor(i / dims), stream: i % dims }),
  );
  const { x } = await valuesOf(start, latent);
  const { grad } = await energyOf(x);
  const { rows: score } = await model.gradLogProb(x);
  const force = score.map((g, i) => g + grad[i]!);
  const some = 2000;
  // What training computes.
  const { gradient } = exactGradient(
    lowerObjective(reverseKl(0), spec, model.layout).trainingGraph({ memory: "store" }),
    Float64Array.from(start),
    {
      latent: latent.slice(0, dims * some),
      force: Float64Array.from(force.slice(0, dims * some)),
      cotangent: new Float64Array(some).fill(1 / some),
    },
    some,
  );
  const steepest = gradient.map((g) => g / Math.hypot(...gradient));
  const random = start.map((_, i) => philoxNormal({ seed: 1, row: i }));
  // Float32 values of size 1 are off by 1e-7: differences of 0.02 leave 1e-5 a row, at random, and an error of the square of 0.01.
  const step = 0.01;
  for (const direction of [steepest, random]) {
    const moved = (by: number) => Float32Array.from(start, (p, i) => p + by * direction[i]!);
    const [up, down] = [await valuesOf(moved(step), latent), await valuesOf(moved(-step), latent)];
    const path = Float64Array.from({ length: count }, (_, r) => {
      let sum = 0;
      for (let i = r * dims; i < (r + 1) * dims; i++)
        sum += (force[i]! * (up.x[i]! - down.x[i]!)) / (2 * step);
      return sum;
    });
    const whole = up.kl.map((value, r) => (value - down.kl[r]!) / (2 * step));
    const apart = meanAndError(whole.map((value, r) => value - path[r]!));
    expect(Math.abs(apart.mean)).toBeLessThan(3 * apart.error);
    // Row by row they differ, by the score.
    expect(apart.error * Math.sqrt(count)).toBeGreaterThan(0.1);
    // Down the steepest way the slope is many errors away from zero: another gradient would not pass.
    if (direction === steepest) expect(mean(path)).toBeGreaterThan(20 * apart.error);
    let trained = 0;
    for (let i = 0; i < start.length; i++) trained += direction[i]! * gradient[i]!;
    const ofSome = mean(path.slice(0, some));
    expect(Math.abs(trained - ofSome)).toBeLessThan(2e-3 * (1 + Math.abs(ofSome)));
  }
});
