import * as v from "valibot";
import { shuffled } from "../../../random/shuffle.ts";
import { count, seed } from "../fields.ts";
import { declarePart } from "../part.ts";
import { range } from "../../state.ts";
import type { State } from "../../state.ts";
import type { LayerFactory } from "./layer-part.ts";

/** A fixed order of the variables; its logDet is 0. */
export interface PermutationSpec {
  readonly kind: "permutation";
  /** `order[i]` is the position that moves to position i. */
  readonly order: "reverse" | { readonly random: number } | readonly number[];
}

/**
 * Moves variables about: `"reverse"`, a seed for a random order, or the order itself. Nothing is computed: positions
 * are renamed.
 */
export const permutation: LayerFactory<PermutationSpec, [order: PermutationSpec["order"]]> =
  declarePart(
    {
      kind: "permutation",
      fields: {
        order: v.union([
          v.literal("reverse"),
          v.strictObject({ random: seed }),
          v.array(count(0, 1_000_000)),
        ]),
      },
      problems({ order }, { path, dims }) {
        if (!Array.isArray(order)) return [];
        const once = new Set<number>(order).size === dims && order.length === dims;
        if (once && order.every((p: number) => p < dims)) return [];
        return [
          {
            path: `${path}.order`,
            expected: `each of 0..${dims - 1} once`,
            received: JSON.stringify(order).slice(0, 60),
          },
        ];
      },
      describe: ({ order }) =>
        `permutation: ${typeof order === "string" ? order : "random" in order ? `random (seed ${order.random})` : "explicit"}`,
      title: () => "permutation",
      keepsBox: () => true,
      sources: (spec, dims) => orderOf(spec, dims).map((from) => [from]),
      encode({ dims }, state, spec) {
        const order = orderOf(spec, dims);
        const target = range(dims);
        for (const [to, from] of order.entries()) target[from] = to;
        return { state: renamed(state, target), logDet: undefined };
      },
      decode({ dims }, state, spec) {
        return { state: renamed(state, orderOf(spec, dims)), logDet: undefined };
      },
    },
    (order) => ({ kind: "permutation", order }),
  );

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
