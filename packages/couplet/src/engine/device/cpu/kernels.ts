/** The engine's kernels, in two builds. */
import { kernelModule } from "../../../kernels/kernel-module.ts";
import type { KernelFile } from "../../../kernels/kernel-module.ts";

const plain: KernelFile = {
  name: "engine.wasm",
  file: () => new URL("../../../../wasm/engine.wasm", import.meta.url),
  embedded: () => import("../../../../embedded/engine.js"),
};

const fused: KernelFile = {
  name: "engine-relaxed.wasm",
  file: () => new URL("../../../../wasm/engine-relaxed.wasm", import.meta.url),
  embedded: () => import("../../../../embedded/engine-relaxed.js"),
};

/** The compiled kernels, plain or with fused multiply-add (relaxed SIMD). */
export function engineKernels(relaxed: boolean): Promise<WebAssembly.Module> {
  return kernelModule(relaxed ? fused : plain);
}
