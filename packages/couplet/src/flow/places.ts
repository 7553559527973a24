/** Where the layers of a flow stand: what a row is in front of each, which layers that squeeze or let variables go change. */
import type { FlowSpec } from "./spec/types.ts";
import { domainsOf } from "./parts/base/base.ts";
import type { Domain } from "./parts/domain.ts";
import { layers as family } from "./parts/layer/layer.ts";
import type { LayerSpec } from "./parts/layer/layer.ts";

/** A row in front of a layer. */
export interface LayerPlace {
  /** Axes of the variables that are still on their way. */
  readonly shape: readonly number[];
  /** Their number: the product of `shape`. */
  readonly dims: number;
  /** Variables that have left before, which stand first in the latent row. */
  readonly offset: number;
  /** The domain of each variable, where they have some: layers of such flows move none. */
  readonly domains?: readonly Domain["kind"][] | undefined;
}

/** The place of each layer, and of the base as the last. */
export function placesOf({
  shape,
  layers,
  base,
}: Pick<FlowSpec, "shape" | "layers" | "base">): LayerPlace[] {
  const domains = domainsOf(base)?.map(({ kind }) => kind);
  const places: LayerPlace[] = [{ shape, dims: product(shape), offset: 0, domains }];
  for (const layer of layers) places.push(placeAfter(layer, places.at(-1)!));
  return places;
}

/** The place behind a layer. */
export function placeAfter(layer: LayerSpec, place: LayerPlace): LayerPlace {
  const shape = family.of(layer).shapeAfter?.(layer, place.shape) ?? place.shape;
  const dims = product(shape);
  return { ...place, shape, dims, offset: place.offset + place.dims - dims };
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, axis) => all * axis, 1);
}
