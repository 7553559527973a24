import { describe, expect, it } from "vitest";
import { paramShape, rowsShape } from "../op-case.ts";
import { runOp } from "../suite/run-op.ts";
import { luDecode, luEncode } from "./op.ts";

const junk = 1e6;

describe("LU linear", () => {
  it("is the identity, exactly, when its parameters are zero", () => {
    const x = [1.5, -2, 0.25, 3, 4, -5];
    const zero = (rows: number) => ({
      shape: paramShape(rows, 3),
      data: new Float64Array(3 * rows),
    });
    const [y, logDet] = runOp(
      luEncode,
      [{ shape: rowsShape(3), data: x }, zero(3), zero(3), zero(1), zero(1)],
      { variables: 3 },
      { rows: 2 },
    );
    expect([...y!]).toEqual(x);
    expect([...logDet!]).toEqual([0, 0]);
  });

  it("uses the strict triangles only, and decodes by solving", () => {
    // L = [[1, 0], [2, 1]], U = [[e, 3], [0, 1/e]], b = (10, 20); x = (1, 1).
    const parameters = [
      { shape: paramShape(2, 2), data: [junk, junk, 2, junk] },
      { shape: paramShape(2, 2), data: [junk, 3, junk, junk] },
      { shape: paramShape(1, 2), data: [1, -1] },
      { shape: paramShape(1, 2), data: [10, 20] },
    ];
    const [y, logDet] = runOp(
      luEncode,
      [{ shape: rowsShape(2), data: [1, 1] }, ...parameters],
      { variables: 2 },
      { rows: 1 },
    );
    const t = Math.E + 3;
    expect(y![0]).toBeCloseTo(t + 10, 5);
    expect(y![1]).toBeCloseTo(2 * t + 1 / Math.E + 20, 5);
    expect(logDet![0]).toBe(0);
    const [x] = runOp(
      luDecode,
      [{ shape: rowsShape(2), data: y! }, ...parameters],
      { variables: 2, logDet: false },
      { rows: 1 },
    );
    expect(x![0]).toBeCloseTo(1, 4);
    expect(x![1]).toBeCloseTo(1, 4);
  });
});
