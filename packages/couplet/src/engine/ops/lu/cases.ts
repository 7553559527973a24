import { paramShape, perRow, rowsShape, widths } from "../op-case.ts";
import type { CaseInput, OpCase } from "../op-case.ts";
import { luDecode, luDecodeVjp, luEncode, luEncodeVjp } from "./op.ts";

export const luCases: readonly OpCase[] = widths.flatMap((n): OpCase[] => {
  // Entries of size 1 / n keep the triangles well conditioned: rounding stays rounding.
  const small = (shape: CaseInput["shape"]): CaseInput => ({
    shape,
    draw: (normal) => normal() / (n + 1),
  });
  const square = paramShape(n, n);
  const column = paramShape(1, n);
  const forward: CaseInput[] = [
    { shape: rowsShape(n) },
    small(square),
    small(square),
    small(column),
    { shape: column },
  ];
  const backward = [...forward, { shape: rowsShape(n) }, { shape: perRow }];
  const attrs = { variables: n };
  const accumulates = [1, 2, 3, 4];
  const rows = [19, 16, 5, 1, 0];
  const tolerance = 1e-5;
  const because = "sums of n products, twice";
  return [
    {
      name: `luEncode, ${n} variables`,
      op: luEncode,
      attrs,
      inputs: forward,
      rows,
      tolerance,
      because,
      jacobian: { input: 0, output: 0, logDet: 1, sign: 1 },
    },
    {
      name: `luDecode, ${n} variables`,
      op: luDecode,
      attrs: { ...attrs, logDet: true },
      inputs: forward,
      rows,
      tolerance,
      because,
      jacobian: { input: 0, output: 0, logDet: 1, sign: -1 },
    },
    {
      name: `luEncodeVjp, ${n} variables`,
      op: luEncodeVjp,
      attrs,
      inputs: backward,
      accumulates,
      rows,
      tolerance,
      because,
    },
    {
      name: `luDecodeVjp, ${n} variables, x alone`,
      op: luDecodeVjp,
      attrs,
      inputs: backward.slice(0, 6),
      accumulates,
      rows,
      tolerance,
      because,
    },
  ];
});
