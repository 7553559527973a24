/** The contract of exported models in every runtime: 10,000 rows, at knots, beyond the box and out to the largest float. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  FlowModel,
  alternating,
  coupling,
  createModel,
  fit,
  flow as flowOf,
  mlp,
  neuralSpline,
  rationalQuadratic,
} from "couplet";
import { couplingKnots } from "couplet/inspect";
import { toOnnx } from "couplet/onnx";
import { fitTableCodec, inferSchema } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mixedTable } from "../packages/couplet/src/table/suite/mixed-table.ts";
import { scoreRows } from "../packages/couplet/src/table-model/score/score-rows.ts";
import { feedsOf } from "./onnx-table-feeds.ts";
import { compareDecoded } from "./onnx-table-models.ts";
import { chromiumPath } from "./browser/chromium.ts";
import { python, runInChromium, runInNode, runInPython, runInWasm } from "./onnx-runtime.ts";
import type { RunOnnx } from "./onnx-runtime.ts";
import { normals } from "./random.ts";
import { specs } from "./specs.ts";

const ROWS = 10_000;
const DIMS = 4;

/**
 * Rows where the contract does not hold: 1e-5 relative and 1e-4 absolute above -1e6 nats; below, -Infinity or 1e-3 relative. A graph in float64
 * (`everywhere`) holds the tolerance wherever the known number is finite.
 */
function wrongRows(exported: Float64Array, known: Float64Array, everywhere = false) {
  expect(exported).toHaveLength(known.length);
  return Array.from(exported, (value, row) => ({ row, value, known: known[row]! }))
    .filter(({ value, known: nats }) =>
      nats > -1e6 || (everywhere && Number.isFinite(nats))
        ? !(Math.abs(value - nats) <= 1e-4 + 1e-5 * Math.abs(nats))
        : !(value === -Infinity || Math.abs(value / nats - 1) < 1e-3),
    )
    .slice(0, 5);
}

let flow: FlowModel;
/** The same in float64 throughout, which float64 graphs are held to: the library's float32 has no digits far out. */
let exact: FlowModel;
let splines: FlowModel;
let table: Awaited<ReturnType<typeof tableModel>>;
const held = mixedTable(ROWS + 600);
const heldRows = {
  rows: ROWS,
  columns: held.columns.map((own) => ({ ...own, values: own.values.slice(600) }) as never),
};

async function tableModel() {
  const rows = mixedTable(600);
  const codec = fitTableCodec(rows, { ...inferSchema(rows), relations: [] });
  const own = await createModel(neuralSpline({ dims: codec.dims, couplings: 2, width: 16 }), {
    threads: 1,
    blas: false,
  });
  const noise = normals(own.parameters.length, 23, 0.1);
  own.setParameters(own.parameters.map((value, i) => value + noise[i]!));
  return { flow: own, codec };
}

/** One coupling of splines and nothing before it, so that the rows are its states. */
async function bareSplines(): Promise<FlowModel> {
  const layers = [
    coupling({
      mask: alternating(0),
      transform: rationalQuadratic({ bins: 6 }),
      conditioner: mlp({ width: 12, depth: 1 }),
    }),
  ];
  const model = await createModel(flowOf({ dims: DIMS, layers }), { device: "reference" });
  const noise = normals(model.parameters.length, 41, 0.5);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  return model;
}

/** Rows whose moving columns lie at knots of their splines, each row at the next one, inner and outer. */
async function rowsAtKnots(): Promise<Float64Array> {
  const x = Float64Array.from(Float32Array.from(normals(700 * DIMS, 43)));
  const knots = (await couplingKnots(splines, 0, x))!;
  const { z } = await splines.encode(x);
  const moves = Array.from({ length: DIMS }, (_, j) => j).filter((j) =>
    knots.some((_, row) => z[row * DIMS + j] !== x[row * DIMS + j]),
  );
  expect([knots[0]!.length, knots[0]![0]!.x.length]).toEqual([moves.length, 7]);
  for (const [row, own] of knots.entries())
    for (const [m, { x: places }] of own.entries())
      x[row * DIMS + moves[m]!] = Math.fround(places[(row + m) % places.length]!);
  return x;
}

/** Of the 10,000 rows the last have sizes at the box' ends, beyond them, and up to the largest float. */
function flowRows(): Float64Array {
  const sizes = [0, 3, -3, 3.0000002, 5, 1e3, 1e6, 1e15, 1e19, 1e30, 3.4e38, -3.4e38];
  const x = normals(ROWS * DIMS, 29, 1.2);
  for (const [k, size] of sizes.entries())
    for (let j = 0; j < DIMS; j++) x[(ROWS - 1 - k) * DIMS + j] = size * (j % 2 === 0 ? 1 : 0.7);
  return Float64Array.from(Float32Array.from(x));
}

