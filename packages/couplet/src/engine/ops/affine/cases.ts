import { perRow, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { affineDecode, affineDecodeVjp, affineEncode, affineEncodeVjp } from "./op.ts";
import type { AffineScale } from "./op.ts";

const scales: readonly AffineScale[] = ["softClamp", "tanh", "sigmoid", "exp"];

function casesOf(variables: number, scale: AffineScale): OpCase[] {
  const attrs = { variables, scale, clamp: 2 };
  const at = `${scale}, ${variables} variables`;
  const forward = [{ shape: rowsShape(variables) }, { shape: rowsShape(2 * variables) }];
  const backward = [...forward, { shape: rowsShape(variables) }, { shape: perRow }];
  return [
    {
      name: `affineEncode ${at}`,
      op: affineEncode,
      attrs,
      inputs: forward,
      boundary: { input: 0 },
      jacobian: { input: 0, output: 0, logDet: 1, sign: 1 },
    },
    {
      name: `affineDecode ${at}`,
      op: affineDecode,
      attrs: { ...attrs, logDet: true },
      inputs: forward,
      boundary: { input: 1 },
      jacobian: { input: 0, output: 0, logDet: 1, sign: -1 },
    },
    { name: `affineEncodeVjp ${at}`, op: affineEncodeVjp, attrs, inputs: backward },
    {
      name: `affineDecodeVjp ${at}, y alone`,
      op: affineDecodeVjp,
      attrs,
      inputs: backward.slice(0, 3),
    },
  ];
}

export const affineCases: readonly OpCase[] = [
  ...widths.flatMap((n) => casesOf(n, "softClamp")),
  ...scales.slice(1).flatMap((scale) => casesOf(5, scale)),
];
