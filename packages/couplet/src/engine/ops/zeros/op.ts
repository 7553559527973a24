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
};
