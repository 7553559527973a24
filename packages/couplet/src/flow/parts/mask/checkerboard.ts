import * as v from "valibot";
import { checkInteger } from "../../../check-integer.ts";
import { imageProblems } from "../image-shape.ts";
import { declarePart } from "../part.ts";
import type { MaskFactory } from "./mask-part.ts";

/** Pixels (h, w), with all their channels, are frozen where h + w + parity is even. */
export interface CheckerboardMask {
  readonly kind: "checkerboard";
  readonly parity: 0 | 1;
}

/** Freezes every other pixel of an image: those where row + column + `parity` is even (Dinh et al. 2017, figure 3). */
export const checkerboard: MaskFactory<CheckerboardMask, [parity?: number]> = declarePart(
  {
    kind: "checkerboard",
    fields: { parity: v.picklist([0, 1]) },
    problems: (_spec, place) => imageProblems(place, "a checkerboard"),
    describe: ({ parity }) => `${parity === 0 ? "even" : "odd"} pixels of a checkerboard`,
    frozen({ parity }, _dims, [, width, channels]) {
      return (i) => {
        const pixel = Math.floor(i / channels!);
        return (Math.floor(pixel / width!) + (pixel % width!) + parity) % 2 === 0;
      };
    },
  },
  (parity = 0) => {
    checkInteger("checkerboard: parity", parity, 0);
    return { kind: "checkerboard", parity: parity % 2 === 0 ? 0 : 1 };
  },
);
