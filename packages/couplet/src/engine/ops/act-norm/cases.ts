import { paramShape, perRow, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { actNormDecode, actNormDecodeVjp, actNormEncode, actNormEncodeVjp } from "./op.ts";

export const actNormCases: readonly OpCase[] = widths.flatMap((variables): OpCase[] => {
  const forward = [
    { shape: rowsShape(variables) },
    { shape: paramShape(1, variables) },
    { shape: paramShape(1, variables) },
  ];
  const backward = [...forward, { shape: rowsShape(variables) }, { shape: perRow }];
  const attrs = { variables };
  return [
    {
      name: `actNormEncode, ${variables} variables`,
      op: actNormEncode,
      attrs,
      inputs: forward,
      boundary: { input: 0 },
      jacobian: { input: 0, output: 0, logDet: 1, sign: 1 },
    },
    {
      name: `actNormDecode, ${variables} variables`,
      op: actNormDecode,
      attrs: { ...attrs, logDet: true },
      inputs: forward,
      jacobian: { input: 0, output: 0, logDet: 1, sign: -1 },
    },
    {
      name: `actNormEncodeVjp, ${variables} variables`,
      op: actNormEncodeVjp,
      attrs,
      inputs: backward,
      accumulates: [1, 2],
    },
    {
      name: `actNormDecodeVjp, ${variables} variables, x alone`,
      op: actNormDecodeVjp,
      attrs,
      inputs: backward.slice(0, 4),
      accumulates: [1, 2],
    },
  ];
});
