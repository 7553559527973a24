/** The sum over the pixels of an image, a number a channel: what a global average pools, times the pixels. */
import { expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";

export type PixelAttrs = { readonly pixels: number; readonly channels: number };

/** [x] (pixels x channels) -> [sum over pixels] (channels). */
export const sumPixels: OpDef<PixelAttrs> = {
  name: "sumPixels",
  infer([x], { pixels, channels }) {
    expectRows("sumPixels", "x", x, pixels * channels);
    return [{ kind: "rows", cols: channels }];
  },
  vjp: ({ b, attrs, cotangents: [g] }) => (g === undefined ? [] : b.emit(spreadPixels, [g], attrs)),
};

/** [v] (channels) -> [v at each pixel]. */
export const spreadPixels: OpDef<PixelAttrs> = {
  name: "spreadPixels",
  infer([v], { pixels, channels }) {
    expectRows("spreadPixels", "v", v, channels);
    return [{ kind: "rows", cols: pixels * channels }];
  },
  vjp: ({ b, attrs, cotangents: [g] }) => (g === undefined ? [] : b.emit(sumPixels, [g], attrs)),
};
