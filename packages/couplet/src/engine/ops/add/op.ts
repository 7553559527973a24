/** Sum of two batches of the same shape: residual connections, and cotangents that meet. */
import { expectRows } from "../../value.ts";
import type { Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

export const add: OpDef<Record<string, never>> = {
  name: "add",
  infer([a, b]) {
    if (a?.kind === "perRow" && b?.kind === "perRow") return [a];
    const cols = expectRows("add", "a", a);
    expectRows("add", "b", b, cols);
    return [{ kind: "rows", cols } satisfies Shape];
  },
  vjp({ cotangents: [g] }) {
    return [g, g];
  },
  inPlace: [
    [0, 0],
    [0, 1],
  ],
};
