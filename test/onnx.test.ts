/** Exported flows, run by onnxruntime (WebAssembly), beside the library: over the table of specs, in both directions. */
import {
  alternating,
  coupling,
  createModel,
  fit,
  flow,
  neuralSpline,
  rationalQuadratic,
  registerConditioner,
} from "couplet";
import type { FlowModel, FlowSpec } from "couplet";
import { activate, dense } from "couplet/engine";
import { onOnnx, toOnnx } from "couplet/onnx";
import { describe, expect, it } from "vitest";
import { activation } from "../packages/couplet/src/engine/ops/activation/op.ts";
import { layoutOf } from "../packages/couplet/src/engine/graph.ts";
import { onnxOps } from "../packages/couplet/src/engine/onnx/ops.ts";
import { lowerDecode, lowerLogProb, lowerScore } from "../packages/couplet/src/flow/lower.ts";
import { runInWasm } from "./onnx-runtime.ts";
import type { Feeds, Results } from "./onnx-runtime.ts";
import { normals } from "./random.ts";
import { specs } from "./specs.ts";

const ROWS = 64;

async function perturbed(spec: FlowSpec): Promise<FlowModel> {
  const model = await createModel(spec, { device: "reference" });
  const noise = normals(model.parameters.length, 11, 0.2);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  return model;
}

/** Runs an exported model in WebAssembly. */
function run(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, readonly [Float64Array, number]>>,
  type: "float32" | "float64",
): Promise<Results<Float64Array>> {
  const feeds = Object.entries(inputs).map(([name, [values, cols]]) => [
    name,
    {
      values: type === "float32" ? Float32Array.from(values) : values,
      shape: [values.length / cols, cols],
    },
  ]);
  return runInWasm(bytes, Object.fromEntries(feeds) as Feeds);
}

/** The largest |a - b| / (absolute + relative |b|). */
function excess(a: Float64Array, b: ArrayLike<number>, absolute: number, relative: number): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    const off = Math.abs(a[i]! - b[i]!) / (absolute + relative * Math.abs(b[i]!));
    most = Number.isNaN(off) ? Infinity : Math.max(most, off);
  }
  return most;
}

describe.each(Object.entries(specs))("%s", (_name, spec) => {
  // float32 holds them exactly, so that both sides see the same rows.
  const x = Float64Array.from(Float32Array.from(normals(ROWS * spec.dims, 3, 1.5)));
  const context = Float64Array.from(Float32Array.from(normals(ROWS * spec.context, 5)));
  const given = spec.context === 0 ? {} : { context };
  const feed = spec.context === 0 ? {} : { context: [context, spec.context] as const };

  it("gives the library's numbers in onnxruntime", async () => {
    const model = await perturbed(spec);
    const { z, logDet } = await model.encode(x, given as never);
    const logProb = await model.logProb(x, given as never);
    const latent = Float64Array.from(Float32Array.from(z));
    const back = await model.decode(latent, given as never);
    // Where decoding magnifies rounding, the library's own float32 is the measure.
    const single = await createModel(spec, { threads: 1, blas: false });
    single.setParameters(model.parameters);
    const own = await single.decode(latent, given as never);
    single.dispose();
    for (const float64 of [false, true]) {
      const type = float64 ? "float64" : "float32";
      // The contract: 1e-5 relative and 1e-4 absolute; in float64 what summation in another order leaves.
      const [absolute, relative] = float64 ? [1e-9, 1e-9] : [1e-4, 1e-5];
      const encoded = await run(toOnnx(model, { float64 }), { x: [x, spec.dims], ...feed }, type);
      expect([type, "z", excess(encoded["z"]!, z, absolute, relative)]).toEqual([
        type,
        expect.anything(),
        expect.toSatisfy((off: number) => off < 1),
      ]);
      expect([type, "logDet", excess(encoded["logDet"]!, logDet, absolute, relative)]).toEqual([
        type,
        expect.anything(),
        expect.toSatisfy((off: number) => off < 1),
      ]);
      expect([type, "logProb", excess(encoded["logProb"]!, logProb, absolute, relative)]).toEqual([
        type,
        expect.anything(),
        expect.toSatisfy((off: number) => off < 1),
      ]);
      const decoded = await run(
        toOnnx(model, { direction: "decode", float64 }),
        { z: [latent, spec.dims], ...feed },
        type,
      );
      for (const [name, exact, rounded] of [
        ["x", back.x, own.x],
        ["logDet", back.logDet, own.logDet],
      ] as const) {
        const most = float64 ? 10 : Math.max(1, 20 * excess(rounded, exact, absolute, relative));
        expect([name, excess(decoded[name]!, exact, absolute, relative)]).toEqual([
          name,
          expect.toSatisfy((off: number) => off < most),
        ]);
      }
    }
    model.dispose();
  });
});

