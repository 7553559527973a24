import { describe, expect, it } from "vitest";
import { philoxUniform } from "couplet/kit";
import { ising } from "../spin.ts";
import { magneticStack } from "../stack.ts";
import type { MagneticStack } from "../stack.ts";
import { crossoverLength, fitScaling, scalingForm } from "./finite-size.ts";
import type { BinderPoint, ScalingForm } from "./finite-size.ts";

const shift = 0.013;
const critical = 0.465;

/** Points that follow a form with these amplitudes, up to noise. */
function pointsOf(
  sizes: readonly number[],
  form: ScalingForm,
  amplitudes: readonly number[],
  error: number,
  noise: () => number = () => 0,
): BinderPoint[] {
  return sizes.map((size) => {
    const slope = -0.15 * size ** 1.588;
    const corrections = form.corrections.reduce(
      (sum, { exponent }, c) => sum + amplitudes[c]! * size ** -exponent,
      0,
    );
    return { size, slope, error, value: critical - slope * shift + corrections + error * noise() };
  });
}

/** Standard normal numbers of a seed (Box and Muller). */
function normals(seed: number): () => number {
  let row = 0;
  const uniform = (): number => philoxUniform({ seed, row: row++ });
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const cubic = scalingForm(3, 1, 1);
const means = cubic.corrections.map(({ mean }) => mean);

describe("fitScaling", () => {
  it.each([[[6, 12]], [[6, 12, 24]], [[4, 6, 8, 12]]])(
    "sizes %j with the expected corrections: Tc exactly",
    (sizes) => {
      const fit = fitScaling(pointsOf(sizes, cubic, means, 1e-3), cubic);
      // rounding of the ratios, of 1e-16, over slopes of 1 and more
      expect(fit.shift).toBeCloseTo(shift, 12);
      expect(fit.chiSquare).toBeCloseTo(0, 9);
      expect(fit.degrees).toBe(sizes.length - 2);
    },
  );

  it("two sizes: the bar is that of the crossing, and of the drift that the prior allows", () => {
    const points = pointsOf([6, 12], cubic, means, 2e-3);
    const fit = fitScaling(points, cubic);
    const steepness = points[0]!.slope - points[1]!.slope;
    expect(fit.statistical).toBeCloseTo(Math.hypot(2e-3, 2e-3) / steepness, 12);
    const drift = cubic.corrections.map(
      ({ exponent, deviation }) => (deviation * (6 ** -exponent - 12 ** -exponent)) / steepness,
    );
    expect(fit.finiteSize).toBeCloseTo(Math.hypot(...drift), 12);
    // The simple cubic lattice's crossing of these sizes lies at 4.4946, Tc at 4.5115: 0.0037 of it.
    expect(fit.finiteSize).toBeGreaterThan(0.0037 / 3);
  });

  it("three sizes measure a drift that the prior does not expect, and see when there is no form", () => {
    const far = means.map((mean, c) => mean + (c === 0 ? 3 * cubic.corrections[0].deviation : 0));
    const fit = fitScaling(pointsOf([6, 12, 24], cubic, far, 1e-4), cubic);
    const two = fitScaling(pointsOf([12, 24], cubic, far, 1e-4), cubic);
    expect(Math.abs(fit.shift - shift)).toBeLessThan(0.1 * Math.abs(two.shift - shift));
    const crossing = fitScaling(
      pointsOf([6, 12, 24], cubic, means, 1e-4).map((point, i) =>
        i === 1 ? { ...point, value: point.value - 0.05 } : point,
      ),
      cubic,
    );
    expect(crossing.chiSquare).toBeGreaterThan(6);
  });

  it.each([[[6, 12]], [[6, 12, 24]], [[4, 8, 12, 16]]])(
    "sizes %j whose noise and amplitudes are drawn as the form says: z is a unit normal",
    (sizes) => {
      const draw = normals(3);
      const trials = 4000;
      let [sum, squares, chi] = [0, 0, 0];
      for (let trial = 0; trial < trials; trial++) {
        const amplitudes = cubic.corrections.map(
          ({ mean, deviation }) => mean + deviation * draw(),
        );
        const fit = fitScaling(pointsOf(sizes, cubic, amplitudes, 2e-3, draw), cubic);
        const z = (fit.shift - shift) / Math.hypot(fit.statistical, fit.finiteSize);
        sum += z;
        squares += z * z;
        chi += fit.chiSquare;
      }
      // Four standard errors: 1 / sqrt(trials), and sqrt(2 / trials) of a variance.
      expect(Math.abs(sum / trials)).toBeLessThan(4 / Math.sqrt(trials));
      expect(Math.abs(squares / trials - 1)).toBeLessThan(4 * Math.sqrt(2 / trials));
      const degrees = sizes.length - 2;
      expect(Math.abs(chi / trials - degrees)).toBeLessThanOrEqual(
        4 * Math.sqrt((2 * degrees) / trials) + 1e-9,
      );
    },
  );
});

describe("crossoverLength", () => {
  const films = (lower: number, upper: number, coupling: number): MagneticStack =>
    magneticStack({
      layers: [lower, upper].map((exchange) => ({
        spin: ising(),
        lattice: "square" as const,
        exchange,
      })),
      couplings: [{ between: [0, 1], exchange: coupling }],
    });
  it("is 1 for simple magnets, and grows with planes and weak bonds", () => {
    const plane = magneticStack({ layers: [{ spin: ising(), lattice: "square", exchange: 1 }] });
    expect(crossoverLength(plane)).toBe(1);
    const bcc = magneticStack({
      layers: [{ spin: ising(), lattice: "square", exchange: 0 }],
      stacking: "periodic",
      couplings: [{ between: [0, 0], repeats: 1, exchange: -1, contact: "hollow" }],
    });
    expect(crossoverLength(bcc)).toBe(1);
    expect(crossoverLength(films(1, 1, 1))).toBe(2);
    expect(crossoverLength(films(1, 1, -0.1))).toBeCloseTo(2 * 10 ** (4 / 7), 12);
    expect(crossoverLength(films(1, 0.5, 1))).toBeCloseTo(2 * 2 ** (4 / 7), 12);
  });
});
