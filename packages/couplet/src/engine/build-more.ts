/** Building blocks that few conditioners are made of: convolutions and products. Flows of columns load without them (see `build.ts`). */
import { usualInit } from "./build.ts";
import type { Grid } from "./build.ts";
import type { GraphBuilder } from "./graph.ts";
import type { Init, Value } from "./value.ts";
import { conv2d } from "./ops/conv2d/op.ts";
import { multiply, scale, sigmoidGate } from "./ops/elementwise/op.ts";
import { linear } from "./ops/linear/op.ts";
import type { Activation } from "./ops/linear/op.ts";

/**
 * A convolution of stride 1 with zeros around the image: act(x * W + b), from the grid's channels to `outputs` channels. A 3 x 3
 * kernel is a parameter of 9 inputs x outputs (`ops/conv2d/op.ts`), a 1 x 1 kernel one of inputs x outputs.
 */
export function convolution(
  b: GraphBuilder,
  x: Value,
  options: {
    readonly grid: Grid;
    readonly outputs: number;
    /** Width of the kernel. Default 3. */
    readonly size?: 1 | 3;
    readonly activation?: Activation;
    /** How the weights start; the bias starts at zero. Default as in `dense`. */
    readonly init?: Init;
  },
): Value {
  const { grid, outputs, size = 3, activation = "none" } = options;
  const [height, width, inputs] = grid;
  const init = options.init ?? usualInit(activation);
  const weight = b.parameter("weight", size * size * inputs, outputs, { init, decay: true });
  const bias = b.parameter("bias", 1, outputs, { init: { kind: "zeros" }, decay: false });
  return size === 1
    ? b.emit(linear, [x, weight, bias], { inputs, outputs, activation, pixels: height * width })[0]!
    : b.emit(conv2d, [x, weight, bias], { height, width, inputs, outputs, activation })[0]!;
}

/** x y, entry by entry, of the same width. */
export function product(b: GraphBuilder, x: Value, y: Value): Value {
  return b.emitOne(multiply, [x, y], {});
}

/** factor x. */
export function scaled(b: GraphBuilder, x: Value, factor: number): Value {
  return b.emitOne(scale, [x], { factor });
}

/** x sigmoid(y), entry by entry: a gated linear unit (Dauphin et al. 2017, eq. 1). */
export function gated(b: GraphBuilder, x: Value, y: Value): Value {
  return b.emitOne(sigmoidGate, [x, y], {});
}
