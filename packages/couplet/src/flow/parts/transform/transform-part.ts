/**
 * The elementwise map inside a coupling, as the flow sees it. The mathematics is in the ops.
 *
 * Parameters lie parameter-major in a batch of rows x parameters * variables. Zero parameters must give the identity.
 */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { Domain } from "../domain.ts";
import type { Declared, Part } from "../part.ts";

/** A transformed batch and its log-determinant. */
export interface TransformedValue {
  readonly value: Value;
  /** log abs det per row, of `encode`; undefined when it is 0. */
  readonly logDet: Value | undefined;
}

/** A transform of `variables` variables. */
export interface Transform {
  /** Parameters per variable. */
  readonly parameters: number;
  /** Emits y = f(x; params) and its log-slope. */
  encode(b: GraphBuilder, x: Value, params: Value): TransformedValue;
  /** Emits the inverse; its logDet is that of `encode` at the result. */
  decode(
    b: GraphBuilder,
    y: Value,
    params: Value,
    options: { readonly logDet: boolean },
  ): TransformedValue;
}

/** Where a transform stands in its flow. */
export interface TransformPlace {
  readonly variables: number;
  /** Width of the conditioner's features: logits are scaled by its square root. */
  readonly features: number;
  readonly path: string;
  /** The domain of each variable, where they have some; all are real when missing. */
  readonly domains?: readonly Domain["kind"][] | undefined;
}

/** The answers of a transform whose spec is an `S`. */
export interface TransformPart<S extends { readonly kind: string }> extends Part<S> {
  /** The transform at a place in a flow. */
  build(spec: S, place: TransformPlace): Transform;
  /** Whether a variable may depend on others that are transformed with it. Default false: each is mapped alone. */
  readonly mixes?: boolean;
  /** Whether it maps [-bound, bound] onto itself, whatever its parameters. */
  keepsBox(spec: S, bound: number): boolean;
  /** Whether it maps each variable's domain onto itself. Default false. */
  readonly keepsDomains?: boolean;
}

/** A transform's factory. */
export type TransformFactory<S extends { readonly kind: string }, A extends unknown[]> = Declared<
  TransformPart<S>,
  (...args: A) => S
>;

/** What an op of a transform gives: the value and, unless it is 0 or not wanted, the log-determinant. */
export function transformed([value, logDet]: readonly Value[]): TransformedValue {
  return { value: value!, logDet };
}
