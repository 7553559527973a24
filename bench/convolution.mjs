/**
 * The convolution against the rate of its matrix products and against PyTorch's `conv2d`: `node bench/convolution.mjs [rounds] [--json]`, on
 * one thread.
 *
 * For each shape a program of one 3 x 3 convolution (forward, and with both gradients) runs in turn with the bare products that it
 * needs at least, on the same memory, and with PyTorch's (oneDNN, channels last) in a process of its own; the least time of each counts.
 * GFLOP/s are of the useful products.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GraphBuilder, convolution, differentiate } from "../packages/couplet/dist/entry/engine.js";
import { loadBlas } from "../packages/couplet/dist/entry/node.js";
import { BoundProgram } from "../packages/couplet/dist/engine/device/cpu/executor.js";
import { blasGemm } from "../packages/couplet/dist/engine/device/cpu/gemm/blas-gemm.js";
import {
  GEMM_SCRATCH_BYTES,
  wasmGemm,
} from "../packages/couplet/dist/engine/device/cpu/gemm/gemm.js";
import { loadAllOps } from "../packages/couplet/dist/engine/device/cpu/ops.js";
import { instantiate } from "../packages/couplet/dist/engine/device/cpu/instantiate.js";
import { EngineKernels } from "../packages/couplet/dist/engine/device/cpu/kernels.js";
import {
  createMemory,
  directAccess,
  Regions,
} from "../packages/couplet/dist/engine/device/cpu/memory.js";
import { plan } from "../packages/couplet/dist/engine/device/cpu/planner.js";
import { Process } from "./participants.mjs";
import { python } from "./peers/python.mjs";

/** Side, input and output channels, images of a tile: the shapes of the presets and of the published flows. */
const shapes = [
  [32, 16, 16, 8],
  [28, 16, 16, 8],
  [16, 6, 64, 8],
  [16, 32, 32, 8],
  [16, 64, 64, 8],
  [16, 64, 12, 8],
  [14, 2, 64, 8],
  [14, 64, 4, 8],
  [7, 96, 8, 16],
  [8, 128, 128, 16],
  [7, 96, 96, 16],
  [4, 256, 256, 32],
];

const asJson = process.argv.includes("--json");
const ROUNDS = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 15);

await loadAllOps();
const memory = createMemory();
const regions = new Regions(directAccess(memory));
const engine = await EngineKernels.open(false);
await engine.have([{ kernel: "patches" }]);
await engine.haveOptimiser();
const kernels = Object.assign(
  {},
  ...(await Promise.all(engine.modules.map((module) => instantiate(module, memory)))),
);
const scratch = regions.allocate(GEMM_SCRATCH_BYTES);
const blas = await loadBlas();
const gemm =
  blas.library === undefined
    ? wasmGemm(kernels["gemm"], scratch)
    : blasGemm(blas, memory, kernels, scratch);

function numbers(count) {
  const address = regions.allocate(count * 4);
  const view = new Float32Array(memory.buffer, address, count);
  for (let i = 0; i < count; i++) view[i] = Math.sin(i * 0.7) * 0.1;
  return address;
}

/**
 * A convolution as a bound program over a full tile.
 *
 * @param {readonly number[]} shape
 * @param {boolean} withGradients
 */
function program(shape, withGradients) {
  const [side = 1, inputs = 1, outputs = 1, tile = 1] = shape;
  const b = new GraphBuilder();
  const x = b.input("x", { kind: "rows", cols: side * side * inputs });
  const h = b.within("layer", () =>
    convolution(b, x, { grid: [side, side, inputs], outputs, activation: "none" }),
  );
  b.output("h", h);
  if (withGradients) {
    const cotangent = b.input("cotangent", { kind: "rows", cols: side * side * outputs });
    const { cotangents } = differentiate(b, [{ value: h, cotangent }], { wrt: [x] });
    b.output("gradient", cotangents[0] ?? cotangent);
  }
  const graph = b.finish();
  const planned = plan(graph, tile);
  const table = regions.allocate(planned.table.length * 4);
  new Int32Array(memory.buffer, table, planned.table.length).set(planned.table);
  const bases = {
    arena: numbers(planned.arenaBytes / 4),
    table,
    parameters: numbers(graph.parameterCount),
    gradients: numbers(graph.parameterCount),
  };
  const bound = new BoundProgram(planned, bases, kernels, gemm);
  bound.setTile({ rows: tile, row0: 0, seedLow: 0, seedHigh: 0, step: 0, training: 1, first: 0 });
  return () => bound.run();
}

