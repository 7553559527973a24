/** What the laws' table cannot say of autoregressive layers: who depends on whom, the work of both passes, known answers, refusals. */
import { describe, expect, it } from "vitest";
import {
  alternating,
  box,
  convolutional,
  coupling,
  createModel,
  domains,
  fit,
  flow,
  mlp,
  parseSpec,
  rationalQuadratic,
  registerTransform,
  registeredTransform,
  residualMlp,
  transformOf,
} from "couplet";
import type { FlowSpec } from "couplet";
import {
  autoregressive,
  maskedAutoregressive,
  neuralSplineAutoregressive,
} from "couplet/autoregressive";
import { fitEnergy } from "couplet/energy";
import { generator, normals } from "../../../../../../../test/random.ts";
import { layoutOf } from "../../../../engine/graph.ts";
import type { Graph } from "../../../../engine/graph.ts";
import { lowerDecode, lowerEncode, lowerLogProb } from "../../../lower.ts";
import { layerPart } from "../layer.ts";

async function perturbed(spec: FlowSpec<false>) {
  const model = await createModel(spec, { device: "reference" });
  const noise = normals(model.parameters.length, 11, 0.3);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  return model;
}

/** Multiply-adds of a row in products of a network. */
function products({ nodes }: Graph): number {
  return nodes
    .filter(({ op }) => op.name === "prefixLinear")
    .reduce((sum, { attrs }) => sum + Number(attrs["inputs"]) * Number(attrs["outputs"]), 0);
}

const networks = {
  "wide MLP": mlp({ width: 12, depth: 2, activation: "tanh" }),
  "MLP narrower than the row": mlp({ widths: [3, 2], activation: "silu" }),
  "residual MLP": residualMlp({ width: 8, blocks: 2, activation: "gelu" }),
  "linear map": mlp({ depth: 0 }),
};

describe.each(Object.entries(networks))("%s", (name, conditioner) => {
  const dims = 5;
  const spec = flow({
    dims,
    layers: [autoregressive({ transform: rationalQuadratic({ bins: 4 }), conditioner })],
  });

  it("lets each variable depend on itself and those before it alone", async () => {
    const model = await perturbed(spec);
    const row = normals(dims, 2, 0.8);
    const { z: at } = await model.encode(row);
    const [layer] = spec.layers;
    const sources = layerPart(layer!).sources(layer!, dims, [dims]);
    for (let j = 0; j < dims; j++) {
      const moved = Float64Array.from(row, (value, k) => value + (k === j ? 0.1 : 0));
      const { z } = await model.encode(moved);
      for (let i = 0; i < dims; i++) {
        if (i < j) expect(z[i]).toBe(at[i]);
        // Few units may well leave a variable out; enough of them do not.
        else if (i === j || !name.includes("narrower")) expect(z[i]).not.toBe(at[i]);
        expect(sources[i]!.includes(j)).toBe(i >= j);
      }
    }
    model.dispose();
  });

  it("makes the same products one variable after the other as in one pass", () => {
    const layout = layoutOf(lowerLogProb(spec));
    const inTurn = lowerDecode(spec, layout, { logDet: true });
    const whole = lowerEncode(spec, layout);
    expect(products(inTurn)).toBe(products(whole));
    expect(products(whole)).toBeGreaterThan(0);
  });
});

it("learns a density that it contains: the held-out loss is the entropy", async () => {
  // x0 normal, x1 = x0^2 + n / 2: entropy 2 * 1.41894 - ln 2 nats.
  const { normal } = generator(3);
  const draw = (rows: number) =>
    Float64Array.from({ length: rows }, () => normal()).reduce<number[]>(
      (all, x) => (all.push(x, x * x + 0.5 * normal()), all),
      [],
    );
  const spec = flow({
    dims: 2,
    layers: [autoregressive({ conditioner: mlp({ width: 24, activation: "silu" }) })],
  });
  const model = await fit(spec, Float64Array.from(draw(3000)), {
    epochs: 40,
    batch: 100,
    learningRate: 1e-2,
    seed: 1,
    threads: 1,
  });
  const fresh = Float64Array.from(draw(4000));
  const scores = await model.logProb(fresh);
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  const entropy = Math.log(2 * Math.PI * Math.E) - Math.log(2);
  // 4,000 rows: a standard error of 0.016; the flow itself is 0.02 nats off.
  expect(Math.abs(mean + entropy)).toBeLessThan(0.1);
  model.dispose();
});

