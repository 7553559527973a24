import { shuffled } from "../../../random/shuffle.ts";
import { seed } from "../fields.ts";
import { declarePart } from "../part.ts";
import type { MaskFactory } from "./mask-part.ts";

/** A random half is frozen, drawn once from the seed. */
export interface RandomMask {
  readonly kind: "random";
  readonly seed: number;
}

/** Freezes a random half of the variables (rounded up), the same one for the same seed. */
export const random: MaskFactory<RandomMask, [seed: number]> = declarePart(
  {
    kind: "random",
    fields: { seed },
    describe: (spec) => `random half (seed ${spec.seed})`,
    frozen(spec, dims) {
      const chosen = new Set(shuffled(dims, spec.seed).slice(0, Math.ceil(dims / 2)));
      return (i) => chosen.has(i);
    },
  },
  (value) => ({ kind: "random", seed: value }),
);
