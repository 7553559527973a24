/** Permutations only rename positions: nothing is computed. */
import { shuffled } from "../../../random/shuffle.ts";
import type { PermutationSpec } from "../../spec/types.ts";
import { range } from "../../state.ts";
import type { State } from "../../state.ts";
import type { LayerKind } from "./layer.ts";

export const permutation: LayerKind<PermutationSpec> = {
  encode({ dims }, state, spec) {
    const order = orderOf(spec, dims);
    const target = range(dims);
    for (const [to, from] of order.entries()) target[from] = to;
    return { state: renamed(state, target), logDet: undefined };
  },
  decode({ dims }, state, spec) {
    return { state: renamed(state, orderOf(spec, dims)), logDet: undefined };
  },
};

/** order[i]: the position that moves to position i. */
function orderOf({ order }: PermutationSpec, dims: number): readonly number[] {
  if (order === "reverse") return range(dims).reverse();
  if ("random" in order) return [...shuffled(dims, order.random)];
  return order;
}

function renamed(state: State, target: readonly number[]): State {
  return state.map(({ value, positions }) => ({
    value,
    positions: positions.map((p) => target[p]!),
  }));
}