beforeAll(async () => {
  flow = await fit(
    neuralSpline({ dims: DIMS, couplings: 2, width: 16 }),
    normals(2000 * DIMS, 31),
    {
      epochs: 2,
      threads: 1,
      seed: 1,
    },
  );
  const folder = mkdtempSync(path.join(tmpdir(), "couplet-onnx-"));
  await flow.save(path.join(folder, "flow.couplet"));
  exact = await FlowModel.load(path.join(folder, "flow.couplet"), { device: "reference" });
  rmSync(folder, { recursive: true });
  splines = await bareSplines();
  table = await tableModel();
}, 120_000);
afterAll(() => {
  flow.dispose();
  exact.dispose();
  splines.dispose();
  table.flow.dispose();
});

const runtimes: readonly (readonly [string, RunOnnx | undefined])[] = [
  ["onnxruntime-web (WebAssembly)", runInWasm],
  [
    "onnxruntime-web in a page of Chromium",
    chromiumPath() === undefined ? undefined : runInChromium,
  ],
  ["onnxruntime-node (./setup installs it)", runInNode],
  [
    "Python's onnxruntime, with onnx.checker (./setup installs both)",
    python === undefined ? undefined : runInPython,
  ],
];

describe.each(runtimes)("in %s", (_name, run) => {
  it.skipIf(run === undefined).each([false, true])(
    "a flow gives the library's numbers, float64 %s",
    async (float64) => {
      const x = flowRows();
      const values = float64 ? x : Float32Array.from(x);
      const { logProb } = await run!(toOnnx(flow, { float64 }), {
        x: { values, shape: [ROWS, DIMS] },
      });
      const known = await (float64 ? exact : flow).logProb(x);
      expect(known.every(Number.isFinite) || !float64).toBe(true);
      expect(wrongRows(logProb!, known, float64)).toEqual([]);
    },
    120_000,
  );

  it.skipIf(run === undefined).each([false, true])(
    "splines give the library's numbers at their knots, float64 %s",
    async (float64) => {
      const x = await rowsAtKnots();
      const rows = x.length / DIMS;
      const { logProb } = await run!(toOnnx(splines, { float64 }), {
        x: { values: float64 ? x : Float32Array.from(x), shape: [rows, DIMS] },
      });
      expect(wrongRows(logProb!, await splines.logProb(x), true)).toEqual([]);
    },
  );

  it.skipIf(run === undefined)(
    "a flow's decode gives back the rows",
    async () => {
      const z = Float64Array.from(Float32Array.from(normals(1000 * DIMS, 37)));
      const { x } = await run!(toOnnx(flow, { direction: "decode" }), {
        z: { values: Float32Array.from(z), shape: [1000, DIMS] },
      });
      const known = await flow.decode(z);
      // float32 of a few layers, each way.
      for (const [i, value] of x!.entries())
        expect(Math.abs(value - known.x[i]!)).toBeLessThan(1e-4);
    },
    120_000,
  );

  it.skipIf(run === undefined).each([false, true])(
    "a table gives the library's numbers, float64 %s",
    async (float64) => {
      const known = await scoreRows(table.flow, table.codec, heldRows, {
        samples: 1,
        impossible: "zero",
      });
      const { logProb } = await run!(toOnnx(table, { float64 }), feedsOf(table, heldRows));
      // The library scores tables in float32, which far rows of this table do not leave.
      expect(wrongRows(logProb!, known, float64)).toEqual([]);
      expect(known.filter(Number.isFinite).length).toBeGreaterThan(0.9 * ROWS);
    },
    120_000,
  );

  it.skipIf(run === undefined)("a table's latent rows decode to the library's cells", async () => {
    const decoded = await compareDecoded(table, ROWS, undefined, [true], run!);
    expect(decoded.rows).toBe(ROWS);
  });

  it.skipIf(run === undefined)("an opset that the runtime does not have is its error", async () => {
    const bytes = toOnnx(flow);
    // opset_import { domain: "", version: 17 }, with and without the empty domain.
    const text = Buffer.from(bytes);
    const at = [Buffer.from([0x42, 4, 10, 0, 16, 17]), Buffer.from([0x42, 2, 16, 17])]
      .map((field) => [text.indexOf(field), field.length] as const)
      .find(([place]) => place >= 0)!;
    bytes[at[0] + at[1] - 1] = 126;
    const x = { values: new Float32Array(DIMS), shape: [1, DIMS] };
    const opened = async () => run!(bytes, { x });
    await expect(opened()).rejects.toThrow(/opset|version/iu);
  });
});

describe.skipIf(python === undefined)("onnx.checker, in full (./setup installs it)", () => {
  const presets = Object.entries(specs).filter(([name]) => name.startsWith("preset "));

  it.each(
    presets.flatMap(([name, spec]) => [false, true].map((float64) => ({ name, spec, float64 }))),
  )("passes $name, float64 $float64, in both directions", async ({ spec, float64 }) => {
    const model = await createModel(spec);
    const values = normals(3 * spec.dims, 47);
    const feed = { values: float64 ? values : Float32Array.from(values), shape: [3, spec.dims] };
    const encoded = await runInPython(toOnnx(model, { float64 }), { x: feed });
    expect(encoded["logProb"]).toHaveLength(3);
    const bytes = toOnnx(model, { float64, direction: "decode" });
    expect((await runInPython(bytes, { z: feed }))["x"]).toHaveLength(3 * spec.dims);
    model.dispose();
  });
});