it("trains with dropout, and from an energy without", async () => {
  const rows = normals(400, 5);
  const spec = (dropout: number) =>
    neuralSplineAutoregressive({ dims: 2, layers: 2, width: 8, bins: 4, dropout });
  const model = await fit(spec(0.2), rows, { epochs: 2, threads: 1, seed: 1 });
  expect((await model.logProb(rows)).every(Number.isFinite)).toBe(true);
  model.dispose();
  /** A standard normal. */
  const energy = (batch: Float64Array) => {
    const values = new Float64Array(batch.length / 2);
    for (let r = 0; r < values.length; r++)
      values[r] = 0.5 * (batch[2 * r]! ** 2 + batch[2 * r + 1]! ** 2);
    return { u: values, grad: Float64Array.from(batch) };
  };
  const sampler = await fitEnergy(spec(0), energy, { steps: 3, batch: 32, seed: 1, threads: 1 });
  expect((await sampler.logProb(rows)).every(Number.isFinite)).toBe(true);
  sampler.dispose();
  await expect(fitEnergy(spec(0.2), energy, { steps: 1, threads: 1 })).rejects.toThrow(
    /layers\[2\]\.conditioner\.dropout/u,
  );
});

it("refuses dropout where it would be rebuilt, and names the layer", async () => {
  const rows = normals(100, 5);
  const dropped = { dropout: 0.2, width: 8 };
  const options = { epochs: 1, threads: 1, memory: "reversible" } as const;
  const masked = flow({
    dims: 2,
    layers: [
      coupling({ mask: alternating(0), conditioner: mlp(dropped) }),
      autoregressive({ conditioner: mlp(dropped) }),
    ],
  });
  await expect(fit(masked, rows, options)).rejects.toMatchObject({
    code: "NOT_SUPPORTED",
    message:
      'fit: layers[1].conditioner.dropout: expected 0 with memory: "reversible", since an autoregressive layer is rebuilt variable by variable, got 0.2. Take memory: "store", or no dropout.',
  });
  // A coupling is undone by its own network: dropout and rebuilding go together.
  const coupled = flow({
    dims: 2,
    layers: [coupling({ mask: alternating(0), conditioner: mlp(dropped) })],
  });
  (await fit(coupled, rows, options)).dispose();
});

describe("refusals", () => {
  registerTransform("swapped", (place) => transformOf({ kind: "additive" }, place));
  it.each([
    [
      { conditioner: convolutional({ width: 4 }) },
      /conditioner: expected mlp\(\) or residualMlp\(\)/u,
    ],
    [{ conditioner: mlp({ layerNorm: true }) }, /layerNorm: expected false/u],
    [{ transform: registeredTransform("swapped") }, /a transform of each variable alone/u],
    [{ transform: rationalQuadratic({ bins: 60, minBin: 0.1 }) }, /bins \* minBin below 1/u],
  ] as const)("%#", (options, message) => {
    expect(() => flow({ dims: 3, layers: [autoregressive(options)] })).toThrow(message);
  });

  it("domains, unknown options, counts below 1", () => {
    expect(() =>
      flow({ dims: 2, base: domains([box(0, 1), box(0, 1)]), layers: [autoregressive()] }),
    ).toThrow(/a layer that keeps each variable's domain/u);
    expect(() => autoregressive({ mask: 1 } as never)).toThrow(/mask/u);
    expect(() => maskedAutoregressive({ dims: 2, layers: 0 })).toThrow(/layers/u);
    expect(() => neuralSplineAutoregressive({ dims: 2, couplings: 3 } as never)).toThrow(
      /couplings/u,
    );
    expect(() => parseSpec({ ...maskedAutoregressive({ dims: 2 }), extra: 1 })).toThrow(/extra/u);
  });
});
