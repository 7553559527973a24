/**
 * Building blocks for conditioners, the library's own and users': functions from values to values. Those that few conditioners are made
 * of lie in `build-more.ts`.
 * Parameters are named by the path they are made under (`b.within("name", () => ...)`).
 */
import { colsOf } from "./value.ts";
import type { GraphBuilder } from "./graph.ts";
import type { Init, Value } from "./value.ts";
import { activation as activationOp } from "./ops/activation/op.ts";
import { add } from "./ops/add/op.ts";
import { dropout as dropoutOp } from "./ops/dropout/op.ts";
import { concatenate, gather } from "./ops/gather-columns/op.ts";
import { layerNorm as layerNormOp } from "./ops/layer-norm/op.ts";
import { linear } from "./ops/linear/op.ts";
import type { Activation } from "./ops/linear/op.ts";
import { sumPerRow } from "./ops/sum-per-row/op.ts";

/** act(x W + b), x rows x inputs, W inputs x outputs. He weights for ReLU-like activations, Glorot otherwise. */
export function dense(
  b: GraphBuilder,
  x: Value,
  options: {
    readonly outputs: number;
    readonly activation?: Activation;
    /** How the weights start; the bias starts at zero. */
    readonly init?: Init;
  },
): Value {
  const inputs = colsOf(x);
  const { outputs } = options;
  const activation = options.activation ?? "none";
  const init = options.init ?? usualInit(activation);
  const weight = b.parameter("weight", inputs, outputs, { init, decay: true });
  const bias = b.parameter("bias", 1, outputs, { init: { kind: "zeros" }, decay: false });
  return b.emit(linear, [x, weight, bias], { inputs, outputs, activation })[0]!;
}

/** He weights for ReLU-like activations, Glorot otherwise. */
export function usualInit(activation: Activation): Init {
  const reluLike = activation === "relu" || activation === "gelu" || activation === "silu";
  return { kind: reluLike ? "he" : "glorot" };
}

/** An activation by itself. */
export function activate(b: GraphBuilder, x: Value, activation: Activation): Value {
  return activation === "none" ? x : b.emitOne(activationOp, [x], { activation });
}

/** x + y, of the same width. */
export function sum(b: GraphBuilder, x: Value, y: Value): Value {
  return b.emitOne(add, [x, y], {});
}

/** Batches side by side. */
export function concat(b: GraphBuilder, values: readonly Value[]): Value {
  return concatenate(b, values);
}

/** Some columns of a batch, each at most once, in this order. */
export function columns(b: GraphBuilder, x: Value, which: readonly number[]): Value {
  return gather(
    b,
    [x],
    which.map((column) => [0, column]),
  );
}

/** Log-determinants added up, one number per row; `undefined` stands for 0. */
export function sumLogDets(
  b: GraphBuilder,
  logDets: readonly (Value | undefined)[],
): Value | undefined {
  const present = logDets.filter((value) => value !== undefined);
  return present.length < 2 ? present[0] : b.emitOne(sumPerRow, present, {});
}

/** Axes of an image in a row: height, width, channels; stored row by row, channels last. */
export type Grid = readonly [height: number, width: number, channels: number];

/**
 * Layer normalisation over columns with learned gain and bias (Ba et al. 2016, eq. 4); with `grid`, over the channels of each pixel,
 * which share gain and bias.
 */
export function layerNorm(b: GraphBuilder, x: Value, grid?: Grid): Value {
  const pixels = grid === undefined ? 1 : grid[0] * grid[1];
  const cols = colsOf(x) / pixels;
  return b.within("norm", () => {
    const gain = b.parameter("gain", 1, cols, {
      init: { kind: "constant", value: 1 },
      decay: false,
    });
    const bias = b.parameter("bias", 1, cols, { init: { kind: "zeros" }, decay: false });
    return b.emitOne(layerNormOp, [x, gain, bias], { columns: cols, pixels });
  });
}

/** In training, drops each value with probability `rate` and scales the others by 1 / (1 - rate). */
export function dropout(b: GraphBuilder, x: Value, rate: number): Value {
  // Each call gets its own stream of random numbers: the number of nodes so far.
  return rate === 0
    ? x
    : b.emitOne(dropoutOp, [x], { columns: colsOf(x), rate, layer: b.nodes.length });
}
