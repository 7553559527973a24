/** The programs that a thread knows, bound to its part of the memory when first run. */
import { internalError } from "../../../error.ts";
import { BoundProgram } from "./executor.ts";
import type { Gemm, Kernels } from "./executor.ts";
import type { LoadProgram } from "./protocol.ts";

export class ProgramTable {
  readonly #kernels: Kernels;
  readonly #gemm: Gemm;
  readonly #thread: number;
  readonly #loaded = new Map<number, LoadProgram>();
  /** By program, those of one address of the parameters, one for each address of the gradients. */
  readonly #bound = new Map<number, BoundProgram[]>();

  constructor(kernels: Kernels, gemm: Gemm, thread: number) {
    this.#kernels = kernels;
    this.#gemm = gemm;
    this.#thread = thread;
  }

  load(message: LoadProgram): void {
    this.#loaded.set(message.id, message);
  }

  unload(id: number): void {
    this.#loaded.delete(id);
    this.#bound.delete(id);
  }

  /** The program at these parameters and gradients (addresses). */
  bind(id: number, parameters: number, gradients: number): BoundProgram {
    const bound = (this.#bound.get(id) ?? []).filter(
      ({ bases }) => bases.parameters === parameters,
    );
    const known = bound.find(({ bases }) => bases.gradients === gradients);
    if (known !== undefined) return known;
    const loaded = this.#loaded.get(id);
    if (loaded === undefined) throw internalError(`program ${id} was never loaded`);
    const bases = {
      arena: loaded.arena + this.#thread * loaded.arenaStride,
      table: loaded.table,
      parameters,
      gradients,
    };
    const fresh = new BoundProgram(loaded.program, bases, this.#kernels, this.#gemm);
    this.#bound.set(id, [...bound, fresh]);
    return fresh;
  }
}
