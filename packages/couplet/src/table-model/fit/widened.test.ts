import { describe, expect, it } from "vitest";
import { createModel, realNvp } from "couplet";
import type { FlowModel } from "couplet";
import { column, fitTable, table } from "couplet/table";
import type { Table } from "couplet/table";
import { generator } from "../../../../../test/random.ts";
import { spreadOf, widened } from "./widened.ts";

/** Two normal columns of deviation `spread`, and a condition. */
function rowsOf(count: number, spread: number, seed: number): Table {
  const { normal } = generator(seed);
  const columnOf = (scale: number) => Float64Array.from({ length: count }, () => scale * normal());
  return table([
    column("x", columnOf(spread)),
    column("y", columnOf(spread)),
    column("c", columnOf(1)),
  ]);
}

const codecOf = async () => {
  using model = await fitTable(rowsOf(300, 1, 1), {
    context: ["c"],
    epochs: 1,
    threads: 1,
    seed: 2,
  });
  return model.codec;
};

describe("a conditional flow that is too narrow", () => {
  it("is made as wide as the rows of validation, with the density of a wider normal", async () => {
    const codec = await codecOf();
    // Untrained: the standard normal of the encoded rows.
    const spec = realNvp({ dims: 2, context: 1, width: 8, couplings: 2 });
    const narrow = (await createModel(spec, { threads: 1 })) as FlowModel<boolean>;
    const validation = rowsOf(2000, 2, 3);
    using wider = await widened(narrow, codec, validation, { threads: 1, seed: 2 });
    expect(wider).not.toBe(narrow);
    expect(wider.spec.layers.at(-1)).toEqual({ kind: "actNorm" });
    const last = wider.parameterList.find(
      ({ name }) => name === `layers[${wider.spec.layers.length - 1}].logScale`,
    )!;
    const scale = Math.exp(-wider.parameters[last.offset]!);
    // The encoder's own deviation is known to 4 % from 300 rows.
    expect(scale).toBeGreaterThan(1.8);
    expect(scale).toBeLessThan(2.2);
    const z = Float64Array.of(0.3, -1.2, 4, 2);
    const logProb = await (wider as FlowModel<true>).logProb(z, { context: [[0], [1]] });
    for (const r of [0, 1]) {
      const square = z[2 * r]! ** 2 + z[2 * r + 1]! ** 2;
      const exact = -square / (2 * scale ** 2) - Math.log(2 * Math.PI * scale ** 2);
      // float32.
      expect(logProb[r]).toBeCloseTo(exact, 5);
    }
  });

  it("stays as it is where it is wide enough, or hardly any rows can tell", async () => {
    const codec = await codecOf();
    const spec = realNvp({ dims: 2, context: 1, width: 8, couplings: 2 });
    using flow = (await createModel(spec, { threads: 1 })) as FlowModel<boolean>;
    const options = { threads: 1, seed: 2 };
    expect(await widened(flow, codec, rowsOf(500, 0.7, 3), options)).toBe(flow);
    expect(await widened(flow, codec, rowsOf(30, 3, 3), options)).toBe(flow);
  });

  it("keeps its parameters when it is widened", async () => {
    const codec = await codecOf();
    const spec = realNvp({ dims: 2, context: 1, width: 8, couplings: 2 });
    const flow = (await createModel(spec, { threads: 1 })) as FlowModel<boolean>;
    flow.setParameters(flow.parameters.map((_, i) => 0.1 * Math.sin(3 * i)));
    const before = new Map(
      flow.parameterList.map(({ name, offset, size }) => [
        name,
        flow.parameters.slice(offset, offset + size),
      ]),
    );
    using wider = await widened(flow, codec, rowsOf(500, 3, 3), { threads: 1, seed: 2 });
    for (const { name, offset, size } of wider.parameterList)
      if (before.has(name))
        expect(wider.parameters.slice(offset, offset + size)).toEqual(before.get(name));
    expect(wider.parameterList.length).toBe(before.size + 2);
  });
});

it("is as wide with one row that is odd given its context", () => {
  const { normal } = generator(7);
  const latent = Float64Array.from({ length: 1000 }, normal);
  const before = spreadOf(latent, 2);
  expect(Math.abs(before - 1)).toBeLessThan(0.1);
  // 40 deviations out: the root mean square of 500 rows becomes 1.6.
  latent.fill(40, 0, 2);
  const after = spreadOf(latent, 2);
  expect(Math.abs(after / before - 1)).toBeLessThan(0.05);
});

it("leaves a flow of the user's own choice alone", async () => {
  const own = ({ dims, context }: { readonly dims: number; readonly context: number }) =>
    realNvp({ dims, context, width: 8, couplings: 2 });
  const rows = rowsOf(500, 1, 5);
  using model = await fitTable(rows, { context: ["c"], flow: own, epochs: 3, threads: 1, seed: 1 });
  expect(model.flow.spec).toEqual(own({ dims: 2, context: 1 }));
});
