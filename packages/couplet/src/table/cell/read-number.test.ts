import { expect, test } from "vitest";
import { philoxUniform } from "../../random/philox.ts";
import { roundTo } from "./read-number.ts";

test("roundTo rounds as the digits of a number do, near halves, below zero and far out too", () => {
  const values = [0, -0, 0.1 + 0.2, 1.005, -1.005, 2.5, -2.5, 0.5, -0.5, 0.49999999999999994];
  for (let k = 0; k < 4000; k++) {
    const u = philoxUniform({ seed: 1, row: k, stream: 0, draw: 0 });
    const size = 10 ** Math.floor(k / 160 - 5);
    // A half and its neighbours at some decimals, and any number of that size.
    const half = (Math.floor(u * 1000) + 0.5) * size;
    values.push(half, half * (1 + 2 ** -52), half * (1 - 2 ** -53), -half, (u - 0.5) * size);
  }
  const digits = (value: number, decimals: number): number => Number(value.toFixed(decimals));
  for (let decimals = 0; decimals <= 15; decimals++)
    expect(values.map((value) => roundTo(value, decimals))).toEqual(
      values.map((value) => digits(value, decimals)),
    );
  expect(roundTo(1.5e21, 3)).toBe(1.5e21);
  expect(roundTo(1 / 3, 16)).toBe(1 / 3);
});
