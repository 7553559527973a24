/** A program of its own: no other test has loaded the ops that few graphs have. */
import { expect, test } from "vitest";
import { createModel } from "../../../flow/model/make.ts";
import { flow } from "../../../flow/spec/flow.ts";
import { gaussianMixture } from "../../../flow/parts/base/gaussian-mixture.ts";
import { GraphBuilder } from "../../graph.ts";
import { openDevice } from "../open.ts";
import { callsOf } from "./ops.ts";
import { moreCpuOps } from "./more-ops.ts";

const isKnown = (name: string): boolean => {
  try {
    callsOf({ op: { name } } as never);
    return true;
  } catch (error) {
    // An op without kernel calls fails by name; a known one on the attributes that this node lacks.
    return !/has no kernel calls/.test((error as Error).message);
  }
};

test("load with the first model that has one, before a call that cannot wait", async () => {
  expect(moreCpuOps.map(({ name }) => name).filter(isKnown)).toEqual([]);
  const spec = flow({ dims: 2, layers: [], base: gaussianMixture({ components: 3 }) });
  using model = await createModel(spec, { threads: 1, blas: false });
  const rows = Float64Array.of(0.25, -1, 2, 0.5);
  const now = model.logProbSync(rows);
  expect([...now]).toEqual([...(await model.logProb(rows))]);
  expect(now.every(Number.isFinite)).toBe(true);
});

test("training is refused where nobody has asked for it", async () => {
  const device = await openDevice("cpu", { threads: 1, blas: false });
  const graph = new GraphBuilder().finish();
  expect(() => device.planTraining(graph, 8)).toThrow(/prepareTraining comes before training/);
  await device.prepareTraining();
  expect(device.planTraining(graph, 8).gradients).toBe(0);
  device.dispose();
});
