import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { smoothRows, smoothingFor, smoothingOfEpoch } from "./smooth-rows.ts";

const ROWS = 20_000;
/** Two standard normal columns of correlation 0.8, and one that noise must leave alone. */
const rows = Float64Array.from({ length: 3 * ROWS }, (_, i) => {
  const row = Math.floor(i / 3);
  const first = philoxNormal({ seed: 1, row });
  if (i % 3 === 0) return first;
  return i % 3 === 1 ? 0.8 * first + 0.6 * philoxNormal({ seed: 1, row, stream: 1 }) : row;
});
const options = { on: [0, 1], sigma: 0.5, seed: 3, epoch: 2 };

function moment(z: Float64Array, a: number, b: number): number {
  let sum = 0;
  for (let row = 0; row < ROWS; row++) sum += (z[3 * row + a]! * z[3 * row + b]!) / ROWS;
  return sum;
}

describe("smoothRows", () => {
  const blurred = smoothRows(rows, 3, options);

  it("keeps standard normal columns so, and shrinks their correlation by 1 - sigma^2", () => {
    // Five standard errors of a second moment of 20,000 rows: 5 sqrt(2 / 20000).
    const tolerance = 0.05;
    expect(Math.abs(moment(blurred, 0, 0) - 1)).toBeLessThan(tolerance);
    expect(Math.abs(moment(blurred, 1, 1) - 1)).toBeLessThan(tolerance);
    expect(Math.abs(moment(blurred, 0, 1) - 0.75 * 0.8)).toBeLessThan(tolerance);
    expect(moment(rows, 0, 1)).toBeGreaterThan(0.75);
  });

  it("leaves other columns and its input alone", () => {
    expect(blurred.every((value, i) => i % 3 !== 2 || value === Math.floor(i / 3))).toBe(true);
    expect(rows[0]).toBe(philoxNormal({ seed: 1, row: 0 }));
  });

  it("draws the same for the same epoch and seed, and anew for others", () => {
    const again = smoothRows(rows, 3, options);
    expect(again.every((value, i) => value === blurred[i])).toBe(true);
    expect(smoothRows(rows, 3, { ...options, epoch: 3 })[0]).not.toBe(blurred[0]);
    expect(smoothRows(rows, 3, { ...options, seed: 4 })[0]).not.toBe(blurred[0]);
  });

  it("does nothing at bandwidth 0", () => {
    const same = smoothRows(rows, 3, { ...options, sigma: 0 });
    expect(same.every((value, i) => value === rows[i])).toBe(true);
  });
});

describe("the default bandwidth", () => {
  it("falls with the rows, to none for many", () => {
    expect(smoothingFor(100)).toBe(0.5);
    expect(smoothingFor(7000)).toBeCloseTo(Math.sqrt(0.025), 12);
    expect(smoothingFor(10_000)).toBe(0);
  });

  it("falls to 0 over the epochs", () => {
    expect(smoothingOfEpoch(0.4, 0, 100)).toBe(0.4);
    expect(smoothingOfEpoch(0.4, 50, 100)).toBeCloseTo(0.2, 12);
    expect(smoothingOfEpoch(0.4, 100, 100)).toBe(0);
  });
});
