/**
 * Kernel calls: what the CPU device needs of an op beside its mathematics. Each op has a `cpu.ts`
 * that turns one of its nodes into calls; `ops.ts` lists them.
 */
import type { Attrs, OpDef } from "../../op.ts";
import type { Parameter, Value } from "../../value.ts";

/** A kernel argument. Plain numbers are passed as they are. */
export type Arg =
  | number
  /** Address of a value (rows, perRow or param). */
  | { readonly at: Value }
  /** Address of the gradient of a parameter in this thread's gradient buffer. */
  | { readonly gradOf: Parameter }
  /** Address of read-only int32 constants, placed in the program's constant table. */
  | { readonly table: readonly number[] }
  /**
   * Address of `floats` float32 of scratch, 64-byte aligned, private to the node: the same object in two of its calls is the same
   * place. `perRow` scales with the tile.
   */
  | { readonly scratch: number; readonly perRow?: boolean }
  /** A number known when the tile runs. `rows` is the tile's row count, times `times` where a row holds several (pixels). */
  | {
      readonly run: "rows" | "row0" | "seedLow" | "seedHigh" | "step" | "training";
      readonly times?: number;
    };

/** One call of an exported kernel, by name. Kernels take addresses and numbers, and return nothing. */
export interface KernelCall {
  readonly kernel: string;
  readonly args: readonly Arg[];
}

/**
 * A matrix product, C = op(A) op(B) + beta C, row-major. Runs on the system's BLAS or on our own
 * packed kernel. A dimension given as "rows" is the tile's row count times `pixels`.
 */
export interface GemmCall {
  readonly kernel: "gemm";
  readonly transA: boolean;
  readonly transB: boolean;
  readonly m: number | "rows";
  readonly n: number;
  readonly k: number | "rows";
  readonly a: Arg;
  readonly lda: number;
  readonly b: Arg;
  readonly ldb: number;
  readonly beta: 0 | 1;
  readonly c: Arg;
  readonly ldc: number;
  /** Rows of the matrix in each row of the batch: a pixel of an image each. Default 1. */
  readonly pixels?: number;
}

/** One step of a program: a kernel, or a matrix product. */
export type Call = KernelCall | GemmCall;

/** One use of an op, as its kernel calls see it. */
export interface CpuNode<A extends Attrs = Attrs> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Parameters into whose gradient the node adds. */
  readonly accumulates: readonly Parameter[];
  readonly attrs: A;
}

/** An op's kernel calls, by the op's name. */
export interface CpuOp {
  readonly name: string;
  /** The calls, in order, that compute a node's outputs and add to its gradients. */
  calls(node: CpuNode): Call[];
}

/** The kernel calls of `op`; `calls` knows the type of its attributes. */
export function onCpu<A extends Attrs>(op: OpDef<A>, calls: (node: CpuNode<A>) => Call[]): CpuOp {
  // A node of this op has attributes of its type: `emit` took both together.
  return { name: op.name, calls: (node) => calls(node as CpuNode<A>) };
}

/** The address of a value, or 0 for one that is left out. */
export function addressOf(value: Value | undefined): Arg {
  return value === undefined ? 0 : { at: value };
}
