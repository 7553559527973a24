/** Any mask: the union of their specs, and which positions one freezes and which are transformed. */
import { familyOf } from "../family.ts";
import type { Family } from "../family.ts";
import type { SpecOf } from "../part.ts";
import { range } from "../../state.ts";
import * as core from "./core.ts";
import type * as registry from "./index.ts";
import type { MaskPart } from "./mask-part.ts";

/** Which variables a coupling freezes. Positions are those at the layer, after permutations before it. */
export type MaskSpec = SpecOf<typeof registry>;

export const masks: Family<MaskSpec, MaskPart<MaskSpec>> = familyOf<MaskSpec, MaskPart<MaskSpec>>(
  core,
);

/** Both lists ascend. */
export interface Split {
  readonly frozen: readonly number[];
  readonly transformed: readonly number[];
}

/** One variable alone is always transformed: it is then a function of the context, or of nothing. */
export function splitByMask(
  mask: MaskSpec,
  dims: number,
  shape: readonly number[] = [dims],
): Split {
  if (dims === 1) return { frozen: [], transformed: [0] };
  const isFrozen = masks.of(mask).frozen(mask, dims, shape);
  return {
    frozen: range(dims).filter((i) => isFrozen(i)),
    transformed: range(dims).filter((i) => !isFrozen(i)),
  };
}
