/** The autoregressive layer as a part of a spec; it loads when a program or a model file names one. */
import { columns, concat, sumLogDets } from "../../../../engine/build.ts";
import { gather } from "../../../../engine/ops/gather-columns/op.ts";
import { colsOf } from "../../../../engine/value.ts";
import type { Value } from "../../../../engine/value.ts";
import { requireOptions } from "../../../../options.ts";
import { merged, range, stateOf } from "../../../state.ts";
import type { State } from "../../../state.ts";
import { conditioners } from "../../conditioner/conditioner.ts";
import type { ConditionerSpec } from "../../conditioner/conditioner.ts";
import { mlp } from "../../conditioner/index.ts";
import { declarePart } from "../../part.ts";
import type { PartPlace } from "../../part.ts";
import { affine } from "../../transform/index.ts";
import { transformOf, transforms } from "../../transform/transform.ts";
import type { TransformSpec } from "../../transform/transform.ts";
import type { Fault } from "../../../../validation.ts";
import { layers } from "../layer.ts";
import type { LayerContext, LayerFactory, LayerResult } from "../layer-part.ts";
import { maskedNetwork, stepPass, wholePass } from "./masked-network.ts";
import type { MaskedNetwork } from "./masked-network.ts";
import type { AutoregressiveSpec } from "./spec.ts";
import type { StagedConditioner } from "./stages.ts";

/** Options of {@link autoregressive}. */
export interface AutoregressiveOptions {
  /** Of each variable, alone. Default `affine()`. */
  readonly transform?: TransformSpec;
  /** `mlp()` or `residualMlp()`, without layer normalisation. Default `mlp()`. */
  readonly conditioner?: ConditionerSpec;
}

/**
 * Transforms every variable as a function of those before it and the context:
 *
 *     z_i = f(x_i; params_i),   params_i = network(x_0 .. x_(i-1), context),   logDet = sum_i ln f'(x_i; params_i),
 *
 * the network being masked so that one pass gives the parameters of all variables (Germain et al. 2015, MADE; Papamakarios et al. 2017,
 * MAF). `encode`, densities and training take that one pass. `decode` and samples take the variables one after the other: as many
 * products as the pass has, but each for the units of one variable alone, so that they run several times slower.
 *
 * A flow wants a permutation between such layers: the first variable depends on the context alone.
 *
 * @throws CoupletError USAGE for an unknown option; `flow` throws SPEC_INVALID for a conditioner whose units cannot be dealt out
 */
export const autoregressive: LayerFactory<AutoregressiveSpec, [options?: AutoregressiveOptions]> =
  declarePart(
    {
      kind: "autoregressive",
      fields: { transform: transforms.schema, conditioner: conditioners.schema },
      problems,
      describe: ({ transform, conditioner }) =>
        `autoregressive: each variable ${transforms.describe(transform)} given those before it, by ${conditioners.describe(conditioner)} (masked)`,
      title: ({ transform }) => `autoregressive (${transform.kind})`,
      keepsBox: ({ transform }, bound) => transforms.of(transform).keepsBox(transform, bound),
      sources: (_spec, dims) => range(dims).map((i) => range(i + 1)),
      encode,
      decode,
    },
    (options = {}) => {
      knowAutoregressive();
      requireOptions("autoregressive", options, { transform: true, conditioner: true });
      const { transform = affine(), conditioner = mlp() } = options;
      return { kind: "autoregressive", transform, conditioner };
    },
  );

/** Makes the layer known to the family of layers: to who checks specs, and to who computes with them. */
export function knowAutoregressive(): void {
  if (!layers.has("autoregressive")) layers.add({ autoregressive });
}

function problems({ transform, conditioner }: AutoregressiveSpec, place: PartPlace): Fault[] {
  const at = (key: string): PartPlace => ({ ...place, path: `${place.path}.${key}` });
  const found = [
    ...transforms.problems(transform, at("transform")),
    ...conditioners.problems(conditioner, at("conditioner")),
  ];
  if (transforms.of(transform).mixes === true)
    found.push({
      path: at("transform").path,
      expected: "a transform of each variable alone",
      received: `"${transform.kind}", which mixes variables`,
    });
  const { path } = at("conditioner");
  if (!isStaged(conditioner))
    found.push({
      path,
      expected: "mlp() or residualMlp(), whose units can be dealt out among the variables",
      received: `"${conditioner.kind}"`,
    });
  else if (conditioner.layerNorm)
    found.push({
      path: `${path}.layerNorm`,
      expected: "false: it would let every variable see all others",
      received: "true",
    });
  return found;
}

function isStaged(spec: ConditionerSpec): spec is StagedConditioner {
  return spec.kind === "mlp" || spec.kind === "residualMlp";
}

interface Made {
  readonly network: MaskedNetwork;
  /** The transform of so many variables. */
  readonly transform: (variables: number) => ReturnType<typeof transformOf>;
}

function made({ b, dims, context }: LayerContext, spec: AutoregressiveSpec): Made {
  const conditioner = spec.conditioner as StagedConditioner;
  const { path } = b;
  const about = { dims, context: context === undefined ? 0 : colsOf(context) };
  const parameters = transformOf(spec.transform, { variables: 1, features: 1, path }).parameters;
  const network = maskedNetwork(b, conditioner, about, parameters);
  const transform = (variables: number) =>
    transformOf(spec.transform, { variables, features: network.features, path });
  return { network, transform };
}

/** One pass for all variables. */
function encode(layer: LayerContext, state: State, spec: AutoregressiveSpec): LayerResult {
  const { b, dims, context } = layer;
  const x = merged(b, state, dims);
  const { network, transform } = made(layer, spec);
  const given = context === undefined ? [] : [context];
  const { value, logDet } = b.bijection(
    () => {
      const own = wholePass(b, network, concat(b, [...given, x]));
      const whole = transform(dims);
      // From a batch for each variable to parameter-major, as transforms take them.
      const picks = range(whole.parameters).flatMap((k) => range(dims).map((i) => [i, k] as const));
      return whole.encode(b, x, gather(b, own, picks));
    },
    (result) => ({
      input: x,
      output: result.value,
      given,
      decode: (_b, y, [seen]) =>
        inTurn(layer, { network, transform }, y, seen, { logDet: false }).value,
    }),
  );
  return { state: stateOf(value, dims), logDet };
}

/** One variable after the other. */
function decode(
  layer: LayerContext,
  state: State,
  spec: AutoregressiveSpec,
  { logDet: wanted }: { readonly logDet: boolean },
): LayerResult {
  const { b, dims, context } = layer;
  const y = merged(b, state, dims);
  const { value, logDet } = inTurn(layer, made(layer, spec), y, context, { logDet: wanted });
  return { state: stateOf(value, dims), logDet };
}

function inTurn(
  { b, dims }: LayerContext,
  { network, transform }: Made,
  y: Value,
  context: Value | undefined,
  options: { readonly logDet: boolean },
): { readonly value: Value; readonly logDet: Value | undefined } {
  const one = transform(1);
  const pass = stepPass(b, network, context, y);
  const known: Value[] = [];
  const logDets: (Value | undefined)[] = [];
  for (const i of range(dims)) {
    const { value, logDet } = one.decode(b, columns(b, y, [i]), pass.next(known), options);
    known.push(value);
    logDets.push(logDet);
  }
  return { value: concat(b, known), logDet: sumLogDets(b, logDets) };
}
