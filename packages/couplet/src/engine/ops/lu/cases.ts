import { paramShape, perRow, rowsShape, widths } from "../op-case.ts";
import type { CaseInput, OpCase } from "../op-case.ts";
import { luDecode, luDecodeVjp, luEncode, luEncodeVjp } from "./op.ts";

const sizes = [...widths.map((n) => [n, 1] as const), [3, 4], [5, 2]] as const;

export const luCases: readonly OpCase[] = sizes.flatMap(([n, pixels]): OpCase[] => {
  // Entries of size 1 / n keep the triangles well conditioned: rounding stays rounding.
  const small = (shape: CaseInput["shape"]): CaseInput => ({
    shape,
    draw: (normal) => normal() / (n + 1),
  });
  const square = paramShape(n, n);
  const column = paramShape(1, n);
  const forward: CaseInput[] = [
    { shape: rowsShape(n * pixels) },
    small(square),
    small(square),
    small(column),
    { shape: column },
  ];
  const backward = [...forward, { shape: rowsShape(n * pixels) }, { shape: perRow }];
  const attrs = { variables: n, pixels };
  const accumulates = [1, 2, 3, 4];
  const rows = [19, 16, 5, 1, 0];
  const tolerance = 1e-5;
  const because = "sums of n products, twice";
  return [
    {
      name: `luEncode, ${n} variables, ${pixels} pixels`,
      op: luEncode,
      attrs,
      inputs: forward,
      rows,
      tolerance,
      because,
      jacobian: { input: 0, output: 0, logDet: 1, sign: 1 },
    },
    {
      name: `luDecode, ${n} variables, ${pixels} pixels`,
      op: luDecode,
      attrs: { ...attrs, logDet: true },
      inputs: forward,
      rows,
      tolerance,
      because,
      jacobian: { input: 0, output: 0, logDet: 1, sign: -1 },
    },
    {
      name: `luEncodeVjp, ${n} variables, ${pixels} pixels`,
      op: luEncodeVjp,
      attrs,
      inputs: backward,
      accumulates,
      rows,
      tolerance,
      because,
    },
    {
      name: `luDecodeVjp, ${n} variables, ${pixels} pixels, x alone`,
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
