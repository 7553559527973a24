/**
 * Runs a graph's kernel calls directly on a WebAssembly instance: no planner, no tiles, no threads.
 * Every value has a place of its own between two fences, and a call that writes outside what it may
 * write is an error.
 */
import type { Graph, Node } from "../../graph.ts";
import type { Shape, Value } from "../../value.ts";
import type { RunContext, Tensor } from "../../op.ts";
import type { Arg, Call, GemmCall } from "../../device/cpu/call.ts";
import { callsOf, loadAllOps } from "../../device/cpu/ops.ts";
import type { KernelInstance } from "./wasm.ts";

await loadAllOps();

export interface Execution {
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly gradients: Float32Array;
}

export interface ExecuteOptions {
  /** Put outputs where inputs are, as the ops' `inPlace` pairs allow. */
  readonly inPlace?: boolean;
  /** A node's kernel calls; the device's own when absent. */
  readonly callsOf?: ((node: Node) => Call[]) | undefined;
}

/** Fence between values, in bytes; its pattern is checked after every node. Kernels may read into it. */
const FENCE = 128;
const FENCE_BYTE = 0x7f; // 0x7f7f7f7f is a huge finite float: a stray read shows.

export function execute(
  { memory, kernels }: KernelInstance,
  graph: Graph,
  parameters: Float64Array,
  inputs: Readonly<Record<string, Tensor>>,
  run: RunContext,
  options: ExecuteOptions = {},
): Execution {
  const bytes = new Uint8Array(memory.buffer);
  const arena = new Arena(bytes);
  const address = new Map<number, number>();
  const parametersAt = arena.place(graph.parameterCount * 4);
  new Float32Array(memory.buffer, parametersAt, graph.parameterCount).set(parameters);
  const gradientsAt = arena.place(graph.parameterCount * 4);
  bytes.fill(0, gradientsAt, gradientsAt + graph.parameterCount * 4);
  for (const p of graph.parameters) address.set(p.id, parametersAt + p.offset * 4);
  for (const [name, value] of graph.inputs) {
    const at = arena.place(sizeOf(value.shape, run.rows));
    address.set(value.id, at);
    view(memory, value.shape, at, run.rows).set(inputs[name]!.data);
  }
  const placed = new Map<Arg, number>();
  const resolve = (arg: Arg): number => {
    if (typeof arg === "number") return arg;
    if ("at" in arg) return address.get(arg.at.id)!;
    if ("gradOf" in arg) return gradientsAt + arg.gradOf.offset * 4;
    if ("table" in arg) {
      const at = arena.place(arg.table.length * 4);
      new Int32Array(memory.buffer, at, arg.table.length).set(arg.table);
      return at;
    }
    if ("scratch" in arg) {
      const at =
        placed.get(arg) ?? arena.place(arg.scratch * 4 * (arg.perRow === true ? run.rows : 1));
      placed.set(arg, at);
      return at;
    }
    switch (arg.run) {
      case "rows":
        return run.rows * (arg.times ?? 1);
      case "row0":
        return run.row0;
      case "seedLow":
        return run.seed[0];
      case "seedHigh":
        return run.seed[1];
      case "step":
        return run.step;
      case "training":
        return run.training ? 1 : 0;
    }
  };
  for (const node of graph.nodes) {
    for (const [i, output] of node.outputs.entries()) {
      const shared =
        options.inPlace === true
          ? node.op.inPlace?.find(([o, k]) => o === i && k < node.inputs.length)
          : undefined;
      const at =
        shared === undefined
          ? arena.place(sizeOf(output.shape, run.rows))
          : address.get(node.inputs[shared[1]]!.id)!;
      address.set(output.id, at);
    }
    for (const call of (options.callsOf ?? callsOf)(node)) {
      if ("transA" in call) gemm(memory, call, resolve, run.rows);
      else {
        const kernel = kernels[call.kernel];
        if (kernel === undefined)
          throw new Error(`no kernel named ${call.kernel}: run npm run build:kernels`);
        kernel(...call.args.map(resolve));
      }
    }
    arena.check(`${node.op.name}`);
  }
  const read = (value: Value): Tensor => ({
    rows: value.shape.kind === "param" ? value.shape.rows : run.rows,
    cols: value.shape.kind === "perRow" ? 1 : value.shape.cols,
    data: Float64Array.from(view(memory, value.shape, address.get(value.id)!, run.rows)),
  });
  return {
    outputs: new Map([...graph.outputs].map(([name, value]) => [name, read(value)])),
    gradients: new Float32Array(memory.buffer, gradientsAt, graph.parameterCount).slice(),
  };
}

class Arena {
  /** Behind the module's own data. */
  #top = 4 * 65536;
  readonly #fences: number[] = [];
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#fence(this.#top);
    this.#top += FENCE;
  }

  /** A 64-byte aligned place, filled with the fence's pattern, and a fence right behind its last byte. */
  place(size: number): number {
    const at = this.#top;
    this.#bytes.fill(FENCE_BYTE, at, at + size);
    this.#fence(at + size);
    this.#top = (at + size + FENCE + 63) & ~63;
    return at;
  }

  check(who: string): void {
    for (const fence of this.#fences) {
      for (let i = fence; i < fence + FENCE; i++) {
        if (this.#bytes[i] !== FENCE_BYTE)
          throw new Error(`${who} wrote outside its values, at byte ${i - fence} behind one`);
      }
    }
  }

  #fence(at: number): void {
    this.#bytes.fill(FENCE_BYTE, at, at + FENCE);
    this.#fences.push(at);
  }
}

function sizeOf(shape: Shape, rows: number): number {
  if (shape.kind === "perRow") return rows * 8;
  return (shape.kind === "rows" ? rows : shape.rows) * shape.cols * 4;
}

function view(
  memory: WebAssembly.Memory,
  shape: Shape,
  at: number,
  rows: number,
): Float32Array | Float64Array {
  const size = sizeOf(shape, rows);
  return shape.kind === "perRow"
    ? new Float64Array(memory.buffer, at, size / 8)
    : new Float32Array(memory.buffer, at, size / 4);
}

function gemm(
  memory: WebAssembly.Memory,
  call: GemmCall,
  resolve: (arg: Arg) => number,
  rows: number,
): void {
  const f = new Float32Array(memory.buffer);
  const high = rows * (call.pixels ?? 1);
  const [a, b, c] = [resolve(call.a) / 4, resolve(call.b) / 4, resolve(call.c) / 4];
  const m = call.m === "rows" ? high : call.m;
  const depth = call.k === "rows" ? high : call.k;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < call.n; j++) {
      let sum = call.beta === 0 ? 0 : f[c + i * call.ldc + j]!;
      for (let p = 0; p < depth; p++) {
        sum +=
          f[a + (call.transA ? p * call.lda + i : i * call.lda + p)]! *
          f[b + (call.transB ? j * call.ldb + p : p * call.ldb + j)]!;
      }
      f[c + i * call.ldc + j] = sum;
    }
  }
}
