/** Models of tables beside their exported graphs: the same flow, and both sides of the contract on some rows. */
import { createModel, neuralSpline } from "couplet";
import type { FlowModel } from "couplet";
import { toOnnx } from "couplet/onnx";
import { fitTableCodec, inferSchema } from "couplet/table";
import type { Schema, Table } from "couplet/table";
import { expect } from "vitest";
import { type ModelOfTable, tableOutputs } from "../packages/couplet/src/onnx/table/table-ports.ts";
import { scoreRows } from "../packages/couplet/src/table-model/score/score-rows.ts";
import { columnCells, feedsOf } from "./onnx-table-feeds.ts";
import { type RunOnnx, runInNode, runInWasm } from "./onnx-runtime.ts";
import { normals } from "./random.ts";

/** The faster of what is installed; `onnx-runtimes.test.ts` asks all of them. */
export const run: RunOnnx = runInNode ?? runInWasm;

/** A flow that is not the identity between the encoders of a table. */
export async function modelOf(
  rows: Table,
  schema: Schema = { ...inferSchema(rows), relations: [] },
): Promise<ModelOfTable> {
  const codec = fitTableCodec(rows, schema);
  const flow = await createModel(
    neuralSpline({
      dims: codec.dims,
      couplings: 2,
      width: 16,
      context: codec.contextDims,
    }) as never,
    { threads: 1, blas: false },
  );
  const noise = normals(flow.parameters.length, 17, 0.1);
  flow.setParameters(flow.parameters.map((value, i) => value + noise[i]!));
  return { flow, codec };
}

/** Both kinds of numbers that a flow's graph may compute in. */
const BOTH: readonly boolean[] = [true, false];

/** Log-densities of the graph and of the library on some rows. */
export async function compare(model: ModelOfTable, rows: Table, precisions = BOTH): Promise<void> {
  const known = await scoreRows(model.flow, model.codec, rows, { samples: 1, impossible: "zero" });
  for (const float64 of precisions) {
    const { logProb } = await run(toOnnx(model, { float64 }), feedsOf(model, rows));
    const wrong = Array.from(logProb!, (value, i) => ({ row: i, value, known: known[i]! })).filter(
      ({ value, known: k }) =>
        !(k > -1e6
          ? Math.abs(value - k) <= 1e-4 + 1e-5 * Math.abs(k)
          : value === -Infinity || Math.abs(value / k - 1) < 1e-3),
    );
    expect({ float64, wrong: wrong.slice(0, 5) }).toEqual({ float64, wrong: [] });
  }
}

/** The same flow in float64, whose rows a graph in float64 has to give to the last digits. */
async function inFloat64(model: FlowModel): Promise<FlowModel> {
  const exact = await createModel(model.spec as never, { device: "reference" });
  exact.setParameters(model.parameters);
  return exact as FlowModel;
}

/**
 * The rows that the library decodes, and how many of their cells a graph gives otherwise.
 *
 * @param context the context columns of these rows
 */
export async function compareDecoded(
  model: ModelOfTable,
  rows: number,
  context?: Table,
  precisions = BOTH,
  runs: RunOnnx = run,
): Promise<Table> {
  const { codec } = model;
  const z = Float64Array.from(Float32Array.from(normals(rows * codec.dims, 41, 1.2)));
  const flow = await inFloat64(model.flow);
  const given = context === undefined ? {} : { context: codec.encodeContext(context) };
  const { x } = await flow.decode(z, given as never);
  flow.dispose();
  const known = codec.decode(
    x.map((value) => Math.max(-8, Math.min(8, value))),
    context,
  );
  const feeds = {
    z: { values: z, shape: [rows, codec.dims] },
    ...(context === undefined ? {} : columnsOf(model, context)),
  };
  for (const float64 of precisions) {
    const bytes = toOnnx(model, { direction: "decode", float64 });
    const results = await runs<Float64Array | readonly string[]>(bytes, feeds);
    const ports = tableOutputs(model, "decode");
    expect(Object.keys(results).sort()).toEqual(ports.map(({ name }) => name).sort());
    const wrong = ports.flatMap(({ name, column }) => {
      const cells = columnCells(model, known, column!);
      const size = sizeOf(cells);
      return Array.from(results[name] as ArrayLike<string | number>, (value, row) => ({
        column,
        row,
        value,
        known: cells[row]!,
      })).filter((cell) => !isSame(cell.value, cell.known, float64 ? 1e-9 : 1e-3, size));
    });
    // In float32 a value near the edge of its interval may be the next one.
    if (float64) expect(wrong.slice(0, 5)).toEqual([]);
    else expect(wrong.length).toBeLessThan(0.01 * rows * ports.length);
  }
  return known;
}

/** The inputs of a decoding graph that are columns. */
function columnsOf(model: ModelOfTable, context: Table) {
  const names = new Set(model.codec.contextNames);
  return Object.fromEntries(
    Object.entries(feedsOf(model, context, 0, names)).filter(([name]) => name !== "noise"),
  );
}

/** Texts that are equal; numbers that are, up to rounding errors on the way. */
function isSame(a: string | number, b: string | number, relative: number, size: number): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  if (Number.isNaN(b)) return Number.isNaN(a);
  return Math.abs(a - b) <= relative * Math.max(Math.min(1, size), Math.abs(b));
}

/** The largest number of a column: what its unit is like. */
function sizeOf(cells: ArrayLike<number | string>): number {
  return Array.from(cells).reduce<number>(
    (most, cell) => (typeof cell === "number" && Math.abs(cell) > most ? Math.abs(cell) : most),
    0,
  );
}
