/** Instances of the kernels over a memory. */
import { internalError } from "../../../error.ts";
import type { Kernels } from "./executor.ts";

export async function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, importsOf(memory));
  return instance.exports as unknown as Kernels;
}

/** The same on the caller's stack. The module is compiled, so that little is left to do. */
export function instantiateNow(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, importsOf(memory)).exports as unknown as Kernels;
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
