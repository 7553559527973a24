/** Activations by themselves, in float64. */
import { activate, derivativeAt } from "../linear/reference.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { activation, activationBackward } from "./op.ts";

export const activationReference: readonly ReferenceOp[] = [
  onReference(activation, ([z], { activation: kind }) => {
    return [{ ...z!, data: z!.data.map((value) => activate(kind, value)) }];
  }),
  onReference(activationBackward, ([gh, at, pending], { activation: kind }) => {
    const data = gh!.data.map(
      (g, i) => g * derivativeAt(kind, at!.data[i]!) + (pending?.data[i] ?? 0),
    );
    return [{ ...gh!, data }];
  }),
];
