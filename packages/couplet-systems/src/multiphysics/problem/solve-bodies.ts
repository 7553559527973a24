/** Solves coupled bodies: heat conduction and elasticity, exchanged as the problem says. */
import { couple, type CouplingOptions } from "../couple.ts";
import { bodyOf } from "./body-schema.ts";
import { accelerationOf, type BodiesProblem } from "./problem.ts";
import { atNodes, fieldOf, largest, least, type FieldRecord } from "./records.ts";
import type { Solver } from "./solver.ts";

/** Of a problem of kind `bodies`. */
export function bodiesSolver(problem: BodiesProblem, tolerance: number): Solver {
  return async (choice, hooks) => {
    const bodies = problem.bodies.map((spec, i) => bodyOf(spec, `problem.bodies[${i}]`));
    const { scheme, coupling, convergence, maxIterations, windows, predictorOrder, bounds } =
      problem;
    const common: CouplingOptions = {
      participants: bodies.map(({ participant }) => participant),
      exchanges: problem.exchanges,
      acceleration: accelerationOf(choice),
      ...hooks,
      ...(scheme === undefined ? {} : { scheme }),
      ...(coupling === undefined ? {} : { coupling }),
      ...(maxIterations === undefined ? {} : { maxIterations }),
      ...(windows === undefined ? {} : { windows }),
      ...(predictorOrder === undefined ? {} : { predictorOrder }),
      ...(bounds === undefined ? {} : { bounds }),
    };
    const result = await couple({
      ...common,
      convergence: convergence ?? [{ kind: "relative", limit: tolerance }],
    });
    return {
      result,
      async describe() {
        const fields = bodies.flatMap((one): FieldRecord[] => {
          const { name, mesh } = one.participant;
          if (one.kind === "heat")
            return [fieldOf(mesh, name, "temperature", "", one.participant.temperature)];
          const { displacement, vonMises } = one.participant;
          return [
            fieldOf(mesh, name, "von Mises stress", "", atNodes(mesh, vonMises), displacement),
          ];
        });
        const quantities = bodies.flatMap((one) => {
          const { name } = one.participant;
          if (one.kind === "elastic")
            return [
              {
                name: `${name}: largest displacement`,
                value: largest(one.participant.displacement.map(Math.abs)),
                unit: "",
              },
              {
                name: `${name}: largest stress`,
                value: largest(one.participant.vonMises),
                unit: "",
              },
            ];
          return [
            {
              name: `${name}: lowest temperature`,
              value: least(one.participant.temperature),
              unit: "",
            },
            {
              name: `${name}: highest temperature`,
              value: largest(one.participant.temperature),
              unit: "",
            },
            ...Object.entries(one.participant.heatIn).map(([side, value]) => ({
              name: `${name}: heat in through ${side}`,
              value,
              unit: "",
            })),
          ];
        });
        return { fields, quantities };
      },
    };
  };
}
