import * as v from "valibot";
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { dequantise as dequantiseOp, quantise } from "../../../engine/ops/dequantise/op.ts";
import { scale as scaleOp } from "../../../engine/ops/elementwise/op.ts";
import { gaussianLogProb } from "../../../engine/ops/gaussian-base/op.ts";
import { logitDecode, logitEncode } from "../../../engine/ops/logit/op.ts";
import { noise } from "../../../engine/ops/noise/op.ts";
import { scalePerRow, sumPerRow } from "../../../engine/ops/sum-per-row/op.ts";
import { zeros } from "../../../engine/ops/zeros/op.ts";
import { checkOptions } from "../../../options.ts";
import { conditioners } from "../conditioner/conditioner.ts";
import type { ConditionerSpec } from "../conditioner/conditioner.ts";
import { count } from "../fields.ts";
import { imageProblems } from "../image-shape.ts";
import { checkerboard } from "../mask/index.ts";
import { declarePart } from "../part.ts";
import { merged, range, stateOf } from "../../state.ts";
import { affine } from "../transform/index.ts";
import { decodeCoupling, encodeCoupling } from "./coupled.ts";
import type { LayerContext, LayerFactory } from "./layer-part.ts";

/** Integers 0 to levels - 1 with noise, as the first layer of a flow. */
export interface DequantiseSpec {
  readonly kind: "dequantise";
  readonly levels: number;
  /** a of the logit of a + (1 - 2a) v / levels; 0 for v / levels - 1/2. */
  readonly logit: number;
  /** Couplings of the flow of the noise; 0 for uniform noise. */
  readonly couplings: number;
  /** Their networks; null for uniform noise. */
  readonly conditioner: ConditionerSpec | null;
}

/** Options of {@link dequantise}. */
export interface DequantiseOptions {
  /** Number of values: 256 for bytes, 2^n for n bits. Default 256. */
  readonly levels?: number;
  /** a in (0, 1/2) takes the logit of a + (1 - 2a) v / levels (Dinh et al. 2017, section 4.1, with a symmetric margin). Default 0: none. */
  readonly logit?: number;
  /** Variational dequantisation (Ho et al. 2019, section 3.1): the noise of an image comes from a flow of its own. Default: uniform noise. */
  readonly variational?: {
    /** Couplings, checkerboards in turn. Default 4. */
    readonly couplings?: number;
    /** Sees the frozen noise beside the image. */
    readonly conditioner: ConditionerSpec;
  };
}

/** Noise of a variational flow stays so far from the edges of its step. */
const MARGIN = 2 ** -17;

/**
 * Uniform noise stays so far from the edges of its step that an image comes back from its latent row: float32 loses a few parts in 10^7 of a
 * value on its way there and back, which are 10^-4 of a step of 1 / 256. The mean over the noise changes by less than a part in 10^5.
 */
const UNIFORM_MARGIN = 2 ** -9;

/**
 * Integers x become v = x + u with noise u in (0, 1), and y = v / levels - 1/2 or a logit of it. The log-density of a row is then
 * log p(y) + log|dy/dv| - log q(u | x), whose mean over the noise bounds log P(x) from below; `bitsPerDim` tightens it. Uniform noise
 * is (k + 1/2) / 2^15, at least 2^-9 from the edges, so that x + u is exact in float32 and never on an edge, and images come back.
 * Decoding rounds down to the integer.
 */
export const dequantise: LayerFactory<DequantiseSpec, [options?: DequantiseOptions]> = declarePart(
  {
    kind: "dequantise",
    fields: {
      levels: count(2, 65_536),
      logit: v.pipe(v.number(), v.minValue(0), v.ltValue(0.5)),
      couplings: count(0, 1000),
      conditioner: v.nullable(conditioners.schema),
    },
    problems({ conditioner, couplings }, place) {
      const faults = [];
      if (!place.path.endsWith(".layers[0]"))
        faults.push({
          path: place.path,
          expected: "a dequantisation in front of all other layers",
          received: "one behind others",
        });
      if ((conditioner === null) !== (couplings === 0))
        faults.push({
          path: `${place.path}.couplings`,
          expected: "couplings with a conditioner, or neither",
          received: `${couplings} couplings ${conditioner === null ? "without" : "with"} one`,
        });
      if (conditioner === null) return faults;
      const path = `${place.path}.conditioner`;
      return [
        ...faults,
        ...imageProblems(place, "variational dequantisation"),
        ...conditioners.problems(conditioner, { ...place, path }),
      ];
    },
    describe: ({ levels, logit, couplings }) =>
      `dequantisation of ${levels} levels, ${couplings === 0 ? "uniform noise" : `noise by ${couplings} couplings`}` +
      (logit === 0 ? "" : `, logit with margin ${logit}`),
    title: () => "dequantise",
    // v / levels - 1/2 fills the box of bound 1/2; logits lie within one of bound ln((1 - a) / a), and nothing beyond them is an image.
    keepsBox: ({ logit }, bound) =>
      logit === 0 ? bound === 0.5 : bound > Math.log((1 - logit) / logit),
    levels: ({ levels }) => levels,
    sources: (_spec, dims) => range(dims).map((i) => [i]),
    encode(context, state, spec) {
      const { b, dims } = context;
      const x = merged(b, state, dims);
      const { u, logDet: fromNoise } = noiseOf(context, spec, x);
      const { y, logDet } = scaled(b, spec, dims, x, u);
      return { state: stateOf(y, dims), logDet: plus(b, logDet, fromNoise) };
    },
    decode(context, state, spec, { logDet: wanted }) {
      const { b, dims } = context;
      const { scale, offset } = unitsOf(spec);
      const y = merged(b, state, dims);
      const [p, fromLogit] =
        spec.logit === 0
          ? [y, undefined]
          : b.emit(logitDecode, [y], { variables: dims, margin: 0 });
      const attrs = { variables: dims, scale, offset };
      const x = b.emitOne(quantise, [p!], { ...attrs, most: spec.levels - 1 });
      const result = { state: stateOf(x, dims), logDet: undefined };
      if (!wanted) return result;
      // u = (p - offset) / scale - x: the noise that the values have.
      const less = b.emitOne(scaleOp, [x], { factor: -scale });
      const [u] = b.emit(dequantiseOp, [p!, less], {
        variables: dims,
        scale: 1 / scale,
        offset: -offset / scale,
      });
      const own = b.emit(dequantiseOp, [x, u!], attrs)[1]!;
      const fromNoise = noiseDensity(context, spec, x, u!);
      return { ...result, logDet: plus(b, plus(b, own, fromLogit), fromNoise) };
    },
  },
  (options = {}) => {
    checkOptions("dequantise", options, { levels: 0, logit: 0, variational: true });
    const { levels = 256, logit = 0, variational } = options;
    if (variational !== undefined)
      checkOptions("dequantise: variational", variational, { couplings: 0, conditioner: true });
    const couplings = variational === undefined ? 0 : (variational.couplings ?? 4);
    const conditioner = variational?.conditioner ?? null;
    return { kind: "dequantise", levels, logit, couplings, conditioner };
  },
);

