/** Variables that no coupling of a flow changes. */
import { splitByMask } from "../flow/parts/mask/mask.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { GraphBuilder } from "../engine/graph.ts";
import { layerPart } from "../flow/parts/layer/layer.ts";
import { range, stateOf } from "../flow/state.ts";

/**
 * A warning where couplings freeze the same variables every time: these keep the base's shape, whatever the data. Flows
 * without couplings, and those that mix variables in an LU map, have none.
 */
export function unmovedWarnings(spec: FlowSpec, names: readonly string[] | undefined): string[] {
  const { dims, layers } = spec;
  if (!layers.some(({ kind }) => kind === "coupling")) return [];
  const moved = new Set<number>();
  /** The variable at each position. */
  let variables: readonly number[] = range(dims);
  for (const layer of layers) {
    if (layer.kind === "lu") return [];
    if (layer.kind === "coupling")
      for (const p of splitByMask(layer.mask, dims).transformed) moved.add(variables[p]!);
    if (layer.kind === "permutation") variables = permuted(spec, layer, variables);
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

/** What a permutation does to names, from what it does to a state: it copies nothing. */
function permuted(
  { dims, shape }: FlowSpec,
  layer: Extract<FlowSpec["layers"][number], { kind: "permutation" }>,
  variables: readonly number[],
): readonly number[] {
  const b = new GraphBuilder();
  const x = b.input("x", { kind: "rows", cols: dims });
  const context = { b, dims, shape, context: undefined };
  const { state } = layerPart(layer).encode(context, stateOf(x, dims), layer);
  const target = state[0]!.positions;
  const out = [...variables];
  for (const [from, to] of target.entries()) out[to] = variables[from]!;
  return out;
}
