/** Any layer: the union of their specs, and the answers of the one that a spec names. */
import { familyOf } from "../family.ts";
import type { Family } from "../family.ts";
import type { SpecOf } from "../part.ts";
import type { AutoregressiveSpec } from "./autoregressive/spec.ts";
import * as core from "./core.ts";
import type * as registry from "./index.ts";
import type { LayerPart } from "./layer-part.ts";

/** A layer of a flow: of the registry, or of a room that loads by itself. */
export type LayerSpec = SpecOf<typeof registry> | AutoregressiveSpec;

export const layers: Family<LayerSpec, LayerPart<LayerSpec>> = familyOf<
  LayerSpec,
  LayerPart<LayerSpec>
>(core);

/** What a layer of this spec does. */
export function layerPart(spec: LayerSpec): LayerPart<LayerSpec> {
  return layers.of(spec);
}
