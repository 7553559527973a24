/** Elementwise products for conditioners: a b, factor a, and the gate a sigmoid(b). */
import { expectRows } from "../../value.ts";
import type { Shape } from "../../value.ts";
import type { OpDef } from "../../op.ts";

type None = Record<string, never>;

function same(op: string, inputs: readonly (Shape | undefined)[], outputs = 1): Shape[] {
  const cols = expectRows(op, "inputs[0]", inputs[0]);
  for (const [i, shape] of inputs.entries()) expectRows(op, `inputs[${i}]`, shape, cols);
  return Array.from({ length: outputs }, () => ({ kind: "rows", cols }));
}

/** [a, b] -> [a b]. */
export const multiply: OpDef<None> = {
  name: "multiply",
  infer: (inputs) => same("multiply", inputs),
  vjp: ({ b, inputs: [x, y], cotangents: [g] }) =>
    g === undefined ? [] : [b.emitOne(multiply, [g, y!], {}), b.emitOne(multiply, [g, x!], {})],
  inPlace: [[0, 0]],
};

/** [a] -> [factor a]. */
export const scale: OpDef<{ readonly factor: number }> = {
  name: "scale",
  infer: (inputs) => same("scale", inputs),
  vjp: ({ b, attrs, cotangents: [g] }) => (g === undefined ? [] : b.emit(scale, [g], attrs)),
  inPlace: [[0, 0]],
};

/** [a, b] -> [a sigmoid(b)]: a gated linear unit (Dauphin et al. 2017, eq. 1). */
export const sigmoidGate: OpDef<None> = {
  name: "sigmoidGate",
  infer: (inputs) => same("sigmoidGate", inputs),
  vjp: ({ b, inputs: [x, y], cotangents: [g] }) =>
    g === undefined ? [] : b.emit(sigmoidGateVjp, [x!, y!, g], {}),
  inPlace: [[0, 0]],
};

/** [a, b, g] -> [g sigmoid(b), g a sigmoid'(b)]. */
export const sigmoidGateVjp: OpDef<None> = {
  name: "sigmoidGateVjp",
  infer: (inputs) => same("sigmoidGateVjp", inputs, 2),
  inPlace: [[0, 2]],
};
