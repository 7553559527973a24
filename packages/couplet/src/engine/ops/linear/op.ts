/**
 * Linear with fused bias and activation: h = act(x W + b).
 *
 * x is rows x inputs, W inputs x outputs, b 1 x outputs. GELU and SiLU keep the pre-activation as a
 * second output, since their derivative cannot be had from their value.
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter } from "../../value.ts";
import type { OpDef } from "../../op.ts";

/** An activation function, applied to each element; GELU in its tanh form. */
export type Activation = "none" | "relu" | "tanh" | "gelu" | "silu";

type LinearAttrs = {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
};

/** Whether the derivative needs the pre-activation. */
export function keepsPreActivation(activation: Activation): boolean {
  return activation === "gelu" || activation === "silu";
}

export const linear: OpDef<LinearAttrs> = {
  name: "linear",
  infer([x, w, b], { inputs, outputs, activation }) {
    expectRows("linear", "x", x, inputs);
    expectParam("linear", "weight", w, inputs, outputs);
    expectParam("linear", "bias", b, 1, outputs);
    const out = { kind: "rows", cols: outputs } as const;
    return keepsPreActivation(activation) ? [out, out] : [out];
  },
  vjp({ b, inputs: [x, w, bias], outputs: [h, z], attrs, cotangents: [gh], needs, takePending }) {
    if (gh === undefined) return [];
    const weight = w as Parameter;
    const at = keepsPreActivation(attrs.activation) ? z! : h!;
    const gz = b.emitOne(
      activationVjp,
      [gh, at],
      { activation: attrs.activation, outputs: attrs.outputs },
      [bias as Parameter],
    );
    if (attrs.inputs === 0) return [];
    const shape = { inputs: attrs.inputs, outputs: attrs.outputs };
    b.emit(weightGradient, [x!, gz], shape, [weight]);
    if (!needs[0]) return [];
    const pending = takePending(0);
    const gx = b.emitOne(
      inputGradient,
      pending === undefined ? [gz, weight] : [gz, weight, pending],
      shape,
    );
    return [gx];
  },
};

/** gz = gh * act'(z); adds the column sums of gz to the bias's gradient. */
export const activationVjp: OpDef<{ readonly activation: Activation; readonly outputs: number }> = {
  name: "linear.activationVjp",
  infer([gh, at], { outputs }) {
    expectRows("linear.activationVjp", "cotangent", gh, outputs);
    expectRows("linear.activationVjp", "activation", at, outputs);
    return [{ kind: "rows", cols: outputs }];
  },
  inPlace: [[0, 0]],
};

type ProductAttrs = { readonly inputs: number; readonly outputs: number };

/** gW += x^T gz. */
export const weightGradient: OpDef<ProductAttrs> = {
  name: "linear.weightGradient",
  infer([x, gz], { inputs, outputs }) {
    expectRows("linear.weightGradient", "x", x, inputs);
    expectRows("linear.weightGradient", "cotangent", gz, outputs);
    return [];
  },
};

/** gx = gz W^T, plus the cotangent that x already had, when given as third input. */
export const inputGradient: OpDef<ProductAttrs> = {
  name: "linear.inputGradient",
  infer([gz, w, pending], { inputs, outputs }) {
    expectRows("linear.inputGradient", "cotangent", gz, outputs);
    expectParam("linear.inputGradient", "weight", w, inputs, outputs);
    if (pending !== undefined) expectRows("linear.inputGradient", "pending", pending, inputs);
    return [{ kind: "rows", cols: inputs }];
  },
  inPlace: [[0, 2]],
};
