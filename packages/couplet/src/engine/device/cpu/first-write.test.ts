import { expect, test } from "vitest";
import { firstWrites, zeroRanges } from "./first-write.ts";
import type { EncodedArg, GemmInstruction, Instruction, Program } from "./program.ts";

const origin = { op: "test", path: "", writes: [] };

function product(c: EncodedArg, more: Partial<GemmInstruction> = {}): GemmInstruction {
  const a: EncodedArg = ["arena", 0];
  const shape = {
    transA: true,
    transB: false,
    m: 2,
    n: 3,
    k: "rows",
    lda: 2,
    ldb: 3,
    ldc: 3,
  } as const;
  return { ...origin, ...shape, kernel: "gemm", a, b: a, c, beta: 1, ...more };
}

function programOf(instructions: readonly Instruction[]): Program {
  return { tile: 8, instructions, inputs: [], outputs: [], arenaBytes: 0, table: [], ...counts };
}
const counts = { parameterCount: 96, gemmFlopsPerRow: 0 };

test("a gradient is overwritten where one product alone writes it", () => {
  const alone = product(["gradients", 64]);
  const twice = product(["gradients", 128]);
  const program = programOf([
    alone,
    twice,
    // Another use of the same weights, and a kernel that adds to a bias.
    product(["gradients", 128]),
    { ...origin, kernel: "addToBias", args: [["gradients", 256], 3] },
    // Neither adds to a gradient: an activation, and a product that overwrites by itself.
    product(["arena", 512]),
    product(["gradients", 320], { beta: 0 }),
  ]);
  expect([...firstWrites(program)]).toEqual([[alone, 16]]);
  // 2 x 3 floats from 16 on are written whole; all else begins at zero.
  expect(zeroRanges(program, 96)).toEqual([
    [0, 16],
    [22, 96],
  ]);
});

test("a product next to a kernel on the same gradient is not the only writer", () => {
  const shared = programOf([
    product(["gradients", 0]),
    { ...origin, kernel: "addToWeights", args: [["gradients", 0], 6] },
  ]);
  expect(firstWrites(shared).size).toBe(0);
  expect(zeroRanges(shared, 96)).toEqual([[0, 96]]);
});
