/**
 * What the reference device needs of an op beside its shapes: its mathematics in float64. Each op has a
 * `reference.ts` that attaches it; `ops.ts` lists them.
 */
import type { Attrs, OpDef, RunContext, Tensor } from "../../op.ts";

/**
 * The outputs of one use of an op, from its inputs. `grads[i]` is the gradient buffer of `accumulates[i]`, to be
 * added to.
 */
export type Compute<A extends Attrs = Attrs> = (
  inputs: readonly Tensor[],
  attrs: A,
  run: RunContext,
  grads: readonly Float64Array[],
) => Tensor[];

/** An op's mathematics in float64, by the op's name. */
export interface ReferenceOp {
  readonly name: string;
  readonly compute: Compute;
}

/** The mathematics of `op`; `compute` knows the type of its attributes. */
export function onReference<A extends Attrs>(op: OpDef<A>, compute: Compute<A>): ReferenceOp {
  // A node of this op has attributes of its type: `emit` took both together.
  return { name: op.name, compute: compute as Compute<never> as Compute };
}