/** p = scale (x + u) + offset: what the flow, or the logit, takes. */
export function unitsOf({ levels, logit }: DequantiseSpec): {
  readonly scale: number;
  readonly offset: number;
} {
  return logit === 0
    ? { scale: 1 / levels, offset: -0.5 }
    : { scale: (1 - 2 * logit) / levels, offset: logit };
}

function scaled(b: GraphBuilder, spec: DequantiseSpec, dims: number, x: Value, u: Value) {
  const attrs = { variables: dims, ...unitsOf(spec) };
  const [p, own] = b.emit(dequantiseOp, [x, u], attrs);
  if (spec.logit === 0) return { y: p!, logDet: own! };
  const [y, fromLogit] = b.emit(logitEncode, [p!], { variables: dims });
  return { y: y!, logDet: plus(b, own!, fromLogit) };
}

/** Noise of the rows' images and -log q(u | x), which is 0 for uniform noise. */
function noiseOf(context: LayerContext, spec: DequantiseSpec, x: Value) {
  const { b, dims } = context;
  if (spec.conditioner === null) {
    const attrs = {
      variables: dims,
      kind: "bins",
      bound: UNIFORM_MARGIN,
      df: 0,
      learnedDf: false,
    } as const;
    return { u: b.emitOne(noise, [], attrs), logDet: undefined };
  }
  return variationalNoise(context, spec, x);
}

function variationalNoise(context: LayerContext, spec: DequantiseSpec, x: Value) {
  const { b, dims } = context;
  const normal = { variables: dims, kind: "gaussian", bound: 0, df: 0, learnedDf: false } as const;
  const eps = b.emitOne(noise, [], normal);
  const inner = { ...context, image: imageOf(b, spec, dims, x) };
  let state = stateOf(eps, dims);
  let logDet = b.emitOne(scalePerRow, [b.emitOne(gaussianLogProb, [eps], { variables: dims })], {
    factor: -1,
  });
  for (let i = 0; i < spec.couplings; i++) {
    const result = b.within(`noise${i}`, () => encodeCoupling(inner, state, partsOf(spec, i)));
    state = result.state;
    logDet = plus(b, logDet, result.logDet);
  }
  const r = merged(b, state, dims);
  const [u, toLogit] = b.emit(logitDecode, [r], { variables: dims, margin: MARGIN });
  return { u: u!, logDet: plus(b, logDet, b.emitOne(scalePerRow, [toLogit!], { factor: -1 })) };
}

/** -log q(u | x) of noise that is given; undefined for uniform noise. */
function noiseDensity(context: LayerContext, spec: DequantiseSpec, x: Value, u: Value) {
  if (spec.conditioner === null) return undefined;
  const { b, dims } = context;
  const inner = { ...context, image: imageOf(b, spec, dims, x) };
  const [r, toLogit] = b.emit(logitEncode, [u], { variables: dims });
  let state = stateOf(r!, dims);
  let logDet = b.emitOne(scalePerRow, [toLogit!], { factor: -1 });
  for (let i = spec.couplings - 1; i >= 0; i--) {
    const result = b.within(`noise${i}`, () =>
      decodeCoupling(inner, state, partsOf(spec, i), { logDet: true }),
    );
    state = result.state;
    logDet = plus(b, logDet, result.logDet);
  }
  const eps = merged(b, state, dims);
  const density = b.emitOne(gaussianLogProb, [eps], { variables: dims });
  return plus(b, logDet, b.emitOne(scalePerRow, [density], { factor: -1 }));
}

function partsOf({ conditioner }: DequantiseSpec, i: number) {
  return { mask: checkerboard(i), transform: affine(), conditioner: conditioner! };
}

/** The image within +-1/2, for the networks of the noise. */
function imageOf(b: GraphBuilder, { levels }: DequantiseSpec, dims: number, x: Value): Value {
  const none = b.emitOne(zeros, [], { cols: dims });
  const attrs = { variables: dims, scale: 1 / levels, offset: 0.5 / levels - 0.5 };
  return b.emit(dequantiseOp, [x, none], attrs)[0]!;
}

function plus(b: GraphBuilder, a: Value, c: Value | undefined): Value {
  return c === undefined ? a : b.emitOne(sumPerRow, [a, c], {});
}
