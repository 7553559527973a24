import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { momentsOf } from "../../statistics/moments.ts";
import { maskedConditioning } from "./masked-conditioning.ts";

const dims = 5;
const groups = [[0], [1, 2], [3], [4]];
const z = Float64Array.from(
  { length: 4000 * dims },
  (_, i) => 10 + philoxNormal({ seed: 1, row: i }),
);

describe("rows under random masks", () => {
  const { rows, context } = maskedConditioning(z, dims, groups, { seed: 3, draw: 0 });
  const width = groups.length + dims;

  it("shows given variables as context, and noise in their place", () => {
    const noise: number[] = [];
    for (let row = 0; row < 4000; row++) {
      const given = groups.map((_, g) => context[row * width + g]!);
      // A question without unknowns is none.
      expect(given).toContain(0);
      for (const [g, group] of groups.entries())
        for (const d of group) {
          const [value, shown] = [z[row * dims + d]!, context[row * width + groups.length + d]!];
          expect(shown).toBe(given[g] === 1 ? value : 0);
          if (given[g] === 1) noise.push(rows[row * dims + d]!);
          else expect(rows[row * dims + d]).toBe(value);
        }
    }
    const { mean, deviation } = momentsOf(Float64Array.from(noise));
    // Four standard errors of some 9,000 standard normal numbers.
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.04);
  });

  it("asks for every number of unknowns, of few most often, and for each group as often", () => {
    const counts = new Float64Array(groups.length + 1);
    const unknown = new Float64Array(groups.length);
    for (let row = 0; row < 4000; row++) {
      let sum = 0;
      for (let g = 0; g < groups.length; g++)
        if (context[row * width + g] === 0) {
          unknown[g]!++;
          sum++;
        }
      counts[sum]!++;
    }
    expect(counts[0]).toBe(0);
    for (let k = 1; k <= groups.length; k++) expect(counts[k]).toBeGreaterThan(300);
    expect(counts[1]).toBe(Math.max(...counts));
    for (const count of unknown) expect(Math.abs(count / unknown[0]! - 1)).toBeLessThan(0.15);
  });

  it("is a function of its seed and draw", () => {
    const again = maskedConditioning(z, dims, groups, { seed: 3, draw: 0 });
    expect(again.context).toEqual(context);
    expect(maskedConditioning(z, dims, groups, { seed: 3, draw: 1 }).context).not.toEqual(context);
  });
});