describe("rows far from the data, at knots, and in any number", () => {
  const spec = specs["preset neuralSpline"]!;

  it("gives -Infinity or the library's number, never NaN", async () => {
    const model = await createModel(spec, { threads: 1 });
    const noise = normals(model.parameters.length, 11, 0.2);
    model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
    const sizes = [0, 3, -3, 3.0000002, 5, 1e3, 1e6, 1e15, 1e19, 1e30, 3.4e38, -3.4e38];
    const x = Float64Array.from({ length: sizes.length * spec.dims }, (_, i) =>
      Math.fround(sizes[Math.floor(i / spec.dims)]! * (i % 2 === 0 ? 1 : 0.7)),
    );
    const logProb = await model.logProb(x);
    const { logProb: exported } = await run(toOnnx(model), { x: [x, spec.dims] }, "float32");
    for (const [i, value] of exported!.entries()) {
      const known = logProb[i]!;
      if (known > -1e6) expect(Math.abs(value - known)).toBeLessThan(1e-4 + 1e-5 * Math.abs(known));
      else if (value !== -Infinity) expect(Math.abs(value / known - 1)).toBeLessThan(1e-3);
    }
    model.dispose();
  });

  it.each([1, 7, 500])("takes %d rows", async (rows) => {
    const model = await perturbed(spec);
    const x = Float64Array.from(Float32Array.from(normals(rows * spec.dims, 8)));
    const { z, logProb } = await run(toOnnx(model), { x: [x, spec.dims] }, "float32");
    expect(z).toHaveLength(rows * spec.dims);
    expect(excess(logProb!, await model.logProb(x), 1e-4, 1e-5)).toBeLessThan(1);
    model.dispose();
  });

  it("is the parameters and little more", async () => {
    const model = await createModel(spec);
    const bytes = toOnnx(model).length;
    expect(bytes).toBeLessThan(1.05 * 4 * model.parameterCount + 50_000);
    model.dispose();
  });
});

it("keeps the digits of columns far from 0", async () => {
  // Seconds of the year 2026, as float64: a float32 tells apart 128 s only.
  const rows = Float64Array.from({ length: 400 }, (_, i) => 1.77e9 + 3600 * Math.sin(i));
  const model = await fit(specs["one column"] as FlowSpec<false>, rows, { epochs: 2, threads: 1 });
  const { logProb } = await run(toOnnx(model, { float64: true }), { x: [rows, 1] }, "float64");
  // Parameters are float32 and the library computes with them in float32, onnxruntime here in float64.
  expect(excess(logProb!, await model.logProb(rows), 1e-4, 1e-5)).toBeLessThan(1);
  model.dispose();
});

/** An op of a user's own, which does what the library's tanh does, under a name that nobody else knows. */
const ownOp = { ...activation, name: "own.bend" };
registerConditioner("ownOp", (b, input, options) => {
  const hidden = dense(b, input, { outputs: Number(options["width"]) });
  return options["own"] === true
    ? b.emitOne(ownOp, [hidden], { activation: "tanh" })
    : activate(b, hidden, "tanh");
});

it("exports an op of the user's own by the nodes that come with it, and says how without them", async () => {
  const spec = (own: boolean): FlowSpec =>
    flow({
      dims: 3,
      layers: [0, 1].map((start) =>
        coupling({
          mask: alternating(start as 0 | 1),
          transform: rationalQuadratic({ bins: 4 }),
          conditioner: { kind: "registered", name: "ownOp", options: { width: 6, own } },
        }),
      ),
    });
  // The same graph with the library's op in place of the user's, so that the numbers are known.
  const known = await perturbed(spec(false));
  const model = await createModel(spec(true));
  model.setParameters(known.parameters);
  for (const direction of ["encode", "decode"] as const)
    expect(() => toOnnx(model, { direction })).toThrow(
      /^toOnnx: .*: expected an op with ONNX nodes, got "own\.bend", which declares none\. Declare them with onOnnx\(op, emit\), and give them to toOnnx as options\.ops/u,
    );
  const ops = [onOnnx(ownOp, (g, { inputs: [z] }) => [g.node("Tanh", [z!])])];
  const x = Float64Array.from(Float32Array.from(normals(ROWS * 3, 17)));
  const { z, logProb } = await run(toOnnx(model, { ops }), { x: [x, 3] }, "float32");
  expect(excess(logProb!, await known.logProb(x), 1e-4, 1e-5)).toBeLessThan(1);
  const bytes = toOnnx(model, { ops, direction: "decode" });
  const back = await run(bytes, { z: [z!, 3] }, "float32");
  expect(excess(back["x"]!, x, 1e-3, 1e-4)).toBeLessThan(1);
  known.dispose();
  model.dispose();
});

it("refuses options that are unknown", async () => {
  const model = await createModel(specs["one column"]!);
  expect(() => toOnnx(model, { directon: "encode" } as never)).toThrow(/directon/u);
  expect(() => toOnnx(model, { direction: "sample" } as never)).toThrow(/"encode" or "decode"/u);
  model.dispose();
});

it("has nodes for every op that inference uses", async () => {
  const known = new Set(onnxOps.map(({ name }) => name));
  const used = new Set<string>();
  const withDropout = neuralSpline({ dims: 3, couplings: 2, width: 8, dropout: 0.1 });
  for (const spec of [...Object.values(specs), withDropout]) {
    const layout = layoutOf(lowerLogProb(spec));
    for (const graph of [lowerScore(spec, layout), lowerDecode(spec, layout, { logDet: true })])
      for (const { op } of graph.nodes) used.add(op.name);
  }
  expect([...used].filter((name) => !known.has(name))).toEqual([]);
  expect(used.size).toBeGreaterThan(25);
});
