/** Runs a multiphysics problem file. */
import { parseMultiphysicsProblem } from "./problem.ts";
import { checkOptions } from "couplet/kit";
import type { CouplingResult } from "../couple.ts";
import { paceOf, type ProblemResult, type RunOptions } from "../../problem/running.ts";
import { accelerationName, type AccelerationChoice, type MultiphysicsProblem } from "./problem.ts";
import { largest, least, runRecord } from "./records.ts";
import type { CouplingRun, FieldRecord, NamedQuantity } from "./records.ts";
import { bladeSolver } from "./solve-blade.ts";
import { bodiesSolver } from "./solve-bodies.ts";
import { tubeSolver } from "./solve-tube.ts";
import type { Solved, Solver } from "./solver.ts";

/** The result of {@link runMultiphysicsProblem}. */
export interface MultiphysicsResult extends ProblemResult {
  readonly domain: "multiphysics";
  readonly kind: MultiphysicsProblem["kind"];
  readonly status: CouplingResult["status"];
  readonly message: string;
  readonly tolerance: number;
  /** The run that the fields come from, then the runs with the accelerations of `compare`. */
  readonly runs: readonly CouplingRun[];
  readonly fields: readonly FieldRecord[];
  /** Named numbers of the result, with units. */
  readonly quantities: readonly NamedQuantity[];
  /** Values over the time windows (only with `windows`): smallest and largest of each field. */
  readonly history: readonly {
    readonly time: number;
    readonly field: string;
    readonly least: number;
    readonly largest: number;
  }[];
}

/**
 * Solves a multiphysics problem, and solves it again with each acceleration of `compare`.
 *
 * A coupling that does not converge is a result with `converged: false` and its residuals.
 *
 * @throws CoupletError SPEC_INVALID for an invalid problem; what `couple` and its participants throw; `signal.reason` when aborted
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
  parseMultiphysicsProblem(problem);
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
