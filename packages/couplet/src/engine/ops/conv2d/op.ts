/**
 * Convolution with a kernel of 3 x 3 pixels, stride 1 and zeros around the image, with fused bias and activation:
 * h[y, x, d] = act(b[d] + sum over a, b in {-1, 0, 1} and c of v[y + a, x + b, c] W[(a, b, c), d]).
 *
 * A row is an image, channels last; W is 9 inputs x outputs, with row 9-tuples (a, b) outermost, b faster, and the channel c fastest.
 * A kernel of one pixel is `linear` with `pixels`. All three products (forward, weights, input) are matrix products over the pixels.
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter } from "../../value.ts";
import type { OpDef } from "../../op.ts";
import { activationVjp, keepsPreActivation } from "../linear/op.ts";
import type { Activation } from "../linear/op.ts";

/** Pixels that the kernel covers. */
export const TAPS = 9;

export type ConvolutionAttrs = {
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
};

/** [x, weight, bias] -> [h], or [h, z] where the activation's derivative needs z. */
export const conv2d: OpDef<ConvolutionAttrs & { readonly activation: Activation }> = {
  name: "conv2d",
  infer([x, w, bias], { height, width, inputs, outputs, activation }) {
    expectRows("conv2d", "x", x, height * width * inputs);
    expectParam("conv2d", "weight", w, TAPS * inputs, outputs);
    expectParam("conv2d", "bias", bias, 1, outputs);
    const out = { kind: "rows", cols: height * width * outputs } as const;
    return keepsPreActivation(activation) ? [out, out] : [out];
  },
  vjp({ b, inputs: [x, w, bias], outputs: [h, z], attrs, cotangents: [gh], needs, takePending }) {
    if (gh === undefined) return [];
    const { activation, ...shape } = attrs;
    const { height, width, outputs } = shape;
    const at = keepsPreActivation(activation) ? z! : h!;
    const gz = b.emitOne(activationVjp, [gh, at], { activation, outputs, pixels: height * width }, [
      bias as Parameter,
    ]);
    b.emit(convolutionWeightGradient, [x!, gz], shape, [w as Parameter]);
    if (!needs[0]) return [];
    const pending = takePending(0);
    return [
      b.emitOne(
        convolutionInputGradient,
        pending === undefined ? [gz, w!] : [gz, w!, pending],
        shape,
      ),
    ];
  },
};

/** gW += patches(x)^T gz. */
export const convolutionWeightGradient: OpDef<ConvolutionAttrs> = {
  name: "conv2d.weightGradient",
  infer([x, gz], { height, width, inputs, outputs }) {
    expectRows("conv2d.weightGradient", "x", x, height * width * inputs);
    expectRows("conv2d.weightGradient", "cotangent", gz, height * width * outputs);
    return [];
  },
};

/** gx: the convolution of gz with the kernel turned by 180 degrees, plus the cotangent that x already had. */
export const convolutionInputGradient: OpDef<ConvolutionAttrs> = {
  name: "conv2d.inputGradient",
  infer([gz, w, pending], { height, width, inputs, outputs }) {
    const name = "conv2d.inputGradient";
    expectRows(name, "cotangent", gz, height * width * outputs);
    expectParam(name, "weight", w, TAPS * inputs, outputs);
    if (pending !== undefined) expectRows(name, "pending", pending, height * width * inputs);
    return [{ kind: "rows", cols: height * width * inputs }];
  },
  inPlace: [[0, 2]],
};
