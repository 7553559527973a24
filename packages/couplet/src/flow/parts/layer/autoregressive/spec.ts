/** The spec of an autoregressive layer. */
import type { ConditionerSpec } from "../../conditioner/conditioner.ts";
import type { TransformSpec } from "../../transform/transform.ts";

/** A bijection that transforms each variable as a function of those before it (and the context). */
export interface AutoregressiveSpec {
  readonly kind: "autoregressive";
  readonly transform: TransformSpec;
  /** `mlp` or `residualMlp`, without layer normalisation; its units are dealt out among the variables. */
  readonly conditioner: ConditionerSpec;
}
