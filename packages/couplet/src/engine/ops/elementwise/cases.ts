import { rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { multiply, scale, sigmoidGate, sigmoidGateVjp } from "./op.ts";

export const elementwiseCases: readonly OpCase[] = widths.flatMap((n): OpCase[] => {
  const x = { shape: rowsShape(n) };
  return [
    {
      name: `multiply, ${n} columns`,
      op: multiply,
      attrs: {},
      inputs: [x, x],
      boundary: { input: 0 },
    },
    {
      name: `scale, ${n} columns`,
      op: scale,
      attrs: { factor: -1.5 },
      inputs: [x],
      boundary: { input: 0 },
    },
    {
      name: `sigmoidGate, ${n} columns`,
      op: sigmoidGate,
      attrs: {},
      inputs: [x, x],
      boundary: { input: 1 },
    },
    { name: `sigmoidGateVjp, ${n} columns`, op: sigmoidGateVjp, attrs: {}, inputs: [x, x, x] },
  ];
});
