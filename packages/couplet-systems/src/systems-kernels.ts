/** The kernels of all domains, in one file. Plain SIMD, so results are the same on every machine. */
import type { KernelFile } from "couplet/kit";

export const systemsKernels: KernelFile = {
  name: "systems.wasm",
  // One up to the package: the same in src/ and in dist/.
  file: () => new URL("../wasm/systems.wasm", import.meta.url),
  embedded: () => import("../embedded/systems.js"),
};
