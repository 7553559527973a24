import * as v from "valibot";
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { luDecode, luEncode } from "../../../engine/ops/lu/op.ts";
import { requireOptions } from "../../../options.ts";
import { shuffled } from "../../../random/shuffle.ts";
import { seed } from "../fields.ts";
import { gridOf, imageProblems } from "../image-shape.ts";
import { declarePart } from "../part.ts";
import { merged, range, stateOf } from "../../state.ts";
import type { State } from "../../state.ts";
import type { LayerContext, LayerFactory } from "./layer-part.ts";

/** The channels of every pixel in a fixed random order, and with `learned` mapped by one LU-decomposed matrix. */
export interface InvertibleConvolutionSpec {
  readonly kind: "invertibleConvolution";
  readonly seed: number;
  readonly learned: boolean;
}

/** Options of {@link invertibleConvolution}. */
export interface InvertibleConvolutionOptions {
  /** Of the order of the channels. */
  readonly seed: number;
  /** Adds a learned matrix; without it channels only change places. Default true. */
  readonly learned?: boolean;
}

/**
 * An invertible 1 x 1 convolution W = L U P (Kingma & Dhariwal 2018, eq. 10): P a fixed random permutation of the channels, L unit lower
 * and U upper triangular with positive diagonal, the identity at birth; logDet = height width sum log diag U. No free matrix: those
 * become singular in training.
 */
export const invertibleConvolution: LayerFactory<
  InvertibleConvolutionSpec,
  [options: InvertibleConvolutionOptions]
> = declarePart(
  {
    kind: "invertibleConvolution",
    fields: { seed, learned: v.boolean() },
    problems: (_spec, place) => imageProblems(place, "an invertible convolution"),
    describe: (spec) =>
      `${spec.learned ? "invertible 1 x 1 convolution" : "permutation of channels"} (seed ${spec.seed})`,
    title: () => "invertibleConvolution",
    keepsBox: ({ learned }) => !learned,
    sources({ seed: number, learned }, dims, shape) {
      const depth = shape[2]!;
      const order = shuffled(depth, number);
      return range(dims).map((i) => {
        const pixel = i - (i % depth);
        return learned ? range(depth).map((c) => pixel + c) : [pixel + order[i % depth]!];
      });
    },
    encode(context, state, spec) {
      const order = shuffled(context.shape[2]!, spec.seed);
      const target = new Int32Array(order.length);
      for (let to = 0; to < order.length; to++) target[order[to]!] = to;
      const moved = renamed(state, context, target);
      if (!spec.learned) return { state: moved, logDet: undefined };
      const { b, dims, shape } = context;
      const x = merged(b, moved, dims);
      const [y, logDet] = b.bijection(() =>
        b.emit(luEncode, [x, ...parameters(b, shape)], attrsOf(shape)),
      );
      return { state: stateOf(y!, dims), logDet };
    },
    decode(context, state, spec, { logDet: wanted }) {
      const { b, dims, shape } = context;
      const order = shuffled(shape[2]!, spec.seed);
      if (!spec.learned) return { state: renamed(state, context, order), logDet: undefined };
      const attrs = { ...attrsOf(shape), logDet: wanted };
      const y = merged(b, state, dims);
      const [x, logDet] = b.emit(luDecode, [y, ...parameters(b, shape)], attrs);
      return { state: renamed(stateOf(x!, dims), context, order), logDet };
    },
  },
  (options) => {
    requireOptions("invertibleConvolution", options, { seed: 0, learned: false });
    return {
      kind: "invertibleConvolution",
      seed: options.seed,
      learned: options.learned ?? true,
    };
  },
);

/** Channel c of every pixel becomes channel `target[c]`. */
function renamed(
  state: State,
  { shape }: Pick<LayerContext, "shape">,
  target: ArrayLike<number>,
): State {
  const channels = shape[2]!;
  return state.map(({ value, positions }) => ({
    value,
    positions: positions.map((p) => p - (p % channels) + target[p % channels]!),
  }));
}

function attrsOf(shape: readonly number[]): { variables: number; pixels: number } {
  const [height, width, channels] = gridOf(shape)!;
  return { variables: channels, pixels: height * width };
}

function parameters(b: GraphBuilder, shape: readonly number[]): Value[] {
  const n = shape[2]!;
  const zeros = { kind: "zeros" } as const;
  return [
    b.parameter("lower", n, n, { init: zeros, decay: false }),
    b.parameter("upper", n, n, { init: zeros, decay: false }),
    b.parameter("logDiagonal", 1, n, { init: zeros, decay: false }),
    b.parameter("bias", 1, n, { init: zeros, decay: false }),
  ];
}
