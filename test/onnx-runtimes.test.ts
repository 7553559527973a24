/** The contract of exported models in every runtime: 10,000 rows, at knots, beyond the box and out to the largest float. */
import { createModel, fit, neuralSpline } from "couplet";
import type { FlowModel } from "couplet";
import { toOnnx } from "couplet/onnx";
import { fitTableCodec, inferSchema } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mixedTable } from "../packages/couplet/src/table/suite/mixed-table.ts";
import { scoreRows } from "../packages/couplet/src/table-model/score/score-rows.ts";
import { feedsOf } from "./onnx-table-feeds.ts";
import { compareDecoded } from "./onnx-table-models.ts";
import { python, runInNode, runInPython, runInWasm } from "./onnx-runtime.ts";
import type { RunOnnx } from "./onnx-runtime.ts";
import { normals } from "./random.ts";

const ROWS = 10_000;
const DIMS = 4;

/** Rows where the contract does not hold: 1e-5 relative and 1e-4 absolute above -1e6 nats; below, -Infinity or 1e-3 relative. */
function wrongRows(exported: Float64Array, known: Float64Array) {
  expect(exported).toHaveLength(known.length);
  return Array.from(exported, (value, row) => ({ row, value, known: known[row]! }))
    .filter(({ value, known: nats }) =>
      nats > -1e6
        ? !(Math.abs(value - nats) <= 1e-4 + 1e-5 * Math.abs(nats))
        : !(value === -Infinity || Math.abs(value / nats - 1) < 1e-3),
    )
    .slice(0, 5);
}

let flow: FlowModel;
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
  table = await tableModel();
}, 120_000);
afterAll(() => {
  flow.dispose();
  table.flow.dispose();
});

const runtimes: readonly (readonly [string, RunOnnx | undefined])[] = [
  ["onnxruntime-web (WebAssembly)", runInWasm],
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
      expect(wrongRows(logProb!, await flow.logProb(x))).toEqual([]);
    },
    120_000,
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
      expect(wrongRows(logProb!, known)).toEqual([]);
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
