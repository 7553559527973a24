/** Gradients of log-densities with respect to rows and contexts, and of the density of what `decode` makes. */
import { differentiate } from "../engine/differentiate.ts";
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import { colsOf } from "../engine/value.ts";
import type { Value } from "../engine/value.ts";
import { sumPerRow } from "../engine/ops/sum-per-row/op.ts";
import { zeros } from "../engine/ops/zeros/op.ts";
import { decodeFlow, leftAt, logDensity, rowAt } from "./lower.ts";
import { baseLogProb } from "./parts/base/base.ts";
import { layerPart } from "./parts/layer/layer.ts";
import { placesOf } from "./places.ts";
import type { FlowSpec } from "./spec/types.ts";
import { merged, regroup, stateOf } from "./state.ts";
import type { Part, State } from "./state.ts";

/**
 * x (and context) and `cotangent`, one number per row, to logProb and its gradients times the cotangent: `gradient` (rows x
 * dims) and, for a conditional flow, `contextGradient`. Parameters are held fixed.
 */
export function lowerLogProbGradient(spec: FlowSpec, layout: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  const x = b.input("x", { kind: "rows", cols: spec.dims });
  const context =
    spec.context === 0 ? undefined : b.input("context", { kind: "rows", cols: spec.context });
  const cotangent = b.input("cotangent", { kind: "perRow" });
  const logProb = logDensity(b, spec, x, context);
  const wrt = context === undefined ? [x] : [x, context];
  const { cotangents } = differentiate(b, [{ value: logProb, cotangent }], {
    wrt,
    parameters: false,
  });
  b.output("logProb", logProb);
  b.output("gradient", cotangents[0] ?? zerosLike(b, x));
  if (context !== undefined) b.output("contextGradient", cotangents[1] ?? zerosLike(b, context));
  return b.finish();
}

/**
 * z, `force` (rows x dims) and `logDetForce` (one per row) to `gradient`, rows x dims: that of force . decode(z) + logDetForce logDet(z)
 * with respect to z, logDet being that of `encode` at decode(z). Of a flow without context.
 */
export function lowerDecodePullback(spec: FlowSpec, layout: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  const z = b.input("z", { kind: "rows", cols: spec.dims });
  const force = b.input("force", { kind: "rows", cols: spec.dims });
  const logDetForce = b.input("logDetForce", { kind: "perRow" });
  const { x, logDet } = decodeFlow(b, spec, z, undefined, { logDet: true });
  const outputs = [{ value: x, cotangent: force }];
  if (logDet !== undefined) outputs.push({ value: logDet, cotangent: logDetForce });
  const { cotangents } = differentiate(b, outputs, { wrt: [z], parameters: false });
  b.output("gradient", cotangents[0] ?? zerosLike(b, z));
  return b.finish();
}

/** What {@link decodeWithGradient} emits. */
export interface DecodedWithGradient {
  /** rows x dims. */
  readonly x: Value;
  /** log p(x | context), one number per row. */
  readonly logProb: Value;
  /** cotangent times d log p(x | context) / dx at fixed parameters, rows x dims. */
  readonly gradient: Value;
}

/**
 * Emits x = decode(z), its log-density, and the gradient of that density at x with parameters held fixed, in one pass
 * (Vaitl et al. 2022, Gradients should stay on path, section 3: the recursion layer by layer). Before the first layer the
 * gradient g is that of the base at z; a layer y -> x = decode(y) turns it into
 *
 *     g' = (d encode(x) / dx)^T g + d logDet(x) / dx,
 *
 * the pullback of the layer's `encode` at x. What a coupling's encode computes from the frozen variables has been
 * computed by its decode, and is not computed again; encode's own result is z, and nobody reads it.
 */
export function decodeWithGradient(
  b: GraphBuilder,
  spec: FlowSpec,
  z: Value,
  context: Value | undefined,
  cotangent: Value,
): DecodedWithGradient {
  const places = placesOf(spec);
  let logProb = b.within("base", () => baseLogProb(b, spec.base, z));
  const [{ value: atBase }] = pulledBack(b, stateOf(z, spec.dims), [
    { value: logProb, cotangent },
  ]) as [Part];
  let { state } = rowAt(b, z, places.at(-1)!);
  let { state: gradient } = rowAt(b, atBase, places.at(-1)!);
  for (let i = spec.layers.length - 1; i >= 0; i--) {
    const layer = spec.layers[i]!;
    const part = layerPart(layer);
    const [before, after] = [places[i]!, places[i + 1]!];
    const at = { b, context, ...before };
    const { left } = leftAt(b, z, before, after);
    b.within(`layers[${i}]`, () => {
      const decoded = part.decode(at, state, layer, {
        logDet: true,
        ...(left === undefined ? {} : { left }),
      });
      const encoded = b.sharing(() => part.encode(at, decoded.state, layer));
      const parts = regroup(
        b,
        gradient,
        encoded.state.map(({ positions }) => positions),
      );
      const outputs = encoded.state.map(({ value }, k) => ({ value, cotangent: parts[k]!.value }));
      if (encoded.left !== undefined)
        outputs.push({
          value: encoded.left,
          cotangent: leftAt(b, atBase, before, after).left!,
        });
      if (encoded.logDet !== undefined) outputs.push({ value: encoded.logDet, cotangent });
      gradient = pulledBack(b, decoded.state, outputs);
      state = decoded.state;
      if (decoded.logDet !== undefined)
        logProb = b.emitOne(sumPerRow, [logProb, decoded.logDet], {});
    });
  }
  return {
    x: merged(b, state, spec.dims),
    logProb,
    gradient: merged(b, gradient, spec.dims),
  };
}

/** Cotangents of the parts of a state, from those of what was made of it. */
function pulledBack(
  b: GraphBuilder,
  state: State,
  outputs: readonly { readonly value: Value; readonly cotangent: Value }[],
): State {
  const wrt = state.map(({ value }) => value);
  const { cotangents } = differentiate(b, outputs, { wrt, parameters: false });
  return state.map(({ value, positions }, k) => ({
    value: cotangents[k] ?? zerosLike(b, value),
    positions,
  }));
}

function zerosLike(b: GraphBuilder, value: Value): Value {
  return b.emitOne(zeros, [], { cols: colsOf(value) });
}
