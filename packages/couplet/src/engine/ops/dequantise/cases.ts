import { rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { dequantise, quantise } from "./op.ts";

export const dequantiseCases: readonly OpCase[] = widths.flatMap((variables): OpCase[] => {
  const attrs = { variables, scale: 1 / 8, offset: -0.5 };
  return [
    {
      name: `dequantise, ${variables} variables`,
      op: dequantise,
      attrs,
      inputs: [{ shape: rowsShape(variables) }, { shape: rowsShape(variables) }],
    },
    {
      name: `quantise, ${variables} variables`,
      op: quantise,
      attrs: { ...attrs, most: 7 },
      // Middles of steps: at their edges the result has no differences.
      inputs: [
        {
          shape: rowsShape(variables),
          draw: (normal) => (Math.floor(8 * normal()) + 0.5) / 8 - 0.5,
        },
      ],
      boundary: { input: 0 },
    },
  ];
});
