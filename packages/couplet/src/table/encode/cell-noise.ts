import { philox4x32Into, uniformFromWords } from "../../random/philox.ts";

/** The uniform number in (0, 1) of a row and a latent dimension. */
export type CellNoise = (row: number, dim: number) => number;

/** The noise of one draw: Philox at the counter (row, dimension, draw) under the seed, so any chunk can be made again. */
export function cellNoise(seed: number, draw: number): CellNoise {
  const words = new Uint32Array(4);
  const low = seed >>> 0;
  const high = Math.floor(seed / 0x100000000) >>> 0;
  return (row, dim) => {
    const rowHigh = Math.floor(row / 0x100000000) >>> 0;
    philox4x32Into(words, 0, row >>> 0, rowHigh, dim, draw, low, high);
    return uniformFromWords(words[0]!, words[1]!);
  };
}
