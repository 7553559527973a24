/** The network of a coupling on images: a conditioner that takes an image, a convolution of zeros, and its pixels as a transform's parameters. */
import { dense } from "../../../engine/build.ts";
import { convolution } from "../../../engine/build-more.ts";
import type { Grid } from "../../../engine/build.ts";
import { colsOf } from "../../../engine/value.ts";
import type { Value } from "../../../engine/value.ts";
import { gather, scatterColumns } from "../../../engine/ops/gather-columns/op.ts";
import { zeros } from "../../../engine/ops/zeros/op.ts";
import { CoupletError } from "../../../error.ts";
import { conditioners } from "../conditioner/conditioner.ts";
import { gridOf } from "../image-shape.ts";
import { range } from "../../state.ts";
import { transformOf } from "../transform/transform.ts";
import { addFromImages, headInit } from "./coupled.ts";
import type { MakeParameters } from "./coupled.ts";
import type { LayerContext } from "./layer-part.ts";

const parametersOfImage: MakeParameters = (layer, spec, { frozen, transformed }, frozenValue) => {
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
};

/** Makes couplings whose conditioner takes an image known to who emits couplings. */
export function knowCouplingsOfImages(): void {
  addFromImages(parametersOfImage);
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
