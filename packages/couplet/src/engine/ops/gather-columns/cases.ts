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
  ["checkerboard of 9 x 16", [144], checkerboard(9, 16, 1)],
  ["checkerboard of 7 x 9 x 3", [189], checkerboard(7, 9, 3)],
  ["half the channels of 8 x 4 x 6", [192], channels(32, 6, 3)],
  ["space to depth of 8 x 6 x 2", [96], spaceToDepth(8, 6, 2)],
  ["no pattern", [97], [...Array(97).keys()].map((c) => [0, (c * 17 + 5) % 97] as const)],
];

type Pick = readonly [source: number, column: number];

/** The pixels that are black. */
function checkerboard(height: number, width: number, depth: number): Pick[] {
  return [...Array(height * width * depth).keys()]
    .filter((c) => (Math.floor(c / depth / width) + (Math.floor(c / depth) % width)) % 2 === 0)
    .map((c) => [0, c]);
}

/** The first channels of each pixel. */
function channels(pixels: number, depth: number, kept: number): Pick[] {
  return [...Array(pixels * depth).keys()].filter((c) => c % depth < kept).map((c) => [0, c]);
}

function spaceToDepth(height: number, width: number, depth: number): Pick[] {
  const picks: Pick[] = [];
  for (let h = 0; h < height; h += 2)
    for (let w = 0; w < width; w += 2)
      for (let c = 0; c < depth; c++)
        for (let k = 0; k < 4; k++)
          picks.push([0, ((h + (k >> 1)) * width + w + (k & 1)) * depth + c]);
  return picks;
}

export const gatherColumnsCases: readonly OpCase[] = selections.map(([name, widths, picks]) => ({
  name: `gatherColumns, ${name}`,
  op: gatherColumns,
  attrs: { sources: picks.map(([source]) => source), columns: picks.map(([, column]) => column) },
  inputs: widths.map((n) => ({ shape: rowsShape(n) })),
  boundary: { input: 0 },
}));
