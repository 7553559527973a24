/** Runs a multiphysics problem file. */
import { checkOptions } from "couplet/kit";
import { mappingMatrix, projection } from "../mapping/mapping.ts";
import { applyMapping } from "../mapping/matrix.ts";
import { turbineBlade, type TurbineBladeResult } from "../blade/blade.ts";
import { couple, type CouplingOptions, type CouplingResult } from "../couple.ts";
import type { ElementMesh } from "../element/mesh.ts";
import { volumeSite } from "../element/mesh.ts";
import { elasticTube } from "../tube/simulate.ts";
import { compileFormula } from "../../formula/compile-formula.ts";
import { paceOf, type Pace, type ProblemResult, type RunOptions } from "../../problem/running.ts";
import { bodyOf } from "./body-schema.ts";
import {
  accelerationName,
  accelerationOf,
  type AccelerationChoice,
  type BladeProblem,
  type BodiesProblem,
  type MultiphysicsProblem,
  type TubeProblem,
} from "./problem.ts";

/** One way of solving the problem, and how its iterations went. */
export interface CouplingRun {
  readonly name: string;
  readonly status: CouplingResult["status"];
  readonly message: string;
  readonly windows: readonly {
    readonly window: number;
    readonly start: number;
    /** null in a steady problem. */
    readonly end: number | null;
    readonly status: CouplingResult["status"];
    readonly sweeps: number;
    /** ||H(x) - x|| / ||H(x)|| after each sweep. */
    readonly residuals: readonly number[];
  }[];
}

/** A field on a mesh of linear cells, for drawing. */
export interface FieldRecord {
  readonly body: string;
  readonly quantity: string;
  readonly unit: string;
  readonly dimension: 1 | 2;
  /** Coordinates, node by node. */
  readonly points: readonly number[];
  /** Triangles (2-D) or segments (1-D), node by node. */
  readonly cells: readonly number[];
  readonly values: readonly number[];
  /** Displacement of the nodes, where the body deforms. */
  readonly displacement?: readonly number[];
}

/** The result of {@link runMultiphysicsProblem}. */
export interface MultiphysicsResult extends ProblemResult {
  readonly domain: "multiphysics";
  readonly kind: MultiphysicsProblem["kind"];
  readonly status: CouplingResult["status"];
  readonly message: string;
  readonly tolerance: number;
  /** The run that the fields come from first, then those it is compared with. */
  readonly runs: readonly CouplingRun[];
  readonly fields: readonly FieldRecord[];
  /** Numbers worth a name, in order. */
  readonly quantities: readonly {
    readonly name: string;
    readonly value: number;
    readonly unit: string;
  }[];
  /** Values over the time windows (only with `windows`): smallest and largest of each field. */
  readonly history: readonly {
    readonly time: number;
    readonly field: string;
    readonly least: number;
    readonly largest: number;
  }[];
}

/**
 * Solves a multiphysics problem, and again with each acceleration that it is to be compared with.
 *
 * A coupling that does not converge is a result with `converged: false` and its residuals.
 *
 * @throws CoupletError for a problem that describes no solvable system; `signal.reason` when aborted
 */
