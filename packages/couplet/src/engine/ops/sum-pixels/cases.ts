import { rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { spreadPixels, sumPixels } from "./op.ts";

/** Pixels and channels: one of each, and channels around a vector. */
const sizes = [
  [1, 1],
  [1, 5],
  [6, 1],
  [4, 3],
  [9, 4],
  [2, 31],
] as const;

export const sumPixelsCases: readonly OpCase[] = sizes.flatMap(([pixels, channels]): OpCase[] => [
  {
    name: `sumPixels, ${pixels} of ${channels} channels`,
    op: sumPixels,
    attrs: { pixels, channels },
    inputs: [{ shape: rowsShape(pixels * channels) }],
  },
  {
    name: `spreadPixels, ${pixels} of ${channels} channels`,
    op: spreadPixels,
    attrs: { pixels, channels },
    inputs: [{ shape: rowsShape(channels) }],
  },
]);
