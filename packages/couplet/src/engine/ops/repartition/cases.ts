import { rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { repartition } from "./op.ts";

export const repartitionCases: readonly OpCase[] = [
  {
    name: "repartition, 6 + 1 to 3 + 4",
    op: repartition,
    attrs: {
      widths: [6, 1],
      sources: [
        [0, 1, 0],
        [0, 0, 0, 0],
      ],
      columns: [
        [0, 0, 5],
        [1, 2, 3, 4],
      ],
    },
    inputs: [{ shape: rowsShape(6) }, { shape: rowsShape(1) }],
    boundary: { input: 0 },
  },
];
