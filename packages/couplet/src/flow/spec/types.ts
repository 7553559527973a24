/** The type of a flow's spec; the types of its parts derive from the registries in `parts/`. */
import type { BaseSpec } from "../parts/base/base.ts";
import type { LayerSpec } from "../parts/layer/layer.ts";

/**
 * A whole flow. `Conditional` says, in the type, whether densities are of x alone or of x given a
 * context, so that forgetting the context does not compile.
 */
export interface FlowSpec<Conditional extends boolean = boolean> {
  readonly version: 1;
  /** A row's axes: `[6]` for six variables, `[28, 28, 1]` for an image. Rows are stored row-major, the last axis fastest. */
  readonly shape: readonly number[];
  /** Variables per row: the product of `shape`. */
  readonly dims: number;
  /** Variables of the context; 0 for none. */
  readonly context: Conditional extends true ? number : Conditional extends false ? 0 : number;
  readonly base: BaseSpec;
  readonly layers: readonly LayerSpec[];
}
