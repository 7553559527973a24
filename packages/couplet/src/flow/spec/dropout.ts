/** Refuses networks with dropout where two passes need the same network. */
import { CoupletError } from "../../error.ts";
import type { LayerSpec } from "../parts/layer/layer.ts";

/**
 * Refuses layers whose network has dropout.
 *
 * @param where the call
 * @param reason why dropout has to be 0
 * @param refused which layers; all of them without it
 * @throws CoupletError NOT_SUPPORTED naming the layer
 */
export function refuseDropout(
  layers: readonly LayerSpec[],
  where: string,
  { reason, hint }: { readonly reason: string; readonly hint?: string },
  refused: (layer: LayerSpec) => boolean = () => true,
): void {
  for (const [i, layer] of layers.entries()) {
    const { dropout = 0 } = (("conditioner" in layer ? layer.conditioner : null) ?? {}) as {
      dropout?: number;
    };
    if (dropout === 0 || !refused(layer)) continue;
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: `${where}: layers[${i}].conditioner.dropout`,
      expected: `0${reason}`,
      received: String(dropout),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
