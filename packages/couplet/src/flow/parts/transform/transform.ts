/**
 * The elementwise maps inside couplings, as the flow sees them. The mathematics is in the ops.
 *
 * A user adds a transform by registering one under a name: from the variables and their parameters
 * (rows x parameters * variables, parameter-major) to the transformed variables and the log-slope.
 * Zero parameters must give the identity.
 */
import { CoupletError, nearest } from "../../../error.ts";
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { additiveDecode, additiveEncode } from "../../../engine/ops/additive/op.ts";
import { affineDecode, affineEncode } from "../../../engine/ops/affine/op.ts";
import { rqsDecode, rqsEncode } from "../../../engine/ops/rational-quadratic/op.ts";
import type { JsonObject, TransformSpec } from "../../spec/types.ts";

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

/** What a transform knows about where it stands. */
export interface TransformPlace {
  readonly variables: number;
  /** Width of the conditioner's features: logits are scaled by its square root. */
  readonly features: number;
  readonly path: string;
}

/** Makes a transform for a place in a flow, from the spec's options. */
export type TransformBuilder = (place: TransformPlace, options: JsonObject) => Transform;

const registered = new Map<string, TransformBuilder>();

/**
 * Makes a transform known under a name, for specs with `{ kind: "registered", name, options }`.
 * Registering the same name again replaces it.
 */
export function registerTransform(name: string, build: TransformBuilder): void {
  registered.set(name, build);
}

/**
 * The transform of a spec at a place: what a coupling uses, and what a transform of your own may be
 * composed of.
 *
 * @throws CoupletError SPEC_INVALID on a name that nobody registered
 */
export function transformOf(spec: TransformSpec, place: TransformPlace): Transform {
  const { variables, features } = place;
  switch (spec.kind) {
    case "additive":
      return {
        parameters: 1,
        encode: (b, x, params) => pair(b.emit(additiveEncode, [x, params], { variables })),
        decode: (b, y, params) => pair(b.emit(additiveDecode, [y, params], { variables })),
      };
    case "affine": {
      const attrs = { variables, scale: spec.scale, clamp: spec.clamp };
      return {
        parameters: 2,
        encode: (b, x, params) => pair(b.emit(affineEncode, [x, params], attrs)),
        decode: (b, y, params, { logDet }) =>
          pair(b.emit(affineDecode, [y, params], { ...attrs, logDet })),
      };
    }
    case "rationalQuadratic": {
      const { bins, bound, minBin, minDerivative } = spec;
      // Durkan et al. scale width and height logits by 1/sqrt(hidden): bins start out even.
      const attrs = {
        variables,
        bins,
        bound,
        minBin,
        minDerivative,
        logitScale: 1 / Math.sqrt(Math.max(1, features)),
      };
      return {
        parameters: 3 * bins - 1,
        encode: (b, x, params) => pair(b.emit(rqsEncode, [x, params], attrs)),
        decode: (b, y, params, { logDet }) =>
          pair(b.emit(rqsDecode, [y, params], { ...attrs, logDet })),
      };
    }
    case "registered": {
      const build = registered.get(spec.name);
      if (build !== undefined) return build(place, spec.options);
      const suggestion = nearest(spec.name, [...registered.keys()]);
      throw new CoupletError({
        code: "SPEC_INVALID",
        where: `spec.${place.path}.transform.name`,
        expected:
          registered.size === 0
            ? "a registered transform (there is none)"
            : `one of ${[...registered.keys()].join(", ")}`,
        received: `"${spec.name}"`,
        hint:
          suggestion === undefined
            ? "Call registerTransform before using the spec."
            : `Did you mean "${suggestion}"?`,
      });
    }
  }
}

function pair([value, logDet]: readonly Value[]): TransformedValue {
  return { value: value!, logDet };
}
