/** couplet export as a user runs it. */
import { readFile, writeFile } from "node:fs/promises";
import { FlowModel } from "couplet";
import { TableModel, table } from "couplet/table";
import * as ort from "onnxruntime-web";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWorkplace, smallRows } from "./spawn-couplet.ts";
import type { Workplace } from "./spawn-couplet.ts";

let place: Workplace;
beforeAll(async () => {
  place = await openWorkplace();
  const lines = smallRows(200).map((row) => row.join(","));
  await writeFile(place.path("small.csv"), ["a,b,c,d", ...lines].join("\n"));
  await place.couplet("fit", "small.csv", "--epochs", "2", "-q");
});
afterAll(() => place.remove());

it("writes the model of a table with its own columns, and says what goes in and out", async () => {
  const { code, out } = await place.couplet("export", "small.couplet", "table.onnx", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    file: "table.onnx",
    inputs: { a: ["rows"], b: ["rows"], c: ["rows"], d: ["rows"], noise: ["rows", 4] },
    outputs: { z: ["rows", 4], logProb: ["rows"] },
    encodedRows: false,
  });
  const model = await TableModel.load(place.path("small.couplet"), { threads: 1 });
  const rows = smallRows(3);
  const cells = (j: number) => rows.map((row) => row[j]!);
  const [a, b, d] = [0, 1, 3].map((j) => Float64Array.from(cells(j), Number));
  const c = cells(2) as string[];
  // Noise in the middle is the codec's "median".
  const { z, logCorrection } = model.codec.encode(
    table({ a: [...a!], b: [...b!], c, d: [...d!] }),
    { noise: "median" },
  );
  const known = await model.flow.logProb(z);
  model.dispose();
  const session = await ort.InferenceSession.create(await readFile(place.path("table.onnx")));
  const numbers = (values: Float64Array, ...shape: number[]) =>
    new ort.Tensor("float64", values, shape);
  const { logProb } = await session.run({
    a: numbers(a!, 3),
    b: numbers(b!, 3),
    c: new ort.Tensor("string", c, [3]),
    d: numbers(d!, 3),
    noise: numbers(new Float64Array(12).fill(0.5), 3, 4),
  });
  for (const [i, value] of (logProb!.data as Float64Array).entries()) {
    const nats = known[i]! + logCorrection[i]!;
    expect(Math.abs(value - nats)).toBeLessThan(1e-4 + 1e-5 * Math.abs(nats));
  }
});

it("writes the graph from latent rows to the columns of a table", async () => {
  const { code, out, err } = await place.couplet(
    "export",
    "small.couplet",
    "rows.onnx",
    "--direction=decode",
    "--float64",
    "--json",
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const columns = { a: ["rows"], b: ["rows"], c: ["rows"], d: ["rows"] };
  expect(JSON.parse(out)).toMatchObject({ inputs: { z: ["rows", 4] }, outputs: columns });
  const session = await ort.InferenceSession.create(await readFile(place.path("rows.onnx")));
  const z = Float64Array.from({ length: 40 }, (_, i) => Math.sin(7 * i));
  const { c } = await session.run({ z: new ort.Tensor("float64", z, [10, 4]) });
  const known = new Set(smallRows(200).map((row) => row[2]));
  expect([...(c!.data as unknown as string[])].filter((cell) => !known.has(cell))).toEqual([]);
});

it("writes the flow of encoded rows, which onnxruntime reads", async () => {
  const { code, out, err } = await place.couplet("export", "small.couplet", "--encoded", "--json");
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining("couplet.table") });
  const about = JSON.parse(out) as { inputs: { x: [string, number] }; bytes: number };
  expect(about).toMatchObject({
    schemaVersion: 1,
    file: "small.onnx",
    outputs: { logDet: ["rows"], logProb: ["rows"] },
    type: "float32",
    encodedRows: true,
  });
  const bytes = await readFile(place.path("small.onnx"));
  expect(bytes).toHaveLength(about.bytes);
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(bytes);
  const cols = about.inputs.x[1];
  const x = Float32Array.from({ length: 3 * cols }, (_, i) => Math.sin(i));
  const { logProb } = await session.run({ x: new ort.Tensor("float32", x, [3, cols]) });
  const flow = await FlowModel.load(place.path("small.couplet"), { threads: 1 });
  const known = await flow.logProb(Float64Array.from(x));
  for (const [i, value] of (logProb!.data as Float32Array).entries())
    expect(Math.abs(value - known[i]!)).toBeLessThan(1e-4 + 1e-5 * Math.abs(known[i]!));
  flow.dispose();
});

it("refuses a table in the place of a model, and an output that exists", async () => {
  expect(await place.couplet("export", "small.csv")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/small\.csv: expected a model.*got text, or a table/u) as string,
  });
  expect(await place.couplet("export", "small.couplet")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/small\.onnx: .*--force/u) as string,
  });
});
