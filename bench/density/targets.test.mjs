/** That the targets are what they say: samples and densities belong together. */
import { expect, it } from "vitest";
import { draw, targets } from "./targets.mjs";
import { stream } from "./random.mjs";

it.each(Object.entries(targets).filter(([, { dims }]) => dims === 2))(
  "%s has the mass of its samples in every part of the plane",
  (_name, target) => {
    const points = draw(target, 20_000, 5);
    // Squares of side 1 over [-5, 5]^2, each integrated by the midpoint rule with steps of 0.05, below the least noise.
    const mass = new Float64Array(100);
    const step = 0.05;
    for (let i = 0; i < 200; i++)
      for (let j = 0; j < 200; j++) {
        const [x, y] = [-5 + (i + 0.5) * step, -5 + (j + 0.5) * step];
        const cell = 10 * Math.floor(x + 5) + Math.floor(y + 5);
        mass[cell] += Math.exp(target.logDensity([x, y])) * step ** 2;
      }
    const counts = new Float64Array(100);
    let outside = 0;
    for (const [x, y] of points) {
      if (Math.max(Math.abs(x), Math.abs(y)) >= 5) outside++;
      else counts[10 * Math.floor(x + 5) + Math.floor(y + 5)] += 1 / points.length;
    }
    expect(outside / points.length).toBeLessThan(1e-3);
    expect(mass.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 2);
    // Five standard errors of a share, and the rule's own error.
    for (const [k, share] of counts.entries())
      expect(Math.abs(share - mass[k])).toBeLessThan(
        5 * Math.sqrt((mass[k] + 1e-4) / points.length) + 2e-3,
      );
  },
);

it("the bounded target has mass 1 in its cube", () => {
  const { uniform } = stream(3);
  const values = Array.from({ length: 100_000 }, () =>
    Math.exp(targets.bounded.logDensity([uniform(), uniform(), uniform()])),
  );
  expectMean(values, 1);
});

it("the heavy-tailed target has mass 1, by draws of a product of Cauchy laws", () => {
  const { uniform } = stream(3);
  const values = Array.from({ length: 100_000 }, () => {
    const x = Array.from({ length: 4 }, () => Math.tan(Math.PI * (uniform() - 0.5)));
    const proposal = x.reduce((sum, v) => sum - Math.log(Math.PI * (1 + v * v)), 0);
    return Math.exp(targets.heavyTails.logDensity(x) - proposal);
  });
  expectMean(values, 1);
});

it.each(["mixture10", "mixture50", "mixture100", "heavyTails"])(
  "%s: samples are those of the density: E[x . grad ln p] = -dims",
  (name) => {
    const target = targets[name];
    const h = 1e-4;
    const values = draw(target, name === "heavyTails" ? 20_000 : 1500, 5).map((x) => {
      // Along x: d/dh ln p((1 + h) x).
      const at = (factor) => target.logDensity(x.map((v) => factor * v));
      return (at(1 + h) - at(1 - h)) / (2 * h);
    });
    expectMean(values, -target.dims);
  },
);

/** Five standard errors. */
function expectMean(values, expected) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(variance / values.length));
}
