/** A coupling as it is emitted: the split, the conditioner on columns or on an image, the last layer of zeros, the transform. */
import { concat, convolution, dense } from "../../../engine/build.ts";
import type { Grid } from "../../../engine/build.ts";
import { colsOf } from "../../../engine/value.ts";
import type { GraphBuilder, Inverse } from "../../../engine/graph.ts";
import type { Init, Value } from "../../../engine/value.ts";
import { circleFeatures, FEATURES } from "../../../engine/ops/circle-features/op.ts";
import { gather, scatterColumns } from "../../../engine/ops/gather-columns/op.ts";
import { zeros } from "../../../engine/ops/zeros/op.ts";
import { CoupletError } from "../../../error.ts";
import { conditioners } from "../conditioner/conditioner.ts";
import type { ConditionerSpec } from "../conditioner/conditioner.ts";
import { gridOf } from "../image-shape.ts";
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
    const make = takesGrid ? parametersOfImage : parametersOfColumns;
    const { transform, params } = make(context, spec, split, frozenValue);
    const { value } = target;
    return { transform, params, target: value, result: apply(transform, value, params) };
  }, inverse);
  return {
    state: [...parts.slice(0, -1), { value: result.value, positions: transformed }],
    logDet: result.logDet,
  };
}

function headInit({ head }: CouplingParts): Init {
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

interface Parameters {
  readonly transform: Transform;
  readonly params: Value;
}

function parametersOfColumns(
  { b, shape, context, domains }: LayerContext,
  spec: CouplingParts,
  { frozen, transformed }: Split,
  frozenValue: Value | undefined,
): Parameters {
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
  // Weights and bias zero, unless asked for otherwise: the coupling is the identity at birth.
  const params = b.within("head", () =>
    dense(b, features, {
      outputs: transform.parameters * transformed.length,
      init: headInit(spec),
    }),
  );
  return { transform, params };
}

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

function parametersOfImage(
  layer: LayerContext,
  spec: CouplingParts,
  { frozen, transformed }: Split,
  frozenValue: Value | undefined,
): Parameters {
  const { b, shape } = layer;
  const [height, width, depth] = imageGrid(shape, b.path);
  const pixels = height * width;
  const { input, channels } = imageInput(layer, frozen, frozenValue);
  const place = {
    positions: frozen,
    shape,
    context: channels.context,
    grid: [height, width, channels.all] as const,
  };
  const features = b.within("conditioner", () =>
    conditioners.of(spec.conditioner).build(b, input, spec.conditioner, place),
  );
  const featureChannels = colsOf(features) / pixels;
  const transform = transformOf(spec.transform, {
    variables: transformed.length,
    features: featureChannels,
    path: b.path,
  });
  const moving = channelsOf(transformed, shape) ?? range(depth);
  const outputs = transform.parameters * moving.length;
  const image = b.within("head", () =>
    convolution(b, features, {
      grid: [height, width, featureChannels],
      outputs,
      init: headInit(spec),
    }),
  );
  // From channels last to parameter-major, as transforms take them.
  const params = gather(
    b,
    [image],
    range(transform.parameters).flatMap((k) =>
      transformed.map((p) => {
        const c = moving.indexOf(p % depth);
        return [0, Math.floor(p / depth) * outputs + k * moving.length + c] as const;
      }),
    ),
  );
  return { transform, params };
}

/** Throws SPEC_INVALID where a conditioner of images stands in a flow of other rows. */
function imageGrid(shape: readonly number[], path: string): Grid {
  const grid = gridOf(shape);
  if (grid !== undefined) return grid;
  throw new CoupletError({
    code: "SPEC_INVALID",
    where: `spec.${path}.conditioner`,
    expected: "images (a shape of height, width and channels) for a conditioner with grid: true",
    received: `[${shape.join(", ")}]`,
  });
}

/** The channels that positions are, when they are the same channels of every pixel. */
function channelsOf(positions: readonly number[], shape: readonly number[]): number[] | undefined {
  const [height, width, depth] = gridOf(shape)!;
  const channels = positions.filter((p) => p < depth);
  const isRegular =
    positions.length === height * width * channels.length &&
    positions.every(
      (p, i) => p === Math.floor(i / channels.length) * depth + channels[i % channels.length]!,
    );
  return isRegular ? channels : undefined;
}

/** Channels that a context is spread out to. */
const CONTEXT_CHANNELS = 4;

/** The image that a conditioner sees: what is frozen, an image beside it, and the context as an image. */
function imageInput(
  { b, shape, context, image, dims }: LayerContext,
  frozen: readonly number[],
  frozenValue: Value | undefined,
) {
  const [height, width, depth] = gridOf(shape)!;
  const pixels = height * width;
  const parts: Value[] = [];
  if (frozenValue !== undefined) {
    const isCompact = channelsOf(frozen, shape) !== undefined;
    parts.push(isCompact ? frozenValue : spreadOut(b, frozenValue, frozen, dims));
  } else parts.push(b.emitOne(zeros, [], { cols: pixels * depth }));
  if (image !== undefined) parts.push(image);
  let given = 0;
  if (context !== undefined) {
    given = Math.min(CONTEXT_CHANNELS, colsOf(context));
    const outputs = pixels * given;
    parts.push(b.within("context", () => dense(b, context, { outputs, init: { kind: "glorot" } })));
  }
  const input = parts.length === 1 ? parts[0]! : besideChannels(b, parts, pixels);
  return { input, channels: { all: colsOf(input) / pixels, context: given } };
}

/** The frozen variables at their positions in the image, and zeros elsewhere. */
function spreadOut(
  b: LayerContext["b"],
  value: Value,
  positions: readonly number[],
  dims: number,
): Value {
  const columns = Array.from({ length: dims }, () => -1);
  for (const [i, p] of positions.entries()) columns[p] = i;
  return b.emitOne(scatterColumns, [value], { cols: dims, columns });
}

/** Images of one height and width with their channels side by side. */
function besideChannels(b: LayerContext["b"], images: readonly Value[], pixels: number): Value {
  const depths = images.map((image) => colsOf(image) / pixels);
  return gather(
    b,
    images,
    range(pixels).flatMap((pixel) =>
      depths.flatMap((depth, source) =>
        range(depth).map((c) => [source, pixel * depth + c] as const),
      ),
    ),
  );
}
