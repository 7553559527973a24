/** The sum over a row's columns, one number per row: energies and inner products of rows. */
import { internalError } from "../../../error.ts";
import { colsOf, expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";

/** [x] -> [sum_j x_j]. */
export const sumColumns: OpDef<Record<string, never>> = {
  name: "sumColumns",
  infer([x]) {
    expectRows("sumColumns", "x", x);
    return [{ kind: "perRow" }];
  },
  vjp: ({ b, inputs: [x], cotangents: [g] }) =>
    g === undefined ? [] : b.emit(spreadColumns, [g], { cols: colsOf(x!) }),
};

/** [v] -> [v in each of `cols` columns]. */
export const spreadColumns: OpDef<{ readonly cols: number }> = {
  name: "spreadColumns",
  infer([v], { cols }) {
    if (v?.kind !== "perRow") throw internalError("spreadColumns takes one number per row");
    return [{ kind: "rows", cols }];
  },
  vjp: ({ b, cotangents: [g] }) => (g === undefined ? [] : b.emit(sumColumns, [g], {})),
};
