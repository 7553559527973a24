/** An activation by itself, where no linear layer stands in front of it: pre-activation residual blocks. */
import { expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";
import { keepsPreActivation } from "../linear/op.ts";
import type { Activation } from "../linear/op.ts";

type ActivationAttrs = { readonly activation: Activation };

export const activation: OpDef<ActivationAttrs> = {
  name: "activation",
  infer([z]) {
    return [{ kind: "rows", cols: expectRows("activation", "z", z) }];
  },
  vjp({ b, inputs: [z], outputs: [h], attrs, cotangents: [gh], takePending }) {
    if (gh === undefined) return [];
    // The value, where it is enough: the next layer's weight gradient keeps it anyway.
    const at = keepsPreActivation(attrs.activation) ? z! : h!;
    const pending = takePending(0);
    return [
      b.emitOne(activationBackward, pending === undefined ? [gh, at] : [gh, at, pending], attrs),
    ];
  },
};

/** gz = gh * act', plus the cotangent that the input already had, when given as third input. */
export const activationBackward: OpDef<ActivationAttrs> = {
  name: "activation.vjp",
  infer([gh, at]) {
    const cols = expectRows("activation.vjp", "activation", at);
    expectRows("activation.vjp", "cotangent", gh, cols);
    return [{ kind: "rows", cols }];
  },
  inPlace: [[0, 0]],
};
