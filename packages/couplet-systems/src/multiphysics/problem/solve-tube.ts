/** Solves the flow in an elastic tube. */
import { elasticTube } from "../tube/simulate.ts";
import { compileFormula } from "../../formula/compile-formula.ts";
import { accelerationOf, type TubeProblem } from "./problem.ts";
import { largest, type FieldRecord } from "./records.ts";
import type { Solver } from "./solver.ts";

/** Of a problem of kind `elasticTube`. */
export function tubeSolver(problem: TubeProblem, tolerance: number): Solver {
  const { cells, elasticity, windows, length, initialVelocity, timeStep } = problem;
  const { maxIterations, predictorOrder } = problem;
  const inflow =
    problem.inflow === undefined
      ? undefined
      : compileFormula(problem.inflow, ["t"], "problem.inflow");
  return async (choice, hooks) => {
    const result = await elasticTube({
      cells,
      elasticity,
      windows,
      tolerance,
      acceleration: accelerationOf(choice),
      settings: { ...hooks, ...(predictorOrder === undefined ? {} : { predictorOrder }) },
      ...(maxIterations === undefined ? {} : { maxIterations }),
      ...(length === undefined ? {} : { length }),
      ...(initialVelocity === undefined ? {} : { initialVelocity }),
      ...(timeStep === undefined ? {} : { timeStep }),
      ...(inflow === undefined
        ? {}
        : { inflow: typeof inflow === "number" ? () => inflow : (t: number) => inflow(t) }),
    });
    return {
      result,
      async describe() {
        const points = Array.from({ length: cells + 1 }, (_, i) => (i * (length ?? 10)) / cells);
        const segments = points.slice(1).flatMap((_, i) => [i, i + 1]);
        const along = (quantity: string, values: Float64Array): FieldRecord => ({
          body: "tube",
          quantity,
          unit: "",
          dimension: 1,
          points,
          cells: segments,
          values: [...values],
        });
        return {
          fields: [
            along("pressure", result.pressure),
            along("velocity", result.velocity),
            along("cross-section", result.crossSection),
          ],
          quantities: [
            { name: "largest pressure", value: largest(result.pressure), unit: "" },
            { name: "largest cross-section", value: largest(result.crossSection), unit: "" },
          ],
        };
      },
    };
  };
}
