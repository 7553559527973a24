import { describe, expect, it } from "vitest";
import { paramShape, rowsShape } from "../op-case.ts";
import { builds } from "../suite/wasm.ts";
import { runOp } from "../suite/run-op.ts";
import { studentTLogProb } from "./op.ts";
import { digamma, logGamma } from "./reference.ts";

describe("Student-t base", () => {
  it("has the gamma function right", () => {
    // Closed forms: Gamma(1/2) = sqrt(pi), Gamma(5) = 24; psi(1) = -Euler's constant, psi(1/2) = psi(1) - 2 ln 2.
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 13);
    expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 12);
    expect(digamma(0.5)).toBeCloseTo(-0.5772156649015329 - 2 * Math.LN2, 12);
  });

  it.each(builds)(
    "%s: integrates to 1, and is Cauchy's density at one degree of freedom",
    (build) => {
      const h = 0.05;
      const points = Array.from({ length: 8001 }, (_, i) => (i - 4000) * h);
      const attrs = { variables: 1, learnedDf: true, df: 0 };
      const column = paramShape(1, 1);
      const [logProb] = runOp(
        studentTLogProb,
        [
          { shape: rowsShape(1), data: points },
          { shape: column, data: [0.3] },
          { shape: column, data: [-0.2] },
          { shape: column, data: [1] },
        ],
        attrs,
        { rows: points.length },
        build,
      );
      const total = logProb!.reduce((sum, value) => sum + Math.exp(value) * h, 0);
      // Sums of smooth functions converge fast; what lies beyond +-200 is below 1e-8, float32 gives 1e-6.
      expect(Math.abs(total - 1)).toBeLessThan(2e-6);
      const [cauchy] = runOp(
        studentTLogProb,
        [{ shape: rowsShape(1), data: [0, 1, 1e12] }],
        { variables: 1, learnedDf: false, df: 1 },
        { rows: 3 },
        build,
      );
      [0, 1, 1e12].forEach((z, i) =>
        expect(cauchy![i]).toBeCloseTo(-Math.log(Math.PI) - Math.log1p(z * z), 4),
      );
    },
  );
});
