/**
 * Linear with fused bias and activation: h = act(x W + b).
 *
 * x is rows x inputs, W inputs x outputs, b 1 x outputs. With `pixels` a row holds so many rows of the product, one after the other:
 * a layer that all pixels of an image share (a convolution of 1 x 1). GELU and SiLU keep the pre-activation as a
 * second output, since their derivative cannot be had from their value.
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter } from "../../value.ts";
import type { OpDef } from "../../op.ts";

/** An activation function, applied to each element; GELU in its tanh form. */
export type Activation = "none" | "relu" | "tanh" | "gelu" | "silu";

/** Rows of the product in each row of the batch; 1 when absent. */
type PerPixel = { readonly pixels?: number };

type LinearAttrs = PerPixel & {
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
  infer([x, w, b], { inputs, outputs, activation, pixels = 1 }) {
    expectRows("linear", "x", x, pixels * inputs);
    expectParam("linear", "weight", w, inputs, outputs);
    expectParam("linear", "bias", b, 1, outputs);
    const out = { kind: "rows", cols: pixels * outputs } as const;
    return keepsPreActivation(activation) ? [out, out] : [out];
  },
  vjp({ b, inputs: [x, w, bias], outputs: [h, z], attrs, cotangents: [gh], needs, takePending }) {
    if (gh === undefined) return [];
    const weight = w as Parameter;
    const at = keepsPreActivation(attrs.activation) ? z! : h!;
    const gz = b.emitOne(
      activationVjp,
      [gh, at],
      { ...pixelsOf(attrs), activation: attrs.activation, outputs: attrs.outputs },
      [bias as Parameter],
    );
    if (attrs.inputs === 0) return [];
    const shape = { ...pixelsOf(attrs), inputs: attrs.inputs, outputs: attrs.outputs };
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
export const activationVjp: OpDef<
  PerPixel & { readonly activation: Activation; readonly outputs: number }
> = {
  name: "linear.activationVjp",
  infer([gh, at], { outputs, pixels = 1 }) {
    const cols = pixels * outputs;
    expectRows("linear.activationVjp", "cotangent", gh, cols);
    expectRows("linear.activationVjp", "activation", at, cols);
    return [{ kind: "rows", cols }];
  },
  inPlace: [[0, 0]],
};

function pixelsOf({ pixels }: PerPixel): PerPixel {
  return pixels === undefined ? {} : { pixels };
}

type ProductAttrs = PerPixel & { readonly inputs: number; readonly outputs: number };

/** gW += x^T gz. */
export const weightGradient: OpDef<ProductAttrs> = {
  name: "linear.weightGradient",
  infer([x, gz], { inputs, outputs, pixels = 1 }) {
    expectRows("linear.weightGradient", "x", x, pixels * inputs);
    expectRows("linear.weightGradient", "cotangent", gz, pixels * outputs);
    return [];
  },
};

/** gx = gz W^T, plus the cotangent that x already had, when given as third input. */
export const inputGradient: OpDef<ProductAttrs> = {
  name: "linear.inputGradient",
  infer([gz, w, pending], { inputs, outputs, pixels = 1 }) {
    const cols = pixels * inputs;
    expectRows("linear.inputGradient", "cotangent", gz, pixels * outputs);
    expectParam("linear.inputGradient", "weight", w, inputs, outputs);
    if (pending !== undefined) expectRows("linear.inputGradient", "pending", pending, cols);
    return [{ kind: "rows", cols }];
  },
  inPlace: [[0, 2]],
};
