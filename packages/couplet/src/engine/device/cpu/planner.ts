/**
 * Gives every value of a graph an address in one arena, by its lifetime: values whose lives do not
 * meet share addresses, and an op that may work in place does.
 */
import { internalError } from "../../../error.ts";
import type { Graph, Node } from "../../graph.ts";
import type { Value } from "../../value.ts";
import type { Arg, Call } from "./call.ts";
import { callsOf } from "./ops.ts";
import type { EncodedArg, Instruction, Port, Program, Written } from "./program.ts";

/** Addresses are multiples of a cache line; kernels may read (not write) that far past an end. */
const ALIGNMENT = 64;

/** Plans a graph for tiles of at most `tile` rows: a program with fixed addresses. */
// oxlint-disable-next-line eslint/max-lines-per-function -- one pass over the nodes: lifetimes, addresses and instructions share its tables
export function plan(graph: Graph, tile: number): Program {
  const nodes = withoutDeadNodes(graph);
  const lastUse = lastUses(graph, nodes);
  const arena = new Arena();
  const address = new Map<number, number>();
  const table: number[] = [];
  const parameters = new Map(graph.parameters.map((parameter) => [parameter.id, parameter]));
  const instructions: Instruction[] = [];

  for (const value of graph.inputs.values())
    address.set(value.id, arena.allocate(sizeOf(value, tile)));
  for (const value of graph.inputs.values()) {
    // An input that nothing reads still has a place to be written to.
    if (!lastUse.has(value.id)) lastUse.set(value.id, nodes.length);
  }
  for (const [i, node] of nodes.entries()) {
    const inherited = new Set<number>();
    for (const output of node.outputs) {
      const donor = inPlaceDonor(node, output, i, lastUse, address, inherited, tile);
      if (donor === undefined) address.set(output.id, arena.allocate(sizeOf(output, tile)));
      else {
        inherited.add(donor.id);
        address.set(output.id, address.get(donor.id)!);
      }
    }
    const scratch: { offset: number; bytes: number }[] = [];
    const placed = new Map<Arg, EncodedArg>();
    const encode = (arg: Arg): EncodedArg => {
      if (typeof arg === "number") return arg;
      if ("run" in arg) return arg;
      if ("gradOf" in arg) {
        if (!node.discards) return ["gradients", arg.gradOf.offset * 4];
        // Written and never read.
        return encode({ scratch: arg.gradOf.size });
      }
      if ("table" in arg) {
        const offset = table.length * 4;
        for (const entry of arg.table) table.push(entry);
        return ["table", offset];
      }
      if ("scratch" in arg) {
        const shared = placed.get(arg);
        if (shared !== undefined) return shared;
        const bytes = arg.scratch * 4 * (arg.perRow === true ? tile : 1);
        const offset = arena.allocate(bytes);
        scratch.push({ offset, bytes });
        placed.set(arg, ["arena", offset]);
        return ["arena", offset];
      }
      if (arg.at.shape.kind === "param") {
        const parameter = parameters.get(arg.at.id);
        if (parameter === undefined) throw internalError(`unknown parameter ${arg.at.path}`);
        return ["parameters", parameter.offset * 4];
      }
      const offset = address.get(arg.at.id);
      if (offset === undefined)
        throw internalError(`${node.op.name} reads a value without address`);
      return ["arena", offset];
    };
    const writes: Written[] = node.outputs.map((v) => ({
      offset: address.get(v.id)!,
      cols: columns(v),
    }));
    const calls = callsOf(node);
    for (const [c, call] of calls.entries()) {
      // Only after a node's last call are all its outputs there.
      const origin = {
        op: node.op.name,
        path: node.path,
        writes: c === calls.length - 1 ? writes : [],
      };
      instructions.push(encodeCall(call, encode, origin));
    }
    for (const { offset, bytes } of scratch) arena.release(offset, bytes);
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      if (value.shape.kind === "param" || inherited.has(value.id)) continue;
      // An output that nothing reads dies where it is made.
      if ((lastUse.get(value.id) ?? i) <= i)
        arena.release(address.get(value.id)!, sizeOf(value, tile));
    }
  }
  const port = (name: string, value: Value): Port => ({
    name,
    offset: address.get(value.id) ?? fail(name),
    cols: columns(value),
  });
  return {
    tile,
    instructions,
    inputs: [...graph.inputs].map(([name, value]) => port(name, value)),
    outputs: [...graph.outputs].map(([name, value]) => port(name, value)),
    arenaBytes: arena.peak + ALIGNMENT,
    table,
    parameterCount: graph.parameterCount,
    gemmFlopsPerRow: gemmFlops(instructions),
  };
}

