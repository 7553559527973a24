/** How many rows a tile should have. */
import { isGemm } from "./program.ts";
import type { Program } from "./program.ts";

/** Rows of a tile: enough for the matrix products, few enough for the caches. */
export const TILE_ROWS = 128;

/** Rows of a tall tile. */
export const TALL_TILE_ROWS = 256;

/**
 * BLAS libraries make products of up to so many multiplications straight from where the numbers are; beyond, they first pack
 * them (OpenBLAS: m n k at most 100^3).
 */
const MOST_UNPACKED = 1e6;

/**
 * Whether tiles of {@link TALL_TILE_ROWS} are better for this program than tiles of {@link TILE_ROWS}: taller products pay less
 * for the packing of the weights, but a product that a lower tile makes without any packing should stay so.
 */
export function tallTilesPay(program: Program): boolean {
  let gain = 0;
  for (const instruction of program.instructions) {
    if (!isGemm(instruction)) continue;
    const { m, n, k } = instruction;
    const perRow = (m === "rows" ? 1 : m) * n * (k === "rows" ? 1 : k);
    const becomesPacked =
      perRow * TILE_ROWS <= MOST_UNPACKED && perRow * TALL_TILE_ROWS > MOST_UNPACKED;
    gain += becomesPacked ? -perRow : perRow;
  }
  return gain > 0;
}
