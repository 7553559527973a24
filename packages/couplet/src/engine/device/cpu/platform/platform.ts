/** What only one of Node and a page has for kernels. `#platform` (package.json, imports) is one or the other. */
import type { BlasLoader, FoundBlas } from "../worker/serve.ts";

export interface Platform {
  /** Switches relaxed SIMD on where it is behind a flag; says whether it is on. */
  enableRelaxedSimd(): boolean;
  readonly loadBlas: BlasLoader | undefined;
  /** The same BLAS without waiting. */
  readonly loadBlasNow: (() => FoundBlas) | undefined;
}
