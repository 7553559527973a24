/** A flow of images from coarse to fine: every pixel given the coarser ones around it. */
import { checkInteger } from "../check-integer.ts";
import { CoupletError } from "../error.ts";
import { requireOptions } from "../options.ts";
import { uniform } from "../flow/parts/base/index.ts";
import { residualConvolutional } from "../flow/parts/conditioner/index.ts";
import { coupling, factorOut, permutation, squeeze } from "../flow/parts/layer/index.ts";
import type { LayerSpec } from "../flow/parts/layer/layer.ts";
import { channel, explicit } from "../flow/parts/mask/index.ts";
import type { MaskSpec } from "../flow/parts/mask/mask.ts";
import { rationalQuadratic } from "../flow/parts/transform/index.ts";
import { gridOf } from "../flow/parts/image-shape.ts";
import { flow } from "../flow/spec/flow.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { imageOptionNames, noiseLayer } from "./presets.ts";
import type { ImageFlowOptions } from "./presets.ts";

/** Options of {@link pyramid}. `scales` is the most squeezes; by default as many as the sides halve and leave four pixels. */
export interface PyramidOptions extends ImageFlowOptions {
  /** Residual blocks of each network. Default 1; networks of a lattice too wide for so many have as many as reach its next pixel. */
  readonly blocks?: number;
  /** Bins of the splines. Default 8. */
  readonly bins?: number;
}

/** A side of the last scale has at least so many pixels. */
const LEAST_SIDE = 4;

/** Least width, height and slope of a spline's bin: pixels of a ground are certain to a part in a thousand. */
const LEAST_BIN = 1e-4;

/**
 * A pyramid: the image is a coarse one, and what each finer grid adds given the coarser. At each scale the pixels of one colour of a
 * checkerboard are transformed given those of the other, by a rational-quadratic spline for each value, and leave; of the rest every second pixel
 * is transformed given the others, and leaves; a quarter of the pixels goes on. The last scale goes on in that way in place, to the few pixels of the coarsest
 * lattice, which are independent.
 * Colours of a pixel are transformed one after the other. So each network sees original pixels on all sides of those that it transforms: with a
 * uniform base log p(x) = sum_i log p(x_i | coarser), the product of Reed et al. 2017 (Parallel multiscale autoregressive density estimation), as
 * couplings, whose samples take one pass.
 *
 * @throws CoupletError USAGE, SPEC_INVALID
 */
export function pyramid(options: PyramidOptions): FlowSpec {
  requireOptions("pyramid", options, { ...imageOptionNames, blocks: 0, bins: 0 });
  const { shape, width = 32, blocks = 1, bins = 8, logit = 0, scales = Infinity } = options;
  checkInteger("pyramid: width", width, 1);
  checkInteger("pyramid: blocks", blocks, 0);
  checkInteger("pyramid: bins", bins, 2);
  if (scales !== Infinity) checkInteger("pyramid: scales", scales, 0);
  const grid = gridOf(shape);
  if (grid === undefined) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "pyramid",
      expected: "a shape of height, width and channels",
      received: `[${shape.join(", ")}]`,
    });
  }
  // Numbers of float32 beside the edge of the logits' range stay within the box.
  const bound = logit === 0 ? 0.5 : Math.log((1 - logit) / logit) * (1 + 1e-4);
  const spline = {
    bins,
    bound,
    minBin: LEAST_BIN,
    minDerivative: LEAST_BIN,
    tails: "free",
  } as const;
  const transform = rationalQuadratic(spline);
  const move = (mask: MaskSpec, channels: number, depths = blocks): LayerSpec =>
    coupling({
      mask,
      transform,
      conditioner: residualConvolutional({ width: channels, blocks: depths, activation: "silu" }),
    });
  const layers: LayerSpec[] = [noiseLayer(options)];
  let [height, across] = [grid[0], grid[1]];
  const depth = grid[2];
  for (let scale = 0; scale < scales && halves(height, across); scale++) {
    [height, across] = [height / 2, across / 2];
    layers.push(squeeze(), permutation(checkerboardsApart(height * across, depth)));
    for (const channels of [4 * depth, 2 * depth]) {
      const moving = channels / 2 / depth;
      for (let c = depth - 1; c >= 0; c--) {
        const mask = depth === 1 ? channel() : colourMask(height * across, channels, moving, c);
        layers.push(move(mask, width));
      }
      layers.push(factorOut({ conditioner: null }));
    }
  }
  for (const { step, moves } of lattices(height, across))
    for (let c = depth - 1; c >= 0; c--) {
      const mask = pixelMask(height, across, depth, c, moves);
      layers.push(move(mask, Math.ceil(width / 2), Math.max(blocks, blocksToReach(step))));
    }
  const spec = { shape, layers, base: uniform({ bound }) };
  const { context = 0 } = options;
  return context === 0 ? flow(spec) : flow({ ...spec, context });
}

