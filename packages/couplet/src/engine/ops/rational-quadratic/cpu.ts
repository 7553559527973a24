/** The kernel calls of the rational-quadratic coupling. */
import type { CpuOp } from "../../device/cpu/call.ts";
import { transformCalls } from "../../device/cpu/transform-calls.ts";
import { rqsDecode, rqsDecodeVjp, rqsEncode, rqsEncodeVjp } from "./op.ts";
import { derivativeShift } from "./reference.ts";

/** Scratch of kernel/block.ts, in vectors of four: constants, and for each of a block's eight vectors a slot and gathered parameters. */
const scratchVectors = (bins: number): number => 7 + 8 * (14 + 2 * bins + 3 * bins - 1);

export const rationalQuadraticCpu: readonly CpuOp[] = transformCalls(
  { encode: rqsEncode, decode: rqsDecode, encodeVjp: rqsEncodeVjp, decodeVjp: rqsDecodeVjp },
  ({ bins, bound, minBin, minDerivative, logitScale }) => [
    bins,
    bound,
    minBin,
    derivativeShift(minDerivative),
    logitScale,
    { scratch: 4 * scratchVectors(bins) },
  ],
);
