/** A batch of zeros: the cotangent of a part that nothing reads. */
import type { OpDef } from "../../op.ts";

export const zeros: OpDef<{ readonly cols: number }> = {
  name: "zeros",
  infer(_inputs, { cols }) {
    return [{ kind: "rows", cols }];
  },
  vjp() {
    return [];
  },
  reference(_inputs, { cols }, { rows }) {
    return [{ rows, cols, data: new Float64Array(rows * cols) }];
  },
};

/** 0 for every row: the log-determinant of what moves numbers only. */
export const zeroPerRow: OpDef<Record<string, never>> = {
  name: "zeroPerRow",
  infer() {
    return [{ kind: "perRow" }];
  },
  vjp() {
    return [];
  },
  reference(_inputs, _attrs, { rows }) {
    return [{ rows, cols: 1, data: new Float64Array(rows) }];
  },
};
