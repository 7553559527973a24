import { coupling, createModel, fit, flow, half, lu, affine, mlp } from "couplet";
import { expect, test } from "vitest";
import { normals } from "../../../../../test/random.ts";
import { openDevice } from "./open.ts";

const spec = flow({
  dims: 3,
  layers: [lu(), coupling({ mask: half(), transform: affine(), conditioner: mlp({ width: 8 }) })],
});
const rows = normals(300, 1);

test("models share a device that is open, and leave it open", async () => {
  const device = await openDevice("cpu", { threads: 2, blas: false });
  const first = await createModel(spec, { device, seed: 1 });
  const second = await createModel(spec, { device, seed: 2 });
  const alone = await createModel(spec, { threads: 2, blas: false, seed: 2 });
  await first.logProb(rows);
  first.dispose();
  expect(await second.logProb(rows)).toEqual(await alone.logProb(rows));
  const trained = await fit(spec, rows, { device, epochs: 2, seed: 3 });
  const apart = await fit(spec, rows, { threads: 2, blas: false, epochs: 2, seed: 3 });
  expect(trained.parameters).toEqual(apart.parameters);
  expect((await trained.deviceReport()).threads).toBe(2);
  for (const model of [second, alone, trained, apart]) model.dispose();
  device.dispose();
  const late = await createModel(spec, { device, seed: 2 });
  await expect(late.logProb(rows)).rejects.toMatchObject({ code: "DISPOSED" });
});

test("the reference device is a device like the other", async () => {
  const device = await openDevice("reference");
  const exact = await createModel(spec, { device, seed: 2 });
  const named = await createModel(spec, { device: "reference", seed: 2 });
  expect(await exact.logProb(rows)).toEqual(await named.logProb(rows));
  expect(await exact.deviceReport()).toMatchObject({ device: "reference", threads: 1 });
  const graph = { nodes: [], inputs: new Map(), outputs: new Map(), parameters: [] } as never;
  expect(() => device.trainSession(graph, {} as never)).toThrow(/a device that trains/);
  const failed = fit(spec, rows, { device });
  await expect(failed).rejects.toMatchObject({ code: "NOT_SUPPORTED", where: "fit: device" });
});

test("parameters of one device are none of another's", async () => {
  const [cpu, reference] = [await openDevice("cpu", { threads: 1 }), await openDevice("reference")];
  const graph = { nodes: [], inputs: new Map(), outputs: new Map(), parameters: [] } as never;
  const values = Float32Array.of(1, 2);
  for (const [device, other] of [
    [cpu, reference],
    [reference, cpu],
  ] as const) {
    const batch = { parameters: other.buffer(values), inputs: {}, rows: 1 };
    await expect(device.compile(graph).run(batch)).rejects.toThrow(/a buffer of another device/);
  }
  cpu.dispose();
});
