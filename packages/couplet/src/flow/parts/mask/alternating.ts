import * as v from "valibot";
import { checkInteger } from "../../../check-integer.ts";
import { declarePart } from "../part.ts";
import type { MaskFactory } from "./mask-part.ts";

/** Every other variable is frozen: the even ones for parity 0, the odd ones for parity 1. */
export interface AlternatingMask {
  readonly kind: "alternating";
  readonly parity: 0 | 1;
}

/** Freezes every other variable: the even ones for an even `parity`, the odd ones for an odd one. */
export const alternating: MaskFactory<AlternatingMask, [parity?: number]> = declarePart(
  {
    kind: "alternating",
    fields: { parity: v.picklist([0, 1]) },
    describe: ({ parity }) => (parity === 0 ? "even variables" : "odd variables"),
    frozen:
      ({ parity }) =>
      (i) =>
        i % 2 === parity,
  },
  (parity = 0) => {
    checkInteger("alternating: parity", parity, 0);
    return { kind: "alternating", parity: parity % 2 === 0 ? 0 : 1 };
  },
);
