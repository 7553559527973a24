/** Masks: which positions are frozen, which are transformed. Both lists ascend. */
import { shuffled } from "../../../random/shuffle.ts";
import type { MaskSpec } from "../../spec/types.ts";
import { range } from "../../state.ts";

export interface Split {
  readonly frozen: readonly number[];
  readonly transformed: readonly number[];
}

/** One variable alone is always transformed: it is then a function of the context, or of nothing. */
export function splitByMask(mask: MaskSpec, dims: number): Split {
  if (dims === 1) return { frozen: [], transformed: [0] };
  const isFrozen = frozenBy(mask, dims);
  return {
    frozen: range(dims).filter((i) => isFrozen(i)),
    transformed: range(dims).filter((i) => !isFrozen(i)),
  };
}

function frozenBy(mask: MaskSpec, dims: number): (position: number) => boolean {
  const middle = Math.ceil(dims / 2);
  switch (mask.kind) {
    case "half":
      return (i) => i < middle !== mask.swap;
    case "alternating":
      return (i) => i % 2 === mask.parity;
    case "random": {
      const chosen = new Set(shuffled(dims, mask.seed).slice(0, middle));
      return (i) => chosen.has(i);
    }
    case "explicit":
      return (i) => mask.frozen[i] === true;
  }
}
