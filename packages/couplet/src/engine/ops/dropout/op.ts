/**
 * Inverted dropout: y = x m / (1 - rate), m = 1 with probability 1 - rate. The mask is a function of
 * (seed, row, column, layer, step) alone, so the VJP makes the same mask again and nothing is stored.
 * Outside training it is the identity.
 */
import { expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";

export type DropoutAttrs = {
  readonly columns: number;
  /** Probability of a zero, in [0, 1). */
  readonly rate: number;
  /** Tells the masks of a model's dropouts apart. */
  readonly layer: number;
};

/** Words below this are dropped. */
export function dropoutThreshold(rate: number): number {
  return Math.min(Math.round(rate * 2 ** 32), 2 ** 32 - 1);
}

/** [x] -> [y]; its VJP is itself. */
export const dropout: OpDef<DropoutAttrs> = {
  name: "dropout",
  infer([x], { columns }) {
    expectRows("dropout", "x", x, columns);
    return [{ kind: "rows", cols: columns }];
  },
  vjp: ({ b, attrs, cotangents: [g] }) => (g === undefined ? [] : b.emit(dropout, [g], attrs)),
  inPlace: [[0, 0]],
};
