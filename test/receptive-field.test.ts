/** The receptive field by its formula against gradients: how far the latent value of a pixel really depends on pixels. */
import {
  checkerboard,
  convolutional,
  coupling,
  createModel,
  flow,
  gatedConvolutional,
  repeat,
} from "couplet";
import type { FlowSpec } from "couplet";
import { receptiveField } from "couplet/images";
import { jacobian } from "couplet/inspect";
import { expect, it } from "vitest";
import { normals } from "./random.ts";

const side = 13;

/** The largest distance (in rows or columns) between a latent value and a pixel that its gradient is not 0 for. */
async function measuredRadius(spec: FlowSpec): Promise<number> {
  using model = await createModel(spec, { threads: 1 });
  const noise = normals(model.parameters.length, 3);
  model.setParameters(model.parameters.map((value, i) => value + 0.1 * noise[i]!));
  const { matrix, dims } = await jacobian(model, normals(side * side, 4, 0.5));
  let radius = 0;
  for (let z = 0; z < dims; z++) {
    for (let x = 0; x < dims; x++) {
      if (matrix[z * dims + x] === 0) continue;
      const rows = Math.abs(Math.floor(z / side) - Math.floor(x / side));
      radius = Math.max(radius, rows, Math.abs((z % side) - (x % side)));
    }
  }
  return radius;
}

it.each([
  [1, convolutional({ width: 3, activation: "tanh" }), 2],
  [2, convolutional({ width: 3, activation: "tanh" }), 4],
  [4, convolutional({ width: 3, activation: "tanh" }), 8],
  [2, gatedConvolutional({ width: 3, blocks: 1, activation: "silu" }), 6],
])(
  "%i couplings of checkerboards reach as far as the formula says: %o, %i pixels",
  async (count, conditioner, radius) => {
    const spec = flow({
      shape: [side, side, 1],
      layers: repeat(count, (i) => coupling({ mask: checkerboard(i), conditioner })),
    });
    expect(receptiveField(spec).at(-1)!.radius).toBe(radius);
    expect(await measuredRadius(spec)).toBe(radius);
  },
);
