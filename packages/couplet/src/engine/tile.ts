/** How many rows a tile should have: enough for the matrix products, few enough for the caches. */

/** Rows of a tile. */
export const TILE_ROWS = 128;

/**
 * Rows of a tile of training steps and of long calls, where there are enough rows for all threads: weights come from the last
 * cache once a tile. (256 is slower again: with layers of 256 columns, two activations and the weights no longer fit a second
 * cache of 2 MB with what the layer before left there.)
 */
export const TALL_TILE_ROWS = 192;
