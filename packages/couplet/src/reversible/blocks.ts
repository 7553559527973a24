/** The functions F and G inside additive couplings. Their last layer starts at zero, so that a fresh coupling changes nothing. */
import { activate, layerNorm, sum } from "../engine/build.ts";
import { convolution } from "../engine/build-more.ts";
import type { Grid } from "../engine/build.ts";
import type { GraphBuilder } from "../engine/graph.ts";
import type { Value } from "../engine/value.ts";
import type { DenseBlock, StageSpec } from "./spec.ts";

/** Half a state to a value of the same shape. */
export function blockOf(b: GraphBuilder, x: Value, grid: Grid, block: StageSpec["block"]): Value {
  return block.kind === "residual" ? residual(b, x, grid) : dense(b, x, grid, block);
}

/** relu(norm(x)): layer norm over the channels of each pixel. */
export function normalised(b: GraphBuilder, x: Value, grid: Grid): Value {
  return activate(b, layerNorm(b, x, grid), "relu");
}

/** K2 relu(norm(K1 relu(norm(x)))), He et al. 2016 (full pre-activation). */
function residual(b: GraphBuilder, x: Value, grid: Grid): Value {
  const outputs = grid[2];
  const h = b.within("first", () =>
    convolution(b, normalised(b, x, grid), { grid, outputs, init: { kind: "he" } }),
  );
  return b.within("second", () =>
    convolution(b, normalised(b, h, grid), { grid, outputs, init: { kind: "zeros" } }),
  );
}

/**
 * Layer i has `growth` channels n_i = sum_{j <= i} K_ij p_j with p_0 = relu(norm(x)), p_{j+1} = relu(norm(n_j)): the convolution of
 * everything so far side by side, as a sum over its parts, so that nothing is copied together. Each part is normalised once for all layers
 * that read it. The block's value is a 1 x 1 convolution of all parts (Huang et al. 2017, section 3; in couplings it has no counterpart).
 */
function dense(b: GraphBuilder, x: Value, grid: Grid, { layers, growth }: DenseBlock): Value {
  const [height, width, channels] = grid;
  const grown = [height, width, growth] as const;
  const parts: { readonly value: Value; readonly grid: Grid }[] = [
    { value: b.within("input", () => normalised(b, x, grid)), grid },
  ];
  /** Convolutions of all parts so far, added up. */
  const ofParts = (outputs: number, size: 1 | 3, isLast: boolean): Value =>
    parts
      .map((part, j) =>
        b.within(`from${j}`, () =>
          convolution(b, part.value, {
            grid: part.grid,
            outputs,
            size,
            init: { kind: isLast ? "zeros" : "he" },
          }),
        ),
      )
      .reduce((total, value) => sum(b, total, value));
  for (let i = 0; i < layers; i++) {
    const value = b.within(`layer${i}`, () => normalised(b, ofParts(growth, 3, false), grown));
    parts.push({ value, grid: grown });
  }
  return b.within("output", () => ofParts(channels, 1, true));
}
