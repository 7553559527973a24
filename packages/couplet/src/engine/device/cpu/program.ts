/**
 * A program: a flat list of kernel calls with fixed addresses. Plain data, so that it can be sent
 * to worker threads; each thread adds its own bases to the offsets.
 */

/** Where an offset counts from. Arena and gradients are private to a thread. */
export type Space = "arena" | "parameters" | "gradients" | "table";

export type EncodedArg =
  | number
  | readonly [space: Space, byteOffset: number]
  | {
      readonly run: "rows" | "row0" | "seedLow" | "seedHigh" | "step" | "training";
      readonly times?: number;
    };

/** What an instruction writes in the arena: for the search of the first non-finite number. */
export interface Written {
  readonly offset: number;
  /** float32 columns per row; 0 for one float64 per row. */
  readonly cols: number;
}

interface InstructionOrigin {
  /** The op and the layer it comes from, for profiles and messages. */
  readonly op: string;
  readonly path: string;
  readonly writes: readonly Written[];
}

export interface KernelInstruction extends InstructionOrigin {
  readonly kernel: string;
  readonly args: readonly EncodedArg[];
}

export interface GemmInstruction extends InstructionOrigin {
  readonly kernel: "gemm";
  readonly transA: boolean;
  readonly transB: boolean;
  readonly m: number | "rows";
  readonly n: number;
  readonly k: number | "rows";
  readonly a: EncodedArg;
  readonly lda: number;
  readonly b: EncodedArg;
  readonly ldb: number;
  readonly beta: 0 | 1;
  readonly c: EncodedArg;
  readonly ldc: number;
  readonly pixels?: number;
}

export type Instruction = KernelInstruction | GemmInstruction;

export function isGemm(instruction: Instruction): instruction is GemmInstruction {
  return "transA" in instruction;
}

/** A graph input or output in the arena. */
export interface Port {
  readonly name: string;
  readonly offset: number;
  /** float32 columns per row; 0 for one float64 per row. */
  readonly cols: number;
}

/** A planned graph: plain data that threads bind to their memory. */
export interface Program {
  /** Most rows that one run takes. */
  readonly tile: number;
  readonly instructions: readonly Instruction[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Peak of everything that lives during a run: activations, cotangents, scratch. */
  readonly arenaBytes: number;
  /** int32 constants. */
  readonly table: readonly number[];
  /** Length of the flat parameter buffer, in float32. */
  readonly parameterCount: number;
  /** Floating-point operations of the matrix products, per row. */
  readonly gemmFlopsPerRow: number;
}

export function portBytes(port: Port, rows: number): number {
  return rows * (port.cols === 0 ? 8 : port.cols * 4);
}
