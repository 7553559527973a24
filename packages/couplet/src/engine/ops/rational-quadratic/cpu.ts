/** The kernel calls of the rational-quadratic coupling. */
import type { CpuOp } from "../../device/cpu/call.ts";
import { transformCalls } from "../../device/cpu/transform-calls.ts";
import {
  rationalQuadraticDecode,
  rationalQuadraticDecodeVjp,
  rationalQuadraticEncode,
  rationalQuadraticEncodeVjp,
} from "./op.ts";
import { derivativeShift } from "./op.ts";
import type { SplineTails } from "./op.ts";

/** Scratch of kernel/block.ts, in vectors of four: constants, and for each of a block's eight vectors a slot and gathered parameters. */
const scratchVectors = (bins: number): number => 8 + 8 * (14 + 2 * bins + 3 * bins + 1);

/** Numbers of the tails in the kernel. */
const tailsCode: Readonly<Record<SplineTails, number>> = {
  identity: 0,
  linear: 1,
  circular: 2,
  free: 3,
};

export const rationalQuadraticCpu: readonly CpuOp[] = transformCalls(
  {
    encode: rationalQuadraticEncode,
    decode: rationalQuadraticDecode,
    encodeVjp: rationalQuadraticEncodeVjp,
    decodeVjp: rationalQuadraticDecodeVjp,
  },
  ({ bins, bound, minBin, minDerivative, logitScale, tails }) => [
    bins,
    bound,
    minBin,
    derivativeShift(minDerivative),
    logitScale,
    tailsCode[tails],
    { scratch: 4 * scratchVectors(bins) },
  ],
);
