/**
 * How many rows a tile has: enough for the matrix products, few enough for the caches and the memory.
 * Tiles are part of a result's definition (a matrix product adds up the rows at a tile's lower edge in
 * another order): their height depends on the graph and on the number of rows, never on the number of
 * threads.
 */
import type { Graph } from "../../graph.ts";
import type { TrainingBytes } from "../device.ts";
import type { Lanes } from "./lanes.ts";
import { plan } from "./planner.ts";
import type { Program } from "./program.ts";

/** Rows of a tile of short calls and of draws. */
const LOW_ROWS = 128;

/**
 * Most rows of a tile of training steps, and rows of one of long calls, where there are enough rows for all threads: weights come
 * from the last cache once a tile. (256 is slower again: with layers of 256 columns, two activations and the weights no longer fit a
 * second cache of 2 MB with what the layer before left there.)
 */
const TALL_ROWS = 192;

/** Rows from which a call goes in tall tiles; below, lower ones share the rows out among more threads. */
const LONG_CALL_ROWS = 4096;

/** Matrix products like row counts that are multiples of this. */
const STEP_ROWS = 8;

/** Most bytes of a thread's arena in inference, unless {@link STEP_ROWS} rows need more: 128 kB a row of a tall tile and beyond. */
const MOST_FORWARD_BYTES = 2 ** 26;

/** Most bytes of a thread's arena in training, and of those of all threads together. */
const MOST_TRAINING_BYTES = 2 ** 28;
const MOST_TRAINING_BYTES_IN_ALL = 2 ** 31;

/**
 * Most bytes of the widest value of a tile of images: four of them fill a second cache of 2 MB. An image has a row of a product for
 * each of its pixels, so that not the rows count but the cache: tiles four times as high took a quarter longer.
 */
const MOST_IMAGE_BYTES = 2 ** 19;

/** Whether a batch of so many rows is a long call. A draw is none: it may be a part of a longer one. */
export function isLongCall(rows: number, draws: boolean): boolean {
  return !draws && rows >= LONG_CALL_ROWS;
}

/** The program that runs a graph over batches. */
export function planForward(graph: Graph, tall: boolean): Program {
  const most = tall ? TALL_ROWS : LOW_ROWS;
  return planWithin(graph, Math.min(most, rowsInCache(graph)), MOST_FORWARD_BYTES);
}

/** The program of training steps: the rows of a lane in tiles of equal height. Threads have no part in it. */
export function planTraining(graph: Graph, { count, rows }: Lanes): Program {
  const most = Math.min(MOST_TRAINING_BYTES, MOST_TRAINING_BYTES_IN_ALL / (count + 1));
  const tallest = Math.min(TALL_ROWS, rowsInCache(graph));
  const program = planWithin(graph, evenly(rows, tallest), most);
  // Lower tiles than wished for: share the rows out evenly among them again.
  const even = evenly(rows, program.tile);
  return even === program.tile ? program : plan(graph, even);
}

/** What a step of the program takes: an arena for each thread, a gradient for each lane. */
export function trainingBytes(
  { arenaBytes }: Program,
  parameters: number,
  { threads, lanes }: { readonly threads: number; readonly lanes: number },
): TrainingBytes {
  return { activations: arenaBytes * threads, gradients: 4 * parameters * lanes };
}

/** Rows of a tile of images whose widest value stays in the cache; any number where rows have no pixels. */
function rowsInCache({ nodes }: Graph): number {
  if (!nodes.some(({ attrs }) => Number(attrs["pixels"] ?? 1) > 1 || "height" in attrs))
    return Infinity;
  let widest = 1;
  for (const { outputs } of nodes)
    for (const { shape } of outputs)
      if (shape.kind === "rows") widest = Math.max(widest, shape.cols);
  return Math.max(STEP_ROWS, Math.floor(MOST_IMAGE_BYTES / 4 / widest / STEP_ROWS) * STEP_ROWS);
}

/** The height of equal tiles of a lane, of at most `most` rows each. */
function evenly(rows: number, most: number): number {
  const tiles = Math.ceil(rows / most);
  return Math.max(STEP_ROWS, Math.ceil(rows / tiles / STEP_ROWS) * STEP_ROWS);
}

/** The program with the tallest tiles, of at most `rows` rows, whose arena has at most `bytes`. */
function planWithin(graph: Graph, rows: number, bytes: number): Program {
  const program = plan(graph, rows);
  if (program.arenaBytes <= bytes || rows <= STEP_ROWS) return program;
  // An arena grows in proportion to the rows, but for scratch and rounding.
  const fitting = Math.floor((rows * bytes) / program.arenaBytes / STEP_ROWS) * STEP_ROWS;
  return planWithin(graph, Math.max(STEP_ROWS, Math.min(fitting, rows - STEP_ROWS)), bytes);
}
