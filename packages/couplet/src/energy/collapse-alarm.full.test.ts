/** The collapse alarm on targets that are hard for it: many wells in 32 dimensions, and funnels, whose necks no mode is in. */
import { expect, it } from "vitest";

import { affine } from "../flow/parts/transform/affine.ts";
import { alternating } from "../flow/parts/mask/alternating.ts";
import { coupling } from "../flow/parts/layer/coupling.ts";
import { flow, repeat } from "../flow/spec/flow.ts";
import { mlp } from "../flow/parts/conditioner/mlp.ts";
import { realNvp } from "../flow/presets/presets.ts";
import { assess } from "./assess.ts";
import { fitEnergy } from "./fit-energy.ts";
import { funnel } from "./targets/funnel.ts";
import { manyWell } from "./targets/wells.ts";

const dims = 6;

it("says nothing of funnels that are well learned", async () => {
  const { energy, sample } = funnel(dims);
  const spec = flow({
    dims,
    layers: repeat(4, (i) =>
      coupling({
        mask: alternating(i),
        transform: affine({ clamp: 8 }),
        conditioner: mlp({ width: 32, activation: "silu" }),
      }),
    ),
  });
  for (let seed = 1; seed <= 3; seed++) {
    using model = await fitEnergy(spec, energy, { steps: 3000, batch: 256, seed, threads: 1 });
    const found = await assess(model, energy, { target: sample!(2000, seed), seed });
    expect(found.essShare).toBeGreaterThan(0.5);
    expect(found.collapsed, found.warnings.join()).toBe(false);
  }
});

it("rings for many wells in 32 dimensions, learned from a narrow start", async () => {
  const { energy, sample } = manyWell(16);
  const everySecond = (even: number, odd: number) =>
    Array.from({ length: 32 }, (_, j) => (j % 2 === 0 ? even : odd));
  // The right well of each pair: reverse KL stays there.
  using model = await fitEnergy(realNvp({ dims: 32, width: 32, couplings: 4 }), energy, {
    steps: 400,
    batch: 128,
    learningRate: 3e-3,
    threads: 1,
    units: { shift: everySecond(1.75, 0), scale: everySecond(0.2, 1) },
  });
  const blind = await assess(model, energy);
  // By its own draws it is a good model of one of 65,536 modes.
  expect(blind.essShare).toBeGreaterThan(0.4);
  expect(blind.collapsed).toBe(true);
  expect(blind.lostShare).toBeGreaterThan(0.5);
  const seen = await assess(model, energy, { heat: 1, target: sample!(2000, 3) });
  expect(seen.collapsed).toBe(true);
  expect(seen.fromTarget!.essShareOfMost).toBeLessThan(1e-6);
  expect(seen.fromTarget!.forwardKlOfMost).toBeGreaterThan(10);
});
