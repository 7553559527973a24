import { rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { additiveDecode, additiveEncode, negateRows } from "./op.ts";

export const additiveCases: readonly OpCase[] = widths.flatMap((variables) =>
  [additiveEncode, additiveDecode, negateRows].map((op) => ({
    name: `${op.name}, ${variables} variables`,
    op,
    attrs: { variables },
    inputs: (op === negateRows ? [0] : [0, 1]).map(() => ({ shape: rowsShape(variables) })),
    boundary: { input: 0 },
  })),
);
