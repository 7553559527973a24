import { paramShape, perRow, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { actNormDecode, actNormDecodeVjp, actNormEncode, actNormEncodeVjp } from "./op.ts";

const sizes = [...widths.map((variables) => [variables, 1] as const), [3, 4], [5, 2]] as const;

export const actNormCases: readonly OpCase[] = sizes.flatMap(([variables, pixels]): OpCase[] => {
  const forward = [
    { shape: rowsShape(variables * pixels) },
    { shape: paramShape(1, variables) },
    { shape: paramShape(1, variables) },
  ];
  const backward = [...forward, { shape: rowsShape(variables * pixels) }, { shape: perRow }];
  const attrs = { variables, pixels };
  return [
    {
      name: `actNormEncode, ${variables} variables, ${pixels} pixels`,
      op: actNormEncode,
      attrs,
      inputs: forward,
      boundary: { input: 0 },
      jacobian: { input: 0, output: 0, logDet: 1, sign: 1 },
    },
    {
      name: `actNormDecode, ${variables} variables, ${pixels} pixels`,
      op: actNormDecode,
      attrs: { ...attrs, logDet: true },
      inputs: forward,
      jacobian: { input: 0, output: 0, logDet: 1, sign: -1 },
    },
    {
      name: `actNormEncodeVjp, ${variables} variables, ${pixels} pixels`,
      op: actNormEncodeVjp,
      attrs,
      inputs: backward,
      accumulates: [1, 2],
    },
    {
      name: `actNormDecodeVjp, ${variables} variables, ${pixels} pixels, x alone`,
      op: actNormDecodeVjp,
      attrs,
      inputs: backward.slice(0, 4),
      accumulates: [1, 2],
    },
  ];
});