function fail(name: string): never {
  throw internalError(`output ${name} was never made`);
}

function columns(value: Value): number {
  return value.shape.kind === "rows" ? value.shape.cols : 0;
}

function sizeOf(value: Value, tile: number): number {
  if (value.shape.kind === "param") throw internalError("a parameter has no place in the arena");
  return value.shape.kind === "rows" ? value.shape.cols * 4 * tile : 8 * tile;
}

/** Nodes on which no output and no gradient that counts depends are dropped. */
function withoutDeadNodes(graph: Graph): readonly Node[] {
  const live = new Set([...graph.outputs.values()].map((value) => value.id));
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    const counts = node.accumulates.length > 0 && !node.discards;
    if (!counts && !node.outputs.some((value) => live.has(value.id))) continue;
    kept.push(node);
    for (const input of node.inputs) live.add(input.id);
  }
  return kept.reverse();
}

function lastUses(graph: Graph, nodes: readonly Node[]): Map<number, number> {
  const last = new Map<number, number>();
  for (const [i, node] of nodes.entries()) for (const input of node.inputs) last.set(input.id, i);
  for (const value of graph.outputs.values()) last.set(value.id, Infinity);
  return last;
}

/** The input whose address this output may take: it dies here, and nothing else of the node needs it. */
function inPlaceDonor(
  node: Node,
  output: Value,
  i: number,
  lastUse: ReadonlyMap<number, number>,
  address: ReadonlyMap<number, number>,
  taken: ReadonlySet<number>,
  tile: number,
): Value | undefined {
  for (const [o, k] of node.op.inPlace ?? []) {
    const donor = node.inputs[k];
    if (node.outputs[o] !== output || donor === undefined || donor.shape.kind === "param") continue;
    const usedTwice = node.inputs.filter((input) => input.id === donor.id).length > 1;
    if (lastUse.get(donor.id) !== i || usedTwice || taken.has(donor.id) || !address.has(donor.id))
      continue;
    if (sizeOf(donor, tile) === sizeOf(output, tile)) return donor;
  }
  return undefined;
}

function encodeCall(
  call: Call,
  encode: (arg: Arg) => EncodedArg,
  origin: { op: string; path: string; writes: readonly Written[] },
): Instruction {
  if (!("transA" in call)) return { ...origin, kernel: call.kernel, args: call.args.map(encode) };
  return { ...call, ...origin, a: encode(call.a), b: encode(call.b), c: encode(call.c) };
}

function gemmFlops(instructions: readonly Instruction[]): number {
  let flops = 0;
  for (const instruction of instructions) {
    if (!("transA" in instruction)) continue;
    const { m, n, k, pixels = 1 } = instruction;
    flops += 2 * (m === "rows" ? pixels : m) * n * (k === "rows" ? pixels : k);
  }
  return flops;
}

/** Free intervals of an address range that grows as needed; best fit, neighbours merged. */
class Arena {
  peak = 0;
  #end = 0;
  #free: { offset: number; bytes: number }[] = [];

  allocate(bytes: number): number {
    const size = align(bytes);
    let best: { offset: number; bytes: number } | undefined;
    for (const hole of this.#free) {
      if (hole.bytes >= size && (best === undefined || hole.bytes < best.bytes)) best = hole;
    }
    if (best === undefined) {
      // A hole at the end grows instead of being jumped over.
      const last = this.#free.find((hole) => hole.offset + hole.bytes === this.#end);
      const offset = last?.offset ?? this.#end;
      if (last !== undefined) this.#free = this.#free.filter((hole) => hole !== last);
      this.#end = offset + size;
      this.peak = Math.max(this.peak, this.#end);
      return offset;
    }
    const { offset } = best;
    best.offset += size;
    best.bytes -= size;
    if (best.bytes === 0) this.#free = this.#free.filter((hole) => hole !== best);
    return offset;
  }

  release(offset: number, bytes: number): void {
    const size = align(bytes);
    if (size === 0) return;
    const before = this.#free.find((hole) => hole.offset + hole.bytes === offset);
    const after = this.#free.find((hole) => hole.offset === offset + size);
    const merged = {
      offset: before?.offset ?? offset,
      bytes: size + (before?.bytes ?? 0) + (after?.bytes ?? 0),
    };
    this.#free = this.#free.filter((hole) => hole !== before && hole !== after);
    this.#free.push(merged);
  }
}

function align(bytes: number): number {
  // Values of no bytes (no columns) still get an address of their own.
  return Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
}
