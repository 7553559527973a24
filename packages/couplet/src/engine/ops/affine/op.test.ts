import { describe, expect, it } from "vitest";
import { rowsShape } from "../op-case.ts";
import { runOp } from "../suite/run-op.ts";
import { builds } from "../suite/wasm.ts";
import { affineDecode, affineEncode } from "./op.ts";
import { logScale } from "./reference.ts";
import type { AffineScale } from "./op.ts";

const scales: readonly AffineScale[] = ["softClamp", "tanh", "sigmoid", "exp"];
const x = [1.7, -0.3, 0, 12];

describe.each(scales)("affine coupling, %s", (scale) => {
  it.each(builds)("%s: zero parameters are exactly the identity, and logDet is 0", (build) => {
    const inputs = [
      { shape: rowsShape(4), data: x.map(Math.fround) },
      { shape: rowsShape(8), data: new Float64Array(8) },
    ];
    const attrs = { variables: 4, scale, clamp: 2 };
    const [y, logDet] = runOp(affineEncode, inputs, attrs, { rows: 1 }, build);
    expect([...y!]).toEqual(x.map(Math.fround));
    expect(logDet![0]).toBe(0);
    const [back] = runOp(affineDecode, inputs, { ...attrs, logDet: true }, { rows: 1 }, build);
    expect([...back!]).toEqual(x.map(Math.fround));
  });

  it("keeps within what it promises for huge parameters", () => {
    const limits = [-1e6, 1e6].map((raw) => logScale(raw, { scale, clamp: 2 }));
    const bound = {
      softClamp: [-2, 2],
      tanh: [-2, 2],
      sigmoid: [-1e6, Math.LN2],
      exp: [-1e6, 1e6],
    }[scale];
    limits.forEach((s, i) => expect(Math.abs(s - bound[i]!)).toBeLessThan(1));
    expect(limits[1]!).toBeLessThanOrEqual(bound[1]!);
  });
});
