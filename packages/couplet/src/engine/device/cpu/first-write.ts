/**
 * Which gradients a program writes by one matrix product alone. In the first tile of a lane that product overwrites
 * what is there, so that the largest gradients need not be set to zero before every step: with a gradient for each lane
 * that would be a twentieth of a step.
 */
import { isGemm } from "./program.ts";
import type { EncodedArg, Instruction, Program } from "./program.ts";

/** Offset in floats of the gradient that a product adds to, if it is the only instruction that does. */
export type FirstWrites = ReadonlyMap<Instruction, number>;

/** The products that are the only ones to write a gradient. Offsets are those of whole parameters, so that equal ones alone overlap. */
export function firstWrites({ instructions }: Program): FirstWrites {
  const uses = new Map<number, number>();
  for (const instruction of instructions)
    for (const arg of argsOf(instruction)) {
      const offset = gradientOffset(arg);
      if (offset !== undefined) uses.set(offset, (uses.get(offset) ?? 0) + 1);
    }
  const found = new Map<Instruction, number>();
  for (const instruction of instructions) {
    if (!isGemm(instruction) || instruction.beta !== 1 || instruction.ldc !== instruction.n)
      continue;
    const offset = gradientOffset(instruction.c);
    if (offset !== undefined && instruction.m !== "rows" && uses.get(offset) === 1)
      found.set(instruction, offset / 4);
  }
  return found;
}

/** [start, end) in floats of what has to be zero before the first tile, out of `length` floats. */
export function zeroRanges(
  program: Program,
  length: number,
): readonly (readonly [number, number])[] {
  const written = [...firstWrites(program)]
    .map(([instruction, offset]): [number, number] => {
      const { m, n } = instruction as { readonly m: number; readonly n: number };
      return [offset, offset + m * n];
    })
    .sort(([a], [b]) => a - b);
  const ranges: [number, number][] = [];
  let at = 0;
  for (const [start, end] of [...written, [length, length] as const]) {
    if (at < start) ranges.push([at, start]);
    at = Math.max(at, end);
  }
  return ranges;
}

function argsOf(instruction: Instruction): readonly EncodedArg[] {
  return isGemm(instruction) ? [instruction.a, instruction.b, instruction.c] : instruction.args;
}

/** Bytes from the start of the gradients, for an argument that lies there. */
function gradientOffset(arg: EncodedArg): number | undefined {
  return Array.isArray(arg) && arg[0] === "gradients" ? (arg[1] as number) : undefined;
}
