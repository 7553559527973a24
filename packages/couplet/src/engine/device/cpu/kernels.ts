/** The engine's kernels, in two builds. */
import { kernelModule } from "../../../kernels/kernel-module.ts";

/** The compiled kernels, plain or with fused multiply-add (relaxed SIMD). */
export function engineKernels(relaxed: boolean): Promise<WebAssembly.Module> {
  // Written out, so that bundlers see both files.
  return kernelModule(
    relaxed
      ? new URL("../../../../wasm/engine-relaxed.wasm", import.meta.url)
      : new URL("../../../../wasm/engine.wasm", import.meta.url),
  );
}
