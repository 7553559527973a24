/** Solves a cooled turbine blade, also without the gas that its metal heats. */
import { mappingMatrix, projection } from "../mapping/mapping.ts";
import { applyMapping } from "../mapping/matrix.ts";
import { turbineBlade, type TurbineBladeResult } from "../blade/blade.ts";
import { volumeSite } from "../element/mesh.ts";
import { accelerationOf, type AccelerationChoice, type BladeProblem } from "./problem.ts";
import { atNodes, fieldOf, largest } from "./records.ts";
import type { Described, Hooks, Solver } from "./solver.ts";

/** Of a problem of kind `turbineBlade`. */
export function bladeSolver(problem: BladeProblem, tolerance: number): Solver {
  const {
    kind: _,
    title: __,
    compare: ___,
    withoutFeedback = true,
    maxIterations,
    predictorOrder,
    acceleration: ____,
    ...rest
  } = problem;
  const solveWith = (
    choice: AccelerationChoice | undefined,
    hooks: Hooks,
    feedback: boolean,
  ): Promise<TurbineBladeResult> =>
    turbineBlade({
      ...rest,
      tolerance,
      feedback,
      acceleration: accelerationOf(choice),
      settings: {
        ...hooks,
        ...(maxIterations === undefined ? {} : { maxIterations }),
        ...(predictorOrder === undefined ? {} : { predictorOrder }),
      },
    });
  return async (choice, hooks) => {
    const result = await solveWith(choice, hooks, true);
    return {
      result,
      async describe(pace) {
        await pace("the blade without feedback");
        const signal = hooks.signal === undefined ? {} : { signal: hooks.signal };
        const alone = withoutFeedback ? await solveWith(choice, signal, false) : undefined;
        return bladeFields(result, alone);
      },
    };
  };
}

function bladeFields(
  coupled: TurbineBladeResult,
  alone: TurbineBladeResult | undefined,
): Described {
  const { heat, elastic } = coupled;
  // The section's displacement carried over to the finer mesh of the heat conduction.
  const displacement = applyMapping(
    mappingMatrix(projection(), volumeSite(elastic.mesh), volumeSite(heat.mesh)),
    elastic.displacement,
    2,
  );
  const fields = [
    fieldOf(heat.mesh, "blade", "temperature", "K", heat.temperature, displacement),
    ...(alone === undefined
      ? []
      : [
          fieldOf(
            heat.mesh,
            "blade",
            "temperature added by feedback",
            "K",
            heat.temperature.map((value, i) => value - alone.heat.temperature[i]!),
          ),
        ]),
    fieldOf(
      elastic.mesh,
      "blade",
      "von Mises stress",
      "MPa",
      atNodes(elastic.mesh, elastic.vonMises).map((value) => value / 1e6),
    ),
  ];
  return {
    fields,
    quantities: [
      { name: "hottest metal", value: coupled.hottest, unit: "K" },
      { name: "heat to the coolant", value: coupled.cooling / 1e3, unit: "kW/m" },
      ...(alone === undefined
        ? []
        : [
            { name: "hottest metal without feedback", value: alone.hottest, unit: "K" },
            {
              name: "heat to the coolant without feedback",
              value: alone.cooling / 1e3,
              unit: "kW/m",
            },
          ]),
      { name: "largest stress", value: largest(elastic.vonMises) / 1e6, unit: "MPa" },
    ],
  };
}
