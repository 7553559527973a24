import { paramShape, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { layerNorm, layerNormVjp } from "./op.ts";

export const layerNormCases: readonly OpCase[] = [...widths, 64].flatMap((columns): OpCase[] => {
  const x = { shape: rowsShape(columns) };
  const p = { shape: paramShape(1, columns) };
  const attrs = { columns };
  // A row of one or two nearly equal numbers is divided by its small deviation.
  const tolerance = 2e-4;
  const because = "differences divided by the row's deviation";
  return [
    {
      name: `layerNorm, ${columns} columns`,
      op: layerNorm,
      attrs,
      inputs: [x, p, p],
      tolerance,
      because,
    },
    {
      name: `layerNormVjp, ${columns} columns`,
      op: layerNormVjp,
      attrs,
      // The last input is the bias: read by nobody, but its gradient is added to.
      inputs: [x, p, x, p],
      accumulates: [1, 3],
      tolerance,
      because,
    },
  ];
});
