/** The kinds of layers. A new kind is a file beside this one, a line here, and its spec in spec/. */
import type { LayerSpec } from "../../spec/types.ts";
import { actNorm } from "./act-norm.ts";
import { coupling } from "./coupling.ts";
import type { LayerKind } from "./layer.ts";
import { lu } from "./lu.ts";
import { permutation } from "./permutation.ts";

const kinds: { readonly [K in LayerSpec["kind"]]: LayerKind<Extract<LayerSpec, { kind: K }>> } = {
  coupling,
  permutation,
  lu,
  actNorm,
};

/** What a layer of this spec does. */
export function layerKinds(spec: LayerSpec): LayerKind<LayerSpec> {
  return kinds[spec.kind] as LayerKind<LayerSpec>;
}
