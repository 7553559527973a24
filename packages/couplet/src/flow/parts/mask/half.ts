import * as v from "valibot";
import { declarePart } from "../part.ts";
import type { MaskFactory } from "./mask-part.ts";

/** The first half (rounded up) is frozen; with `swap` the other part. */
export interface HalfMask {
  readonly kind: "half";
  readonly swap: boolean;
}

/** Freezes the first half of the variables (rounded up), or with `swap` the rest. */
export const half: MaskFactory<HalfMask, [swap?: boolean]> = declarePart(
  {
    kind: "half",
    fields: { swap: v.boolean() },
    describe: ({ swap }) => (swap ? "second half" : "first half"),
    frozen({ swap }, dims) {
      const middle = Math.ceil(dims / 2);
      return (i) => i < middle !== swap;
    },
  },
  (swap = false) => ({ kind: "half", swap }),
);