export async function runMultiphysicsProblem(
  problem: MultiphysicsProblem,
  options: RunOptions = {},
): Promise<MultiphysicsResult> {
  checkOptions("runMultiphysicsProblem", options, {
    read: "function",
    signal: "AbortSignal",
    onProgress: "function",
    threads: 0,
  });
  const pace = paceOf(options);
  const runs: CouplingRun[] = [];
  const history: MultiphysicsResult["history"][number][] = [];
  const tolerance =
    problem.tolerance ?? { turbineBlade: 1e-8, elasticTube: 1e-5, bodies: 1e-6 }[problem.kind];
  const solve = solverOf(problem, tolerance);
  const total = problem.windows?.count ?? 1;
  const run = async (choice: AccelerationChoice | undefined, keep: boolean): Promise<Solved> => {
    const name = accelerationName(choice);
    await pace(name, 0);
    const solved = await solve(choice, {
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onWindow: ({ window, end, evaluations, status }, values) => {
        if (keep && problem.windows !== undefined) {
          for (const [field, all] of Object.entries(values)) {
            history.push({ time: end, field, least: least(all), largest: largest(all) });
          }
        }
        options.onProgress?.({
          stage: name,
          fraction: window / total,
          detail: `window ${window} of ${total}: ${status} after ${evaluations} sweeps`,
        });
      },
    });
    runs.push(runRecord(name, solved.result));
    return solved;
  };
  const main = await run(problem.acceleration, true);
  for (const choice of problem.compare ?? []) await run(choice, false);
  await pace("fields");
  const { fields, quantities } = await main.describe(pace);
  const { status, message } = main.result;
  const converged = status === "converged" || status === "explicit";
  return {
    schemaVersion: 1,
    domain: "multiphysics",
    title: problem.title ?? titles[problem.kind],
    converged,
    warnings: [
      ...(converged ? [] : [`the coupling did not converge: ${message}`]),
      ...(status === "explicit"
        ? ["explicit coupling takes one sweep a window and has a splitting error"]
        : []),
    ],
    kind: problem.kind,
    status,
    message,
    tolerance,
    runs,
    fields,
    quantities,
    history,
  };
}

const titles = {
  turbineBlade: "Cooled turbine blade",
  elasticTube: "Flow in an elastic tube",
  bodies: "Coupled bodies",
} as const;

type Hooks = Pick<CouplingOptions, "signal" | "onWindow">;

interface Solved {
  readonly result: CouplingResult;
  describe(pace: Pace): Promise<Pick<MultiphysicsResult, "fields" | "quantities">>;
}

type Solver = (choice: AccelerationChoice | undefined, hooks: Hooks) => Promise<Solved>;

function solverOf(problem: MultiphysicsProblem, tolerance: number): Solver {
  switch (problem.kind) {
    case "turbineBlade":
      return bladeSolver(problem, tolerance);
    case "elasticTube":
      return tubeSolver(problem, tolerance);
    case "bodies":
      return bodiesSolver(problem, tolerance);
  }
}

function bladeSolver(problem: BladeProblem, tolerance: number): Solver {
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
): Pick<MultiphysicsResult, "fields" | "quantities"> {
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

function tubeSolver(problem: TubeProblem, tolerance: number): Solver {
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

function bodiesSolver(problem: BodiesProblem, tolerance: number): Solver {
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

function runRecord(name: string, result: CouplingResult): CouplingRun {
  return {
    name,
    status: result.status,
    message: result.message,
    windows: result.windows.map(({ window, start, end, status, evaluations, history }) => ({
      window,
      start,
      end: Number.isFinite(end) ? end : null,
      status,
      sweeps: evaluations,
      residuals: history.map(({ residual, size }) => (size > 0 ? residual / size : residual)),
    })),
  };
}

function fieldOf(
  mesh: ElementMesh,
  body: string,
  quantity: string,
  unit: string,
  values: Float64Array,
  displacement?: Float64Array,
): FieldRecord {
  const site = volumeSite(mesh);
  return {
    body,
    quantity,
    unit,
    dimension: mesh.dimension,
    points: [...mesh.points],
    cells: [...(site.cells?.nodes ?? [])],
    values: [...values],
    ...(displacement === undefined ? {} : { displacement: [...displacement] }),
  };
}

/** Element values as means at the nodes. */
function atNodes(mesh: ElementMesh, perElement: Float64Array): Float64Array {
  const perCell = { line2: 2, triangle3: 3, triangle6: 6, quad4: 4 }[mesh.kind];
  const sum = new Float64Array(mesh.points.length / mesh.dimension);
  const count = new Float64Array(sum.length);
  mesh.elements.forEach((node, i) => {
    sum[node] = sum[node]! + perElement[Math.floor(i / perCell)]!;
    count[node] = count[node]! + 1;
  });
  return sum.map((value, i) => value / count[i]!);
}

const least = (values: Float64Array): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const largest = (values: Float64Array): number =>
  values.reduce((a, b) => Math.max(a, b), -Infinity);
