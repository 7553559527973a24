import { describe, expect, it } from "vitest";
import { mean, meanAndError, variance } from "./mean.ts";

describe("mean, variance and standard error", () => {
  it("divides the variance by n - 1 and the error's square by n", () => {
    expect(mean([1, 2, 3, 4])).toBe(2.5);
    expect(variance([1, 2, 3, 4])).toBeCloseTo(5 / 3, 15);
    expect(meanAndError([1, 2, 3, 4])).toEqual({ mean: 2.5, error: Math.sqrt(5 / 3 / 4) });
  });

  it("has no spread from one number, and no error from it either", () => {
    expect(variance([7])).toBe(0);
    expect(meanAndError([7])).toEqual({ mean: 7, error: Infinity });
    expect(mean([])).toBeNaN();
  });

  it("keeps a mean whose sum is above the largest double, and what is infinite", () => {
    expect(mean([1.5e308, 1.5e308])).toBe(1.5e308);
    expect(mean([-Infinity, 1])).toBe(-Infinity);
  });
});
