/** What ONNX needs of an op beside its shapes: its nodes. Each op that inference uses has an `onnx.ts` that attaches it. */
import type { Attrs, OpDef } from "../op.ts";
import type { OnnxGraph } from "./onnx-graph.ts";

/** One use of an op. */
export interface OnnxUse {
  /** Names of the inputs: rows [rows, columns], one number per row [rows, 1], parameters [rows of it, columns of it]. */
  readonly inputs: readonly string[];
  /** The numbers of a parameter among the inputs; undefined for other inputs. */
  readonly parameters: readonly (Float64Array | undefined)[];
  /** Columns of each input; 1 for one number per row. */
  readonly widths: readonly number[];
  /** How many outputs the use has. */
  readonly outputs: number;
  /** Any value of the graph that has a row per row of the batch, for ops without inputs. */
  readonly batch: string;
}

/** Emits the nodes of one use; returns the names of its outputs. */
export type EmitOnnx<A extends Attrs = Attrs> = (g: OnnxGraph, use: OnnxUse, attrs: A) => string[];

/** An op's nodes, by the op's name. */
export interface OnnxOp {
  readonly name: string;
  readonly emit: EmitOnnx;
}

/** The nodes of `op`; `emit` knows the type of its attributes. */
export function onOnnx<A extends Attrs>(op: OpDef<A>, emit: EmitOnnx<A>): OnnxOp {
  // A node of this op has attributes of its type: the graph's builder took both together.
  return { name: op.name, emit: emit as EmitOnnx<never> as EmitOnnx };
}
