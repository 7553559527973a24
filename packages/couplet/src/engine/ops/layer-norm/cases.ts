import { paramShape, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { layerNorm, layerNormVjp } from "./op.ts";

const sizes = [...[...widths, 64].map((columns) => [columns, 1] as const), [5, 3], [8, 4]] as const;

export const layerNormCases: readonly OpCase[] = sizes.flatMap(([columns, pixels]): OpCase[] => {
  const x = { shape: rowsShape(columns * pixels) };
  const p = { shape: paramShape(1, columns) };
  const attrs = { columns, pixels };
  // A row of one or two nearly equal numbers is divided by its small deviation.
  const tolerance = 2e-4;
  const because = "differences divided by the row's deviation";
  return [
    {
      name: `layerNorm, ${columns} columns, ${pixels} pixels`,
      op: layerNorm,
      attrs,
      inputs: [x, p, p],
      tolerance,
      because,
    },
    {
      name: `layerNormVjp, ${columns} columns, ${pixels} pixels`,
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
