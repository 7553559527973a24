/** Values of images that become smaller: 2 x 2 pixels to one, and all pixels to their mean. */
import { scaled } from "../engine/build-more.ts";
import type { Grid } from "../engine/build.ts";
import type { GraphBuilder } from "../engine/graph.ts";
import { repartition } from "../engine/ops/repartition/op.ts";
import { sumPixels } from "../engine/ops/sum-pixels/op.ts";
import type { Value } from "../engine/value.ts";

/**
 * Height x width x c to height/2 x width/2 x 4 c: y[h, w, (2 dh + dw) c + k] = x[2 h + dh, 2 w + dw, k]. Numbers only move, so it is undone
 * exactly on the way back.
 */
export function squeezed(b: GraphBuilder, x: Value, [height, width, channels]: Grid): Value {
  const columns: number[] = [];
  for (let h = 0; h < height; h += 2)
    for (let w = 0; w < width; w += 2)
      for (let dh = 0; dh < 2; dh++)
        for (let k = 0; k < 2 * channels; k++) columns.push(((h + dh) * width + w) * channels + k);
  return b.emitOne(repartition, [x], {
    sources: [columns.map(() => 0)],
    columns: [columns],
    widths: [columns.length],
  });
}

/** The mean over pixels, a number a channel. */
export function meanOverPixels(b: GraphBuilder, x: Value, [height, width, channels]: Grid): Value {
  const pixels = height * width;
  return scaled(b, b.emitOne(sumPixels, [x], { pixels, channels }), 1 / pixels);
}
