/** A file that names the layer loads its room: in a file of its own, since modules are loaded anew. */
import { createModel, modelToBytes } from "couplet";
import { maskedAutoregressive } from "couplet/autoregressive";
import { expect, it, vi } from "vitest";
import { normals } from "../../../../../../../test/random.ts";

it("loads from a file in a program that has not named the room", async () => {
  const spec = maskedAutoregressive({ dims: 3, layers: 2, width: 6 });
  const model = await createModel(spec, { device: "reference" });
  model.setParameters(Float32Array.from(normals(model.parameters.length, 11, 0.3)));
  const bytes = modelToBytes(model);
  const row = normals(3, 4);
  const expected = [...(await model.logProb(row))];
  model.dispose();
  vi.resetModules();
  const { FlowModel } = await import("couplet");
  const copy = await FlowModel.fromBytes(bytes, { device: "reference" });
  expect([...(await copy.logProb(row))]).toEqual(expected);
  copy.dispose();
});
