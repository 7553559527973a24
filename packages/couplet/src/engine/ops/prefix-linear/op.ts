/**
 * A linear layer that sees the first columns of a batch alone: h = act(x[:, :inputs] W + b), with fused bias and activation.
 *
 * x is rows x columns, W inputs x outputs, b 1 x outputs; `inputs` is at most `columns`. Nothing is copied: the product reads x with its
 * own row length. A masked network (Germain et al. 2015, eq. 8-9) with its units in the order of their degrees is such layers, one
 * for each degree, and its masked weights need not exist.
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter } from "../../value.ts";
import type { OpDef } from "../../op.ts";
import { activationVjp, keepsPreActivation } from "../linear/op.ts";
import type { Activation } from "../linear/op.ts";

/** `inputs` of the `columns` of x count. */
export type PrefixShape = {
  readonly columns: number;
  readonly inputs: number;
  readonly outputs: number;
};

/** [x, weight, bias] -> [h], or [h, z] where the activation's derivative needs z. */
export const prefixLinear: OpDef<PrefixShape & { readonly activation: Activation }> = {
  name: "prefixLinear",
  infer([x, w, bias], { columns, inputs, outputs, activation }) {
    expectRows("prefixLinear", "x", x, columns);
    expectParam("prefixLinear", "weight", w, inputs, outputs);
    expectParam("prefixLinear", "bias", bias, 1, outputs);
    const out = { kind: "rows", cols: outputs } as const;
    return keepsPreActivation(activation) ? [out, out] : [out];
  },
  vjp({ b, inputs: [x, w, bias], outputs: [h, z], attrs, cotangents: [gh], needs, takePending }) {
    if (gh === undefined) return [];
    const { activation, ...shape } = attrs;
    const at = keepsPreActivation(activation) ? z! : h!;
    const gz = b.emitOne(activationVjp, [gh, at], { activation, outputs: shape.outputs }, [
      bias as Parameter,
    ]);
    if (shape.inputs === 0) return [];
    b.emit(prefixWeightGradient, [x!, gz], shape, [w as Parameter]);
    if (!needs[0]) return [];
    const pending = takePending(0);
    const known = pending === undefined ? [gz, w!] : [gz, w!, pending];
    return [b.emitOne(prefixInputGradient, known, shape)];
  },
};

/** gW += x[:, :inputs]^T gz. */
export const prefixWeightGradient: OpDef<PrefixShape> = {
  name: "prefixLinear.weightGradient",
  infer([x, gz], { columns, outputs }) {
    expectRows("prefixLinear.weightGradient", "x", x, columns);
    expectRows("prefixLinear.weightGradient", "cotangent", gz, outputs);
    return [];
  },
};

/** gx: gz W^T in the first columns and zeros behind them, plus the cotangent that x already had. */
export const prefixInputGradient: OpDef<PrefixShape> = {
  name: "prefixLinear.inputGradient",
  infer([gz, w, pending], { columns, inputs, outputs }) {
    const name = "prefixLinear.inputGradient";
    expectRows(name, "cotangent", gz, outputs);
    expectParam(name, "weight", w, inputs, outputs);
    if (pending !== undefined) expectRows(name, "pending", pending, columns);
    return [{ kind: "rows", cols: columns }];
  },
  inPlace: [[0, 2]],
};
