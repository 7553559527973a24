/** Conditioners are told which variables they get, and the shape of the row that these are from. */
import {
  affine,
  alternating,
  coupling,
  createModel,
  flow,
  permutation,
  registerConditioner,
  registeredConditioner,
} from "couplet";
import type { ConditionerPlace } from "couplet";
import { dense } from "couplet/engine";
import { expect, it } from "vitest";

it("a conditioner is told the positions and the shape of its input, in columns as they come", async () => {
  const places: (ConditionerPlace & { readonly columns: number })[] = [];
  registerConditioner("witness", (b, input, _options, place) => {
    places.push({ ...place, columns: input.shape.kind === "rows" ? input.shape.cols : 0 });
    return dense(b, input, { outputs: 4 });
  });
  const conditioner = registeredConditioner("witness");
  const spec = flow({
    shape: [2, 3, 1],
    context: 2,
    layers: [
      coupling({ mask: alternating(0), transform: affine(), conditioner }),
      permutation("reverse"),
      coupling({ mask: alternating(1), transform: affine(), conditioner }),
    ],
  });
  const model = await createModel(spec, { device: "reference" });
  model.dispose();
  expect(places.slice(0, 2)).toEqual([
    { positions: [0, 2, 4], shape: [2, 3, 1], context: 2, columns: 5 },
    { positions: [1, 3, 5], shape: [2, 3, 1], context: 2, columns: 5 },
  ]);
});
