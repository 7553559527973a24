import { perRow, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { spreadColumns, sumColumns } from "./op.ts";

export const sumColumnsCases: readonly OpCase[] = widths.flatMap((n): OpCase[] => [
  {
    name: `sumColumns, ${n} columns`,
    op: sumColumns,
    attrs: {},
    inputs: [{ shape: rowsShape(n) }],
  },
  {
    name: `spreadColumns, ${n} columns`,
    op: spreadColumns,
    attrs: { cols: n },
    inputs: [{ shape: perRow }],
  },
]);
