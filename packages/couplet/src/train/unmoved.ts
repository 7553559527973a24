/** Variables that no coupling of a flow changes. */
import { splitByMask } from "../flow/parts/mask/mask.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { layerPart } from "../flow/parts/layer/layer.ts";
import { range } from "../flow/state.ts";

/** Layers through which variables are followed. */
const followed: ReadonlySet<string> = new Set(["coupling", "permutation", "lu", "actNorm"]);

/**
 * A warning where couplings freeze the same variables every time: these keep the base's shape, whatever the data. Flows
 * without couplings, and those that mix variables in an LU map, have none.
 */
export function unmovedWarnings(spec: FlowSpec, names: readonly string[] | undefined): string[] {
  const { dims, shape, layers } = spec;
  if (!layers.some(({ kind }) => kind === "coupling")) return [];
  // Layers of images mix channels and let variables go.
  if (!layers.every(({ kind }) => followed.has(kind))) return [];
  const moved = new Set<number>();
  /** The variable at each position. */
  let variables: readonly number[] = range(dims);
  for (const layer of layers) {
    if (layer.kind === "lu") return [];
    if (layer.kind === "coupling")
      for (const p of splitByMask(layer.mask, dims, shape).transformed) moved.add(variables[p]!);
    if (layer.kind === "permutation")
      variables = layerPart(layer)
        .sources(layer, dims, shape)
        .map(([from]) => variables[from!]!);
  }
  const still = range(dims).filter((v) => !moved.has(v));
  if (still.length === 0) return [];
  const list = still.slice(0, 5).map((v) => (names === undefined ? String(v) : `"${names[v]}"`));
  const more = still.length > list.length ? ` and ${still.length - list.length} more` : "";
  return [
    `no coupling changes column${still.length === 1 ? "" : "s"} ${list.join(", ")}${more}: couplings in turn need masks that change, ` +
      `such as mask: alternating(i), or a permutation or an lu layer between them`,
  ];
}