/**
 * The product of patches and weights alone, and with those of both gradients.
 *
 * @param {readonly number[]} shape
 * @param {boolean} withGradients
 */
function products(shape, withGradients) {
  const [side = 1, inputs = 1, outputs = 1, tile = 1] = shape;
  const pixels = side * side * tile;
  const depth = 9 * inputs;
  const [a, w, c, g] = [depth * pixels, depth * outputs, outputs * pixels, depth * outputs].map(
    numbers,
  );
  const base = { kernel: "gemm", op: "", path: "", writes: [], beta: 0, tile: pixels };
  const bind = (product) => gemm.bind({ ...base, transA: false, transB: false, ...product });
  const calls = [
    bind({ m: "rows", n: outputs, k: depth, a, lda: depth, b: w, ldb: outputs, c, ldc: outputs }),
  ];
  if (withGradients) {
    calls.push(
      bind({
        transA: true,
        m: depth,
        n: outputs,
        k: "rows",
        a,
        lda: depth,
        b: c,
        ldb: outputs,
        c: g,
        ldc: outputs,
      }),
      bind({
        transB: true,
        m: "rows",
        n: depth,
        k: outputs,
        a: c,
        lda: outputs,
        b: w,
        ldb: outputs,
        c: a,
        ldc: depth,
      }),
    );
  }
  return () => {
    for (const call of calls) call(pixels);
  };
}

const clock = (run) => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

/**
 * PyTorch's convolution of a shape in a process of its own; undefined where it is not installed.
 *
 * @param {readonly number[]} shape
 */
async function torchOf([side = 1, inputs = 1, outputs = 1, images = 1]) {
  const command = [python, fileURLToPath(new URL("peers/torch_convolution.py", import.meta.url))];
  if (!existsSync(python)) return undefined;
  const peer = new Process({ name: "PyTorch", command });
  const setup = await peer.ask({
    cmd: "setup",
    model: { side, inputs, outputs, images },
    threads: 1,
    data: "",
  });
  if (setup.error) throw new Error(`PyTorch: ${setup.error}`);
  return peer;
}

/** Milliseconds of one turn of the peer. @param {Process | undefined} peer @param {boolean} withGradients */
async function torchTurn(peer, withGradients) {
  if (peer === undefined) return Infinity;
  const what = withGradients ? "train" : "logProb";
  const { seconds, iterations } = await peer.ask({ cmd: "run", what, iterations: 3 });
  return (seconds / iterations) * 1e3;
}

/** GFLOP/s of one shape, forward or with both gradients. */
async function ratesOf(shape, withGradients, peer) {
  const [side = 1, inputs = 1, outputs = 1, tile = 1] = shape;
  const [own, bare] = [program(shape, withGradients), products(shape, withGradients)];
  let [ours, floor, torch] = [Infinity, Infinity, Infinity];
  for (let round = 0; round < ROUNDS + 2; round++) {
    ours = Math.min(ours, clock(own), clock(own), clock(own));
    floor = Math.min(floor, clock(bare), clock(bare), clock(bare));
    torch = Math.min(torch, await torchTurn(peer, withGradients));
  }
  const flops = (withGradients ? 3 : 1) * 2 * side * side * tile * 9 * inputs * outputs;
  const rate = (time) => flops / time / 1e6;
  return { ours: rate(ours), products: rate(floor), torch: rate(torch) };
}

const results = [];
if (!asJson) {
  console.log(`matrix product: ${gemm.name}; GFLOP/s, one thread, least time of ${ROUNDS}`);
  console.log(
    "image, channels        forward  products  share  PyTorch  ratio    with gradients  products  share  PyTorch  ratio",
  );
}
for (const shape of shapes) {
  const [side = 1, inputs = 1, outputs = 1] = shape;
  const peer = await torchOf(shape);
  const forward = await ratesOf(shape, false, peer);
  const gradients = await ratesOf(shape, true, peer);
  await peer?.close();
  results.push({ side, inputs, outputs, forward, gradients });
  if (asJson) continue;
  const cells = ({ ours, products: floor, torch }) =>
    `${ours.toFixed(0).padStart(7)}  ${floor.toFixed(0).padStart(8)}  ${`${((100 * ours) / floor).toFixed(0)} %`.padStart(5)}  ` +
    (torch > 0
      ? `${torch.toFixed(0).padStart(7)}  ${(ours / torch).toFixed(2).padStart(5)}`
      : "      -      -");
  console.log(
    `${`${side} x ${side}, ${inputs} -> ${outputs}`.padEnd(22)} ${cells(forward)}         ${cells(gradients)}`,
  );
}
if (asJson) console.log(JSON.stringify({ convolutions: results }));
