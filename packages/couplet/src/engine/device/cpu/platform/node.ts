/** Node: BLAS through koffi. */
import v8 from "node:v8";
import { blasProduct, blasProductNow } from "../blas/blas-product.ts";
import type { Platform } from "./platform.ts";
import { hasRelaxedSimd } from "./probe.ts";

export const platform: Platform = {
  enableRelaxedSimd() {
    if (hasRelaxedSimd()) return true;
    // Node 20 has it behind a flag; Node 24 has it on and would warn about an unknown flag.
    v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
    return hasRelaxedSimd();
  },
  loadBlas: blasProduct,
  loadBlasNow: blasProductNow,
};
