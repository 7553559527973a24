/**
 * Binds a program to addresses and runs it on one thread, tile by tile.
 *
 * Every instruction becomes a closure over an argument array; only what changes from tile to tile
 * (the row count, the row number, the seed) is patched.
 */
import { internalError } from "../../../error.ts";
import { firstWrites } from "./first-write.ts";
import { isGemm } from "./program.ts";
import type { EncodedArg, GemmInstruction, Instruction, Program, Space } from "./program.ts";

export type KernelFunction = (...args: number[]) => void;
export type Kernels = Readonly<Record<string, KernelFunction>>;

/** C = op(A) op(B) + beta C on addresses. Binding may prepare views; `run` gets the row count. */
export interface Gemm {
  readonly name: string;
  bind(product: BoundProduct): (rows: number) => void;
}

export interface BoundProduct extends Omit<GemmInstruction, "a" | "b" | "c"> {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Most rows that a run has. */
  readonly tile: number;
}

export type Bases = Readonly<Record<Space, number>>;

/** What a tile changes. */
export interface TileState {
  rows: number;
  row0: number;
  seedLow: number;
  seedHigh: number;
  step: number;
  training: number;
  /** 1 in the first tile of a lane: see `firstWrites`. */
  first: number;
}

export class BoundProgram {
  readonly program: Program;
  readonly bases: Bases;
  readonly #steps: (() => void)[];
  readonly #patches: {
    readonly args: number[];
    readonly at: number;
    readonly name: keyof TileState;
    readonly times: number;
  }[] = [];
  readonly #state: TileState = {
    rows: -1,
    row0: 0,
    seedLow: 0,
    seedHigh: 0,
    step: 0,
    training: 0,
    first: 0,
  };

  constructor(program: Program, bases: Bases, kernels: Kernels, gemm: Gemm) {
    this.program = program;
    this.bases = bases;
    const overwriting = firstWrites(program);
    this.#steps = program.instructions.map((instruction) =>
      overwriting.has(instruction)
        ? this.#bindOverwriting(instruction as GemmInstruction, gemm)
        : this.#bind(instruction, kernels, gemm),
    );
  }

  /** Sets what the next {@link run} sees. */
  setTile(state: TileState): void {
    Object.assign(this.#state, state);
    for (const { args, at, name, times } of this.#patches) args[at] = state[name] * times;
  }

  run(): void {
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) steps[i]!();
  }

  /** Runs with the clock: adds milliseconds per instruction to `times`. */
  runTimed(times: Float64Array): void {
    for (let i = 0; i < this.#steps.length; i++) {
      const start = performance.now();
      this.#steps[i]!();
      times[i]! += performance.now() - start;
    }
  }

  /** Runs until `inspect` says stop; returns the instruction it stopped at. */
  runWatched(inspect: (instruction: Instruction) => boolean): Instruction | undefined {
    for (let i = 0; i < this.#steps.length; i++) {
      this.#steps[i]!();
      const instruction = this.program.instructions[i]!;
      if (inspect(instruction)) return instruction;
    }
    return undefined;
  }

  #address(arg: EncodedArg): number {
    if (typeof arg === "number") return arg;
    if ("run" in arg) throw internalError("a run-time number where an address is needed");
    return this.bases[arg[0]] + arg[1];
  }

  #bindProduct(instruction: GemmInstruction, gemm: Gemm): () => void {
    const { pixels = 1 } = instruction;
    const run = gemm.bind({
      ...instruction,
      a: this.#address(instruction.a),
      b: this.#address(instruction.b),
      c: this.#address(instruction.c),
      tile: this.program.tile * pixels,
    });
    const state = this.#state;
    return () => run(state.rows * pixels);
  }

  /** A product that adds to what is there, but in the first tile of a lane. */
  #bindOverwriting(instruction: GemmInstruction, gemm: Gemm): () => void {
    const add = this.#bindProduct(instruction, gemm);
    const put = this.#bindProduct({ ...instruction, beta: 0 }, gemm);
    const state = this.#state;
    return () => (state.first === 1 ? put() : add());
  }

  #bind(instruction: Instruction, kernels: Kernels, gemm: Gemm): () => void {
    if (isGemm(instruction)) return this.#bindProduct(instruction, gemm);
    const kernel = kernels[instruction.kernel];
    if (kernel === undefined) throw internalError(`no kernel named ${instruction.kernel}`);
    const isRun = (arg: EncodedArg) => typeof arg === "object" && "run" in arg;
    const args = instruction.args.map((arg) => (isRun(arg) ? 0 : this.#address(arg)));
    for (const [at, arg] of instruction.args.entries()) {
      if (typeof arg === "object" && "run" in arg)
        this.#patches.push({ args, at, name: arg.run, times: arg.times ?? 1 });
    }
    return bindCall(kernel, args);
  }
}

/** A call without spread for the usual numbers of arguments: spreading costs more than small kernels. */
function bindCall(kernel: KernelFunction, a: number[]): () => void {
  switch (a.length) {
    case 3:
      return () => kernel(a[0]!, a[1]!, a[2]!);
    case 4:
      return () => kernel(a[0]!, a[1]!, a[2]!, a[3]!);
    case 5:
      return () => kernel(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!);
    case 6:
      return () => kernel(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!, a[5]!);
    case 7:
      return () => kernel(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!, a[5]!, a[6]!);
    case 8:
      return () => kernel(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!, a[5]!, a[6]!, a[7]!);
    case 9:
      return () => kernel(a[0]!, a[1]!, a[2]!, a[3]!, a[4]!, a[5]!, a[6]!, a[7]!, a[8]!);
    default:
      return () => kernel(...a);
  }
}
