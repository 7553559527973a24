import { rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { gatherColumns } from "./op.ts";

/** Each pick is [source, column]. */
const selections: readonly (readonly [
  name: string,
  widths: readonly number[],
  picks: readonly (readonly [number, number])[],
])[] = [
  ["reversal", [5], [4, 3, 2, 1, 0].map((c) => [0, c] as const)],
  [
    "concatenation",
    [9, 6],
    [
      ...[...Array(9).keys()].map((c) => [0, c] as const),
      ...[...Array(6).keys()].map((c) => [1, c] as const),
    ],
  ],
  ["half", [8], [4, 5, 6, 7].map((c) => [0, c] as const)],
  ["alternating", [7], [0, 2, 4, 6].map((c) => [0, c] as const)],
  [
    "interleaving",
    [3, 2],
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 2],
    ],
  ],
  ["one column", [31], [[0, 30]]],
];

export const gatherColumnsCases: readonly OpCase[] = selections.map(([name, widths, picks]) => ({
  name: `gatherColumns, ${name}`,
  op: gatherColumns,
  attrs: { sources: picks.map(([source]) => source), columns: picks.map(([, column]) => column) },
  inputs: widths.map((n) => ({ shape: rowsShape(n) })),
  boundary: { input: 0 },
}));
