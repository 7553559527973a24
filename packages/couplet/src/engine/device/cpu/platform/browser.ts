/** A page: no BLAS. */
import type { Platform } from "./platform.ts";
import { hasRelaxedSimd } from "./probe.ts";

export const platform: Platform = {
  enableRelaxedSimd: hasRelaxedSimd,
  loadBlas: undefined,
  loadBlasNow: undefined,
};
