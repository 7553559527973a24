/** An instance of the kernels over a memory. */
import { internalError } from "../../../error.ts";
import type { Kernels } from "./executor.ts";

export async function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module, {
    env: {
      memory,
      abort(_message: number, _file: number, line: number) {
        throw internalError(`a kernel gave up (line ${line})`);
      },
    },
  });
  return instance.exports as unknown as Kernels;
}
