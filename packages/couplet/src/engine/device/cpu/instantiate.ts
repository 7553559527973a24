/** Instances of kernel files over a memory. */
import { internalError } from "../../../error.ts";
import type { KernelFunction } from "./executor.ts";

/** Kernels by name; those of another file may be put beside them. */
export type KernelTable = Record<string, KernelFunction>;

export async function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<KernelTable> {
  return kernelsOf(await WebAssembly.instantiate(module, importsOf(memory)));
}

/** The same on the caller's stack. The module is compiled, so that little is left to do. */
export function instantiateNow(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): KernelTable {
  return kernelsOf(new WebAssembly.Instance(module, importsOf(memory)));
}

function kernelsOf({ exports }: WebAssembly.Instance): KernelTable {
  return { ...(exports as unknown as KernelTable) };
}

function importsOf(memory: WebAssembly.Memory): WebAssembly.Imports {
  return {
    env: {
      memory,
      abort(_message: number, _file: number, line: number) {
        throw internalError(`a kernel gave up (line ${line})`);
      },
    },
  };
}
