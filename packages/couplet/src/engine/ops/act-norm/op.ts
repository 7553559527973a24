/**
 * ActNorm: y = exp(logScale) (x + shift), logDet = sum logScale. Parameters are 1 x n each; with `pixels` a row holds so many times
 * n numbers, which share them (the channels of an image), and logDet = pixels sum logScale.
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape, Value } from "../../value.ts";
import type { OpDef, VjpContext } from "../../op.ts";
import { zeros } from "../zeros/op.ts";

export type ActNormAttrs = { readonly variables: number; readonly pixels?: number };
export type ActNormDecodeAttrs = ActNormAttrs & { readonly logDet: boolean };

function infer(
  op: string,
  [x, shift, logScale]: readonly (Shape | undefined)[],
  { variables: n, pixels = 1 }: ActNormAttrs,
): Shape[] {
  expectRows(op, "x", x, n * pixels);
  expectParam(op, "shift", shift, 1, n);
  expectParam(op, "logScale", logScale, 1, n);
  return [{ kind: "rows", cols: n * pixels }, { kind: "perRow" }];
}

function emitVjp<A extends ActNormAttrs>(
  { b, inputs: [v, shift, logScale], attrs, cotangents: [g, gLogDet] }: VjpContext<A>,
  op: OpDef<ActNormAttrs>,
): (Value | undefined)[] {
  if (g === undefined && gLogDet === undefined) return [];
  const { variables, pixels = 1 } = attrs;
  const cotangent = g ?? b.emitOne(zeros, [], { cols: variables * pixels });
  const inputs = [v!, shift!, logScale!, cotangent, ...(gLogDet === undefined ? [] : [gLogDet])];
  return b.emit(op, inputs, { variables, pixels }, [shift as Parameter, logScale as Parameter]);
}

/** [x, shift, logScale] -> [y, logDet]. */
export const actNormEncode: OpDef<ActNormAttrs> = {
  name: "actNormEncode",
  infer: (inputs, attrs) => infer("actNormEncode", inputs, attrs),
  vjp: (context) => emitVjp(context, actNormEncodeVjp),
  bijection: {
    input: 0,
    output: 0,
    decode: (b, [, shift, logScale], y, attrs) =>
      b.emitOne(actNormDecode, [y, shift!, logScale!], { ...attrs, logDet: false }),
  },
  inPlace: [[0, 0]],
};

/** [y, shift, logScale] -> [x, logDet], or [x] alone. logDet is encode's. */
export const actNormDecode: OpDef<ActNormDecodeAttrs> = {
  name: "actNormDecode",
  infer: (inputs, attrs) => infer("actNormDecode", inputs, attrs).slice(0, attrs.logDet ? 2 : 1),
  vjp: (context) => emitVjp(context, actNormDecodeVjp),
  inPlace: [[0, 0]],
};

function vjpOp(name: string): OpDef<ActNormAttrs> {
  return {
    name,
    infer(inputs, attrs) {
      const [rows] = infer(name, inputs, attrs);
      expectRows(name, "cotangent", inputs[3], attrs.variables * (attrs.pixels ?? 1));
      return [rows!];
    },
    inPlace: [[0, 3]],
  };
}

/** [x, shift, logScale, gy, gLogDet?] -> [gx]; accumulates shift and logScale. */
export const actNormEncodeVjp: OpDef<ActNormAttrs> = vjpOp("actNormEncodeVjp");

/** [y, shift, logScale, gx, gLogDet?] -> [gy]; accumulates shift and logScale. */
export const actNormDecodeVjp: OpDef<ActNormAttrs> = vjpOp("actNormDecodeVjp");
