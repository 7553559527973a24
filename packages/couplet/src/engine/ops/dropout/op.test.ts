import { describe, expect, it } from "vitest";
import { rowsShape } from "../op-case.ts";
import { runOp } from "../suite/run-op.ts";
import { dropout } from "./op.ts";

const columns = 20;
const rows = 2000;
const ones = { shape: rowsShape(columns), data: new Float64Array(rows * columns).fill(1) };

function mask(
  options: { layer?: number; step?: number; row0?: number; rows?: number } = {},
): Float64Array {
  const { layer = 0, step = 1, row0 = 0 } = options;
  const count = options.rows ?? rows;
  const input = { ...ones, data: ones.data.slice(0, count * columns) };
  return runOp(dropout, [input], { columns, rate: 0.25, layer }, { rows: count, row0, step })[0]!;
}

describe("dropout", () => {
  it("drops a quarter and keeps the mean", () => {
    const kept = mask();
    const zeros = kept.reduce((sum, v) => sum + (v === 0 ? 1 : 0), 0) / kept.length;
    // Five standard errors of a share of 0.25.
    expect(Math.abs(zeros - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / kept.length));
    expect(new Set(kept)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  });

  it("replays from seed, step, layer and row, and changes with each", () => {
    const first = mask();
    expect(mask()).toEqual(first);
    expect(mask({ row0: 1500, rows: 500 })).toEqual(first.slice(1500 * columns));
    expect(mask({ step: 2 })).not.toEqual(first);
    expect(mask({ layer: 1 })).not.toEqual(first);
  });
});
