/**
 * The logit of probabilities, y = log(p / (1 - p)), and back, p = 1 / (1 + exp(-y)), with the log-determinant of the first:
 * logDet = -sum(log p + log(1 - p)) = sum(softplus(y) + softplus(-y)).
 */
import { expectRows } from "../../value.ts";
import type { Shape, Value } from "../../value.ts";
import type { OpDef, VjpContext } from "../../op.ts";
import { zeros } from "../zeros/op.ts";

export type LogitAttrs = { readonly variables: number };
export type LogitDecodeAttrs = LogitAttrs & {
  /** p stays within [margin, 1 - margin]. */
  readonly margin: number;
};

function infer(op: string, v: Shape | undefined, { variables }: LogitAttrs): Shape[] {
  expectRows(op, "value", v, variables);
  return [{ kind: "rows", cols: variables }, { kind: "perRow" }];
}

function emitVjp<A extends LogitAttrs>(
  { b, inputs: [v], attrs, cotangents: [g, gLogDet] }: VjpContext<A>,
  op: OpDef<LogitAttrs>,
): (Value | undefined)[] {
  if (g === undefined && gLogDet === undefined) return [];
  const { variables } = attrs;
  const cotangent = g ?? b.emitOne(zeros, [], { cols: variables });
  const inputs = [v!, cotangent, ...(gLogDet === undefined ? [] : [gLogDet])];
  return [b.emitOne(op, inputs, { variables })];
}

/** [p] -> [y, logDet]. */
export const logitEncode: OpDef<LogitAttrs> = {
  name: "logitEncode",
  infer: ([p], attrs) => infer("logitEncode", p, attrs),
  vjp: (context) => emitVjp(context, logitEncodeVjp),
  bijection: {
    input: 0,
    output: 0,
    decode: (b, _inputs, y, attrs) => b.emit(logitDecode, [y], { ...attrs, margin: 0 })[0]!,
  },
  inPlace: [[0, 0]],
};

/** [y] -> [p, logDet]. logDet is encode's. */
export const logitDecode: OpDef<LogitDecodeAttrs> = {
  name: "logitDecode",
  infer: ([y], attrs) => infer("logitDecode", y, attrs),
  vjp: (context) => emitVjp(context, logitDecodeVjp),
  inPlace: [[0, 0]],
};

function vjpOp(name: string): OpDef<LogitAttrs> {
  return {
    name,
    infer([v, g], attrs) {
      expectRows(name, "cotangent", g, attrs.variables);
      return infer(name, v, attrs).slice(0, 1);
    },
    inPlace: [[0, 1]],
  };
}

/** [p, gy, gLogDet?] -> [gp], gp = (gy + gLogDet (2p - 1)) / (p (1 - p)). */
export const logitEncodeVjp: OpDef<LogitAttrs> = vjpOp("logitEncodeVjp");

/** [y, gp, gLogDet?] -> [gy], gy = gp p (1 - p) + gLogDet (2p - 1). */
export const logitDecodeVjp: OpDef<LogitAttrs> = vjpOp("logitDecodeVjp");
