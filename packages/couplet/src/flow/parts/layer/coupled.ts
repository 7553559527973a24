/** A coupling as it is emitted: the split, the conditioner on columns (or on an image: `coupled-image.ts`), the last layer of zeros, the transform. */
import { concat, dense } from "../../../engine/build.ts";
import { colsOf } from "../../../engine/value.ts";
import type { GraphBuilder, Inverse } from "../../../engine/graph.ts";
import type { Init, Value } from "../../../engine/value.ts";
import { circleFeatures, FEATURES } from "../../../engine/ops/circle-features/op.ts";
import { gather } from "../../../engine/ops/gather-columns/op.ts";
import { zeros } from "../../../engine/ops/zeros/op.ts";
import { conditioners } from "../conditioner/conditioner.ts";
import type { ConditionerSpec } from "../conditioner/conditioner.ts";
import { gridOf } from "../image-shape.ts";
import { notLoaded } from "../family.ts";
import { splitByMask } from "../mask/mask.ts";
import type { MaskSpec, Split } from "../mask/mask.ts";
import { range, regroup } from "../../state.ts";
import type { State } from "../../state.ts";
import type { Transform, TransformedValue } from "../transform/transform-part.ts";
import { transformOf, transforms } from "../transform/transform.ts";
import type { TransformSpec } from "../transform/transform.ts";
import type { LayerContext, LayerResult, Sources } from "./layer-part.ts";

/** What a coupling is made of. */
export interface CouplingParts {
  readonly mask: MaskSpec;
  readonly transform: TransformSpec;
  readonly conditioner: ConditionerSpec;
  /** How the last layer of the network starts. Zeros when missing: the identity. */
  readonly head?: "glorot" | "zero" | undefined;
}

type Apply = (transform: Transform, value: Value, params: Value) => TransformedValue;

interface Coupled {
  readonly transform: Transform;
  readonly params: Value;
  readonly target: Value;
  readonly result: TransformedValue;
}

/** Data to latent: the frozen part stays, the other is transformed as a function of it. */
export function encodeCoupling(
  context: LayerContext,
  state: State,
  spec: CouplingParts,
): LayerResult {
  const encode: Apply = (transform, x, params) => transform.encode(context.b, x, params);
  return couple(context, state, spec, encode, ({ transform, params, target, result }) => ({
    input: target,
    output: result.value,
    given: [params],
    decode: (b, y, [given]) => transform.decode(b, y, given!, { logDet: false }).value,
  }));
}

/** Latent to data. */
export function decodeCoupling(
  context: LayerContext,
  state: State,
  spec: CouplingParts,
  { logDet }: { readonly logDet: boolean },
): LayerResult {
  return couple(context, state, spec, (transform, y, params) =>
    transform.decode(context.b, y, params, { logDet }),
  );
}

/** Both directions: only the elementwise map differs, since the conditioner sees the frozen part. */
function couple(
  context: LayerContext,
  state: State,
  spec: CouplingParts,
  apply: Apply,
  inverse?: (coupled: Coupled) => Inverse,
): LayerResult {
  const { b, dims, shape } = context;
  const split = splitByMask(spec.mask, dims, shape);
  const { frozen, transformed } = split;
  // Nothing left to transform (an explicit mask may say so in one dimension): the identity.
  if (transformed.length === 0) return { state, logDet: undefined };
  const parts = regroup(b, state, [frozen, transformed]);
  const target = parts.at(-1)!;
  const frozenValue = frozen.length === 0 ? undefined : parts[0]!.value;
  const { result } = b.bijection((): Coupled => {
    const part = conditioners.of(spec.conditioner);
    const takesGrid = part.takesGrid?.(spec.conditioner, `${b.path}.conditioner`) ?? false;
    const make = takesGrid ? fromImages : parametersOfColumns;
    if (make === undefined) return notLoaded(spec.conditioner);
    const { transform, params } = make(context, spec, split, frozenValue);
    const { value } = target;
    return { transform, params, target: value, result: apply(transform, value, params) };
  }, inverse);
  return {
    state: [...parts.slice(0, -1), { value: result.value, positions: transformed }],
    logDet: result.logDet,
  };
}

