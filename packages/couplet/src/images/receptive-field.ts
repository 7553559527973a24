/** How far the influence of a pixel reaches, level by level. */
import type { FlowSpec } from "../flow/spec/types.ts";
import { placesOf } from "../flow/places.ts";
import { reachOf } from "../flow/parts/layer/coupled.ts";
import type { LayerSpec } from "../flow/parts/layer/layer.ts";
import { CoupletError } from "../error.ts";

/** Layers between two squeezes. */
export interface ReceptiveLevel {
  /** Height, width and channels there. */
  readonly shape: readonly number[];
  /** Pixels of the image on a side of one of the level's pixels. */
  readonly scale: number;
  /** Couplings of the level. */
  readonly couplings: number;
  /**
   * Pixels of the image, in each direction, from which a latent value behind this level's layers may have its information: the
   * radius before the level, and the reaches of its couplings times `scale`. Infinity behind a coupling that sees all of a row.
   */
  readonly radius: number;
  /** Side of the square that the radius makes, as much of it as the image has. */
  readonly side: readonly [height: number, width: number];
}

/**
 * The receptive field of the flow's latent values after each level. A coupling of an image adds the radius of its network and one for
 * its last 3 x 3 convolution, on the grid of its level; a squeeze adds up to one pixel of the grid before it, since four pixels become
 * one; layers at a pixel add nothing. It is what `influence` says exactly, in one number.
 *
 * @throws CoupletError SPEC_INVALID for rows that are no images
 */
export function receptiveField(spec: FlowSpec): readonly ReceptiveLevel[] {
  if (spec.shape.length !== 3) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "receptiveField",
      expected: "a flow of images: a shape of height, width and channels",
      received: `[${spec.shape.join(", ")}]`,
    });
  }
  const places = placesOf(spec);
  const levels: ReceptiveLevel[] = [];
  let [scale, couplings, radius] = [1, 0, 0];
  const close = (shape: readonly number[]) => {
    const within = (axis: number) => Math.min(axis, 2 * radius + 1);
    const side = [within(spec.shape[0]!), within(spec.shape[1]!)] as const;
    levels.push({ shape, scale, couplings, radius, side });
    couplings = 0;
  };
  for (const [i, layer] of spec.layers.entries()) {
    if (layer.kind === "squeeze") {
      close(places[i]!.shape);
      radius += scale;
      scale *= 2;
    }
    const reach = reachOfLayer(layer);
    if (reach > 0) couplings++;
    radius += reach * scale;
  }
  close(places.at(-1)!.shape);
  return levels;
}

/** Pixels of its own grid that a layer reaches. */
function reachOfLayer(layer: LayerSpec): number {
  switch (layer.kind) {
    case "coupling":
      return reachOf(layer.conditioner);
    case "factorOut":
      return layer.conditioner === null ? 0 : reachOf(layer.conditioner);
    case "lu":
    case "autoregressive":
      return Infinity;
    default:
      return 0;
  }
}
