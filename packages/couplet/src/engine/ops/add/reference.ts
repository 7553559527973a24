/** The sum of two batches, in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { add } from "./op.ts";

export const addReference: readonly ReferenceOp[] = [
  onReference(add, ([a, b]) => {
    return [{ ...a!, data: a!.data.map((value, i) => value + b!.data[i]!) }];
  }),
];