function halves(height: number, width: number): boolean {
  return height % 2 === 0 && width % 2 === 0 && Math.min(height, width) / 2 >= LEAST_SIDE;
}

/**
 * The channels of a squeeze, (c, down, right), as four pixels with their colours: first the two of one colour of the checkerboard, then the
 * two others.
 */
function checkerboardsApart(pixels: number, depth: number): number[] {
  const corners = [0, 3, 1, 2];
  return Array.from({ length: pixels * 4 * depth }, (_, i) => {
    const channels = 4 * depth;
    const [corner, c] = [corners[Math.floor((i % channels) / depth)]!, i % depth];
    return i - (i % channels) + 4 * c + corner;
  });
}

/** Of the last `moving` pixels' channels those of colour c move; the channels of earlier colours have not moved yet. */
function colourMask(pixels: number, channels: number, moving: number, c: number): MaskSpec {
  const depth = channels / 2 / moving;
  return explicit(
    Array.from({ length: pixels * channels }, (_, i) => {
      const k = i % channels;
      return k < channels / 2 || k % depth !== c;
    }),
  );
}

/** Blocks of a residual network that reaches so many pixels: each reaches two, and the last convolution one. */
function blocksToReach(pixels: number): number {
  return Math.ceil((pixels - 1) / 2);
}

/** Pixels of a grid that move together. */
interface Lattice {
  /** Pixels from each of them to the nearest that moves after it; 0 where none does. */
  readonly step: number;
  moves(y: number, x: number): boolean;
}

/**
 * Which pixels of a grid move, finest first: of each lattice one colour of its checkerboard, then every second of the rest; the last ones, four
 * at most, together. A grid with one row of a lattice has no second part of it.
 */
function lattices(height: number, width: number): Lattice[] {
  const steps: Lattice[] = [];
  let step = 1;
  const longest = Math.max(height, width);
  // Of a grid with two pixels in a row the first lattice is not the last: its coupling would have nothing to see.
  for (; 2 * step < longest || (step === 1 && longest > 1); step *= 2) {
    const at = step;
    const onLattice = (y: number, x: number) => y % at === 0 && x % at === 0;
    steps.push({
      step: at,
      moves: (y, x) => onLattice(y, x) && (y / at + x / at) % 2 === 1,
    });
    if (at < Math.min(height, width))
      steps.push({
        step: at,
        moves: (y, x) => onLattice(y, x) && (y / at) % 2 === 1 && (x / at) % 2 === 1,
      });
  }
  const last = step;
  return [...steps, { step: 0, moves: (y, x) => y % last === 0 && x % last === 0 }];
}

function pixelMask(
  height: number,
  width: number,
  depth: number,
  colour: number,
  moves: (y: number, x: number) => boolean,
): MaskSpec {
  return explicit(
    Array.from({ length: height * width * depth }, (_, i) => {
      const pixel = Math.floor(i / depth);
      return i % depth !== colour || !moves(Math.floor(pixel / width), pixel % width);
    }),
  );
}
