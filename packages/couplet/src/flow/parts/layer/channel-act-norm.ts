import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { actNormDecode, actNormEncode } from "../../../engine/ops/act-norm/op.ts";
import { merged, range, stateOf } from "../../state.ts";
import { gridOf, imageProblems } from "../image-shape.ts";
import { declarePart } from "../part.ts";
import type { LayerFactory } from "./layer-part.ts";

/** y = exp(logScale_c) (x + shift_c) at every pixel, set from the first data so that every channel has mean 0 and variance 1. */
export interface ChannelActNormSpec {
  readonly kind: "channelActNorm";
}

/**
 * A learned scale and shift per channel of an image, set from the data at the start (Kingma & Dhariwal 2018, 3.1);
 * logDet = height width sum logScale.
 */
export const channelActNorm: LayerFactory<ChannelActNormSpec, []> = declarePart(
  {
    kind: "channelActNorm",
    fields: {},
    problems: (_spec, place) => imageProblems(place, "channelActNorm"),
    describe: () => "actNorm of channels",
    title: () => "channelActNorm",
    keepsBox: () => false,
    sources: (_spec, dims) => range(dims).map((i) => [i]),
    encode({ b, dims, shape }, state) {
      const x = merged(b, state, dims);
      const [y, logDet] = b.bijection(() =>
        b.emit(actNormEncode, [x, ...parameters(b, shape)], attrsOf(shape)),
      );
      return { state: stateOf(y!, dims), logDet };
    },
    decode({ b, dims, shape }, state, _spec, { logDet: wanted }) {
      const y = merged(b, state, dims);
      const attrs = { ...attrsOf(shape), logDet: wanted };
      const [x, logDet] = b.emit(actNormDecode, [y, ...parameters(b, shape)], attrs);
      return { state: stateOf(x!, dims), logDet };
    },
  },
  () => ({ kind: "channelActNorm" }),
);

function attrsOf(shape: readonly number[]): { variables: number; pixels: number } {
  const [height, width, channels] = gridOf(shape)!;
  return { variables: channels, pixels: height * width };
}

function parameters(b: GraphBuilder, shape: readonly number[]): Value[] {
  return ["shift", "logScale"].map((name) =>
    b.parameter(name, 1, shape[2]!, { init: { kind: "zeros" }, decay: false }),
  );
}
