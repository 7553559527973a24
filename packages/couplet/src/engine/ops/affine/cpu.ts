/** The kernel calls of the affine coupling. */
import type { CpuOp } from "../../device/cpu/call.ts";
import { transformCalls } from "../../device/cpu/transform-calls.ts";
import { affineDecode, affineDecodeVjp, affineEncode, affineEncodeVjp } from "./op.ts";
import type { AffineScale } from "./op.ts";

/** Codes shared with kernel.as.ts. */
const scaleCode: Record<AffineScale, number> = { softClamp: 0, tanh: 1, sigmoid: 2, exp: 3 };

export const affineCpu: readonly CpuOp[] = transformCalls(
  {
    encode: affineEncode,
    decode: affineDecode,
    encodeVjp: affineEncodeVjp,
    decodeVjp: affineDecodeVjp,
  },
  ({ scale, clamp }) => [scaleCode[scale], clamp],
);
