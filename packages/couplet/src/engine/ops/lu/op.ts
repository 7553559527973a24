/**
 * Linear bijection with an LU-decomposed matrix: y = L U x + b, logDet = sum of the log-diagonal.
 * Decoding solves two triangular systems; no matrix is inverted. All-zero parameters are the identity.
 *
 * Parameters, in input order: lower (n x n, strict lower part), upper (n x n, strict upper part),
 * logDiagonal (1 x n), bias (1 x n). With `pixels` a row holds so many times n numbers, each mapped so (an invertible convolution of
 * 1 x 1), and logDet counts that often.
 */
import { expectParam, expectRows } from "../../value.ts";
import type { Parameter, Shape, Value } from "../../value.ts";
import type { OpDef, VjpContext } from "../../op.ts";
import { zeros } from "../zeros/op.ts";

export type LuAttrs = { readonly variables: number; readonly pixels?: number };
export type LuDecodeAttrs = LuAttrs & { readonly logDet: boolean };

function infer(
  op: string,
  inputs: readonly (Shape | undefined)[],
  { variables: n, pixels = 1 }: LuAttrs,
): Shape[] {
  expectRows(op, "x", inputs[0], n * pixels);
  expectParam(op, "lower", inputs[1], n, n);
  expectParam(op, "upper", inputs[2], n, n);
  expectParam(op, "logDiagonal", inputs[3], 1, n);
  expectParam(op, "bias", inputs[4], 1, n);
  return [{ kind: "rows", cols: n * pixels }, { kind: "perRow" }];
}

function emitVjp<A extends LuAttrs>(
  { b, inputs, attrs, cotangents: [g, gLogDet] }: VjpContext<A>,
  op: OpDef<LuAttrs>,
): (Value | undefined)[] {
  if (g === undefined && gLogDet === undefined) return [];
  const { variables, pixels = 1 } = attrs;
  const cotangent = g ?? b.emitOne(zeros, [], { cols: variables * pixels });
  const all = [...inputs, cotangent, ...(gLogDet === undefined ? [] : [gLogDet])];
  return b.emit(op, all, { variables, pixels }, inputs.slice(1) as Parameter[]);
}

/** [x, lower, upper, logDiagonal, bias] -> [y, logDet]. */
export const luEncode: OpDef<LuAttrs> = {
  name: "luEncode",
  infer: (inputs, attrs) => infer("luEncode", inputs, attrs),
  vjp: (context) => emitVjp(context, luEncodeVjp),
  bijection: {
    input: 0,
    output: 0,
    decode: (b, inputs, y, attrs) =>
      b.emitOne(luDecode, [y, ...inputs.slice(1).map((value) => value!)], {
        ...attrs,
        logDet: false,
      }),
  },
  inPlace: [[0, 0]],
};

/** [y, lower, upper, logDiagonal, bias] -> [x, logDet], or [x] alone. logDet is encode's. */
export const luDecode: OpDef<LuDecodeAttrs> = {
  name: "luDecode",
  infer: (inputs, attrs) => infer("luDecode", inputs, attrs).slice(0, attrs.logDet ? 2 : 1),
  vjp: (context) => emitVjp(context, luDecodeVjp),
  inPlace: [[0, 0]],
};

function vjpOp(name: string): OpDef<LuAttrs> {
  return {
    name,
    infer(inputs, attrs) {
      const [rows] = infer(name, inputs, attrs);
      expectRows(name, "cotangent", inputs[5], attrs.variables * (attrs.pixels ?? 1));
      return [rows!];
    },
    inPlace: [[0, 5]],
  };
}

/** [x, lower, upper, logDiagonal, bias, gy, gLogDet?] -> [gx]; accumulates the four parameters. */
export const luEncodeVjp: OpDef<LuAttrs> = vjpOp("luEncodeVjp");

/** [y, lower, upper, logDiagonal, bias, gx, gLogDet?] -> [gy]; accumulates the four parameters. */
export const luDecodeVjp: OpDef<LuAttrs> = vjpOp("luDecodeVjp");
