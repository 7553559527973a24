/** Additive coupling, y = x + t, in float64. Dinh et al. 2014, eq. 9. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { additiveEncode, additiveDecode, negateRows } from "./op.ts";

export const additiveReference: readonly ReferenceOp[] = [
  onReference(additiveEncode, ([x, t]) => [
    { ...x!, data: x!.data.map((value, i) => value + t!.data[i]!) },
  ]),
  onReference(additiveDecode, ([y, t]) => [
    { ...y!, data: y!.data.map((value, i) => value - t!.data[i]!) },
  ]),
  onReference(negateRows, ([g]) => [{ ...g!, data: g!.data.map((value) => -value) }]),
];
