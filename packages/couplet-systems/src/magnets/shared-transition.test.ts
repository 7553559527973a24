import { describe, expect, it } from "vitest";
import { meanFieldState } from "./mean-field.ts";
import { molecularField } from "./molecular-field.ts";
import {
  balanceCondition,
  featureBoundary,
  ghostTemperature,
  sharedTransition,
} from "./shared-transition.ts";

const two = (a: number, b: number, c: number): ReturnType<typeof molecularField> =>
  molecularField({
    matrix: [
      [a, c],
      [c, b],
    ],
  });

describe("one Curie temperature, four meanings", () => {
  it.each([
    [0.2, 0.5345],
    [0.4, 0.491],
    [0.5, 0.476],
    [0.6, 0.464],
    [0.8, 0.445],
  ])("c* / (a - b) for b / a = %d is %d", (ratio, expected) => {
    const boundary = featureBoundary({
      field: (c) => two(1, ratio, c),
      group: 1,
      bracket: [0.02, 0.9],
    });
    // The reference was found on a grid of T, with a tolerance of 2e-3 in c* stated there.
    expect(Math.abs(boundary / (1 - ratio) - expected)).toBeLessThan(2e-3 / (1 - ratio));
  });

  it("has the ghost below c* and not above", () => {
    const boundary = featureBoundary({
      field: (c) => two(1, 0.5, c),
      group: 1,
      bracket: [0.02, 0.9],
    });
    expect(ghostTemperature(two(1, 0.5, boundary * 0.97), 1)).toBeGreaterThan(0.3);
    expect(ghostTemperature(two(1, 0.5, boundary * 1.03), 1)).toBeUndefined();
  });

  it("any coupling gives one singularity, none gives two", () => {
    const weak = sharedTransition(two(4, 2, 0.02));
    expect([weak.singularity, weak.feature, weak.curve]).toEqual([true, false, false]);
    expect(weak.ghosts[0]).toBeUndefined();
    // Slightly above film 2's own Tc = 2, which the field of film 1 rounds off.
    expect(Math.abs(weak.ghosts[1]! - 2)).toBeLessThan(0.3);
    expect(sharedTransition(two(4, 2, 0)).singularity).toBe(false);
    const strong = sharedTransition(two(4, 2, 1.2));
    expect([strong.singularity, strong.feature, strong.curve]).toEqual([true, true, false]);
  });

  it("is one mode where c^2 = a b: Tc = a + b, and one field drives both films at every temperature", () => {
    const field = two(4, 2, Math.sqrt(8));
    const shared = sharedTransition(field);
    expect(shared.oneMode).toBe(true);
    expect(shared.temperature).toBeCloseTo(6, 12);
    expect(Math.abs(shared.modes[1]!)).toBeLessThan(1e-14);
    const ratio = (matrix: typeof field, t: number) => {
      const [m1, m2] = meanFieldState(matrix, t).magnetisation;
      return Math.atanh(m1!) / Math.atanh(m2!);
    };
    // Fields (a m1 + c m2) and (c m1 + b m2) with c = sqrt(a b) are sqrt(a) and sqrt(b) times one field.
    for (const t of [1.5, 3, 4.5, 5.8]) expect(ratio(field, t)).toBeCloseTo(Math.SQRT2, 8);
    const other = two(4, 2, 1);
    expect(sharedTransition(other).oneMode).toBe(false);
    expect(ratio(other, 1)).toBeLessThan(1.7);
    expect(ratio(other, 4.3)).toBeGreaterThan(2.3);
  });

  it("is no mode of a film without a field, where c^2 = a b = 0", () => {
    const bare = sharedTransition(two(4, 0, 0));
    expect([...bare.modes]).toEqual([4, 0]);
    expect([bare.singularity, bare.oneMode]).toEqual([false, false]);
    // The same film in the field of the other is driven by it, but c^2 = 1 is not a b = 0.
    expect(sharedTransition(two(4, 0, 1)).oneMode).toBe(false);
    expect(sharedTransition(two(4, 1, 2)).oneMode).toBe(true);
  });

  // SYSTEMS 3.2: M = [[4,1],[3,2]], m solves m = tanh(5 m / T).
  it.each([
    [1, 0.9999091217152325],
    [2.5, 0.9575040240772688],
    [4, 0.7104117834878563],
    [4.9, 0.2429826326350184],
  ])("balanced films share one curve: T = %d, m = %d", (T, m) => {
    const field = molecularField({
      matrix: [
        [4, 1],
        [3, 2],
      ],
    });
    const shared = sharedTransition(field);
    expect(shared.temperature).toBeCloseTo(5, 12);
    expect(shared.curve).toBe(true);
    const { magnetisation } = meanFieldState(field, T);
    expect(magnetisation[0]).toBeCloseTo(m, 10);
    expect(magnetisation[1]).toBeCloseTo(m, 10);
  });

  it("says how far from balance two films are, and what would balance them", () => {
    const films = balanceCondition(two(4, 2, 1));
    expect([...films.rowSums]).toEqual([5, 3]);
    expect([...films.correction]).toEqual([0, 2]);
    expect(balanceCondition(two(4, 4, 1)).balanced).toBe(true);
    expect(balanceCondition(two(4, 4, -1)).balanced).toBe(true);
  });
});
