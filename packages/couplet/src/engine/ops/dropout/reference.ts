/** Inverted dropout in float64; the mask's words are those of the kernel. */
import { columnWord } from "../../../random/column-words.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { dropout, dropoutThreshold } from "./op.ts";

export const dropoutReference: readonly ReferenceOp[] = [
  onReference(dropout, ([x], { columns, rate, layer }, { row0, seed, step, training }) => {
    if (!training) return [x!];
    const data = x!.data.map((value, i) => {
      const word = columnWord(row0 + Math.floor(i / columns), i % columns, layer, step, seed);
      return word >= dropoutThreshold(rate) ? value / (1 - rate) : 0;
    });
    return [{ ...x!, data }];
  }),
];
