/** The engine's kernels, each file in two builds: those that score and sample, and those that only gradients and training need. */
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

const plainGradients: KernelFile = {
  name: "engine-gradients.wasm",
  file: () => new URL("../../../../wasm/engine-gradients.wasm", import.meta.url),
  embedded: () => import("../../../../embedded/engine-gradients.js"),
};

const fusedGradients: KernelFile = {
  name: "engine-gradients-relaxed.wasm",
  file: () => new URL("../../../../wasm/engine-gradients-relaxed.wasm", import.meta.url),
  embedded: () => import("../../../../embedded/engine-gradients-relaxed.js"),
};

/** The compiled kernels, plain or with fused multiply-add (relaxed SIMD). */
export function engineKernels(relaxed: boolean): Promise<WebAssembly.Module> {
  return kernelModule(relaxed ? fused : plain);
}

/** Those of backward passes and of the optimiser: loaded when a program calls one. */
export function gradientKernels(relaxed: boolean): Promise<WebAssembly.Module> {
  return kernelModule(relaxed ? fusedGradients : plainGradients);
}
