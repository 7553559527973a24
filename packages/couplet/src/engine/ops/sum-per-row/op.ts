/** Sums of row vectors: the log-determinants of all layers and the base's log-density. */
import { internalError } from "../../../error.ts";
import type { Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

function expectPerRow(op: string, inputs: readonly (Shape | undefined)[]): void {
  if (inputs.length === 0 || inputs.some((shape) => shape?.kind !== "perRow")) {
    throw internalError(`${op} takes one number per row`);
  }
}

/** [v_0, v_1, ...] -> [sum]. */
export const sumPerRow: OpDef<Record<string, never>> = {
  name: "sumPerRow",
  infer(inputs) {
    expectPerRow("sumPerRow", inputs);
    return [{ kind: "perRow" }];
  },
  vjp({ inputs, cotangents: [g] }) {
    return inputs.map(() => g);
  },
  inPlace: [[0, 0]],
};

/** [v] -> [factor v]. */
export const scalePerRow: OpDef<{ readonly factor: number }> = {
  name: "scalePerRow",
  infer(inputs) {
    expectPerRow("scalePerRow", inputs);
    return [{ kind: "perRow" }];
  },
  vjp: ({ b, attrs, cotangents: [g] }) => (g === undefined ? [] : b.emit(scalePerRow, [g], attrs)),
  inPlace: [[0, 0]],
};