/** How the network's last layer starts: weights and bias zero, unless asked for otherwise, so that the coupling is the identity at birth. */
export function headInit({ head }: CouplingParts): Init {
  return { kind: head === "glorot" ? "glorot" : "zeros" };
}

/** Which positions each position depends on: itself and what is frozen, within the network's reach where it takes an image. */
export function couplingSources(
  { mask, transform, conditioner }: CouplingParts,
  dims: number,
  shape: readonly number[],
): Sources {
  const { frozen, transformed } = splitByMask(mask, dims, shape);
  const moves = new Set(transformed);
  const mixes = transforms.of(transform).mixes === true;
  const reach = reachOf(conditioner);
  return range(dims).map((i) => {
    if (!moves.has(i)) return [i];
    const seen = reach === Infinity ? frozen : frozen.filter((j) => within(reach, i, j, shape));
    return [...(mixes ? transformed : [i]), ...seen].sort((p, q) => p - q);
  });
}

/** Pixels away from a pixel that a coupling's parameters depend on; the last convolution adds one. */
export function reachOf(conditioner: ConditionerSpec): number {
  const part = conditioners.of(conditioner);
  if (part.takesGrid?.(conditioner, "conditioner") !== true) return Infinity;
  return 1 + (part.radius?.(conditioner) ?? 0);
}

function within(reach: number, i: number, j: number, shape: readonly number[]): boolean {
  const [, width, depth] = gridOf(shape)!;
  const [a, c] = [Math.floor(i / depth), Math.floor(j / depth)];
  return (
    Math.abs(Math.floor(a / width) - Math.floor(c / width)) <= reach &&
    Math.abs((a % width) - (c % width)) <= reach
  );
}

/** Emits the network of a coupling from what is frozen: the transform, and its parameters. */
export type MakeParameters = (
  layer: LayerContext,
  spec: CouplingParts,
  split: Split,
  frozenValue: Value | undefined,
) => { readonly transform: Transform; readonly params: Value };

/** For conditioners of images, which come with the parts that few flows have. */
let fromImages: MakeParameters | undefined;

/** Makes couplings of images known. */
export function addFromImages(make: MakeParameters): void {
  fromImages = make;
}

const parametersOfColumns: MakeParameters = (
  { b, shape, context, domains },
  spec,
  { frozen, transformed },
  frozenValue,
) => {
  const seen = seenVariables(b, frozen, frozenValue, domains);
  const inputs = [seen.value, context].filter((value) => value !== undefined);
  const input = inputs.length === 0 ? b.emitOne(zeros, [], { cols: 0 }) : concat(b, inputs);
  const given = context === undefined ? 0 : colsOf(context);
  const features = b.within("conditioner", () =>
    conditioners
      .of(spec.conditioner)
      .build(b, input, spec.conditioner, { positions: seen.positions, shape, context: given }),
  );
  const transform = transformOf(spec.transform, {
    variables: transformed.length,
    features: colsOf(features),
    path: b.path,
    domains: domains && transformed.map((p) => domains[p]!),
  });
  const params = b.within("head", () =>
    dense(b, features, {
      outputs: transform.parameters * transformed.length,
      init: headInit(spec),
    }),
  );
  return { transform, params };
};

/** What a network sees of the frozen variables: angles as cosines and sines, which are the same on both sides of the cut. */
function seenVariables(
  b: GraphBuilder,
  frozen: readonly number[],
  value: Value | undefined,
  domains: LayerContext["domains"],
): { readonly value: Value | undefined; readonly positions: readonly number[] } {
  const columns = [...frozen.keys()];
  const angles = columns.filter((j) => domains?.[frozen[j]!] === "circle");
  if (value === undefined || angles.length === 0) return { value, positions: frozen };
  const others = columns.filter((j) => !angles.includes(j));
  const pick = (list: readonly number[]) =>
    gather(
      b,
      [value],
      list.map((j) => [0, j] as const),
    );
  const features = b.emitOne(circleFeatures, [pick(angles)], { variables: angles.length });
  const places = (list: readonly number[]) => list.map((j) => frozen[j]!);
  return {
    value: others.length === 0 ? features : concat(b, [pick(others), features]),
    positions: [
      ...places(others),
      ...Array.from({ length: FEATURES }, () => places(angles)).flat(),
    ],
  };
}
