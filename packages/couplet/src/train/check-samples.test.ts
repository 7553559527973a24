import { affine, alternating, coupling, createModel, flow, lu } from "couplet";
import { expect, it } from "vitest";
import { checkSamples } from "./check-samples.ts";

it.each([
  ["an unbounded scale", coupling({ mask: alternating(0), transform: affine({ scale: "exp" }) })],
  ["a map without an inverse in floats", lu()],
])("refuses a model whose draws are not finite: %s", async (_name, layer) => {
  using model = await createModel(flow({ dims: 2, layers: [layer] }), { threads: 1, blas: false });
  const rows = { rows: 2, cols: 2, data: new Float64Array(4) };
  const held = { rows, context: undefined, weights: undefined };
  await expect(checkSamples(model, held)).resolves.toBeUndefined();
  // Log-scales of -200 in the encoding are factors of e^200 in the draws, beyond float32.
  model.setParameters(model.parameters.map(() => -200));
  await expect(checkSamples(model, held)).rejects.toMatchObject({
    code: "DIVERGED",
    where: expect.stringMatching(
      /^fit: samples of the trained model: row \d+, column [01]$/,
    ) as string,
  });
});
