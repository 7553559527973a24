/** An activation by itself, where no linear layer stands in front of it: pre-activation residual blocks. */
import { colsOf, expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";
import { activationCode, keepsPreActivation } from "../linear/op.ts";
import { activate, derivativeAt } from "../linear/reference.ts";
import type { Activation } from "../linear/reference.ts";

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
      b.emit1(activationBackward, pending === undefined ? [gh, at] : [gh, at, pending], attrs),
    ];
  },
  reference([z], { activation: kind }) {
    return [{ ...z!, data: z!.data.map((value) => activate(kind, value)) }];
  },
  calls({ inputs: [z], outputs: [h], attrs: { activation: kind } }) {
    return [
      {
        kernel: "biasActivate",
        args: [{ at: z! }, 0, { at: h! }, { run: "rows" }, colsOf(z!), activationCode[kind]],
      },
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
  reference([gh, at, pending], { activation: kind }) {
    const data = gh!.data.map(
      (g, i) => g * derivativeAt(kind, at!.data[i]!) + (pending?.data[i] ?? 0),
    );
    return [{ ...gh!, data }];
  },
  calls({ inputs: [gh, at, pending], outputs: [gz], attrs: { activation: kind } }) {
    const cols = colsOf(at!);
    const rows = { run: "rows" } as const;
    const own = {
      kernel: "activateVjp",
      args: [{ at: gh! }, { at: at! }, { at: gz! }, 0, rows, cols, activationCode[kind]],
    };
    if (pending === undefined) return [own];
    return [
      own,
      { kernel: "addRows", args: [{ at: gz! }, { at: pending }, { at: gz! }, rows, cols] },
    ];
  },
};
