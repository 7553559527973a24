/** The phase of a crystal over one parameter of its model, or two. */
import { CoupletError } from "couplet/kit";
import { valuesOf } from "../../problem/fields.ts";
import type { Pace, RunOptions } from "../../problem/running.ts";
import { labelOfVary, withNumbers, type Vary } from "../../problem/vary.ts";
import { phaseSteps, type PhasePoint, type TopologicalPhase } from "../phase.ts";
import { finishSlowly } from "../steps.ts";
import { indexOptions, modelOf, symmetrised } from "./model.ts";
import type { ModelText, TopologyProblem } from "./problem.ts";

/** Phases over a parameter. */
export interface PhaseSweep {
  readonly label: string;
  readonly points: readonly (PhasePoint & { readonly value: number })[];
  /** Where the gap closes between two phases, in the order of the points. */
  readonly closings: readonly number[];
}

/** Phases over two parameters, row by row from the first value of y. */
export interface PhaseMap {
  readonly x: { readonly label: string; readonly values: readonly number[] };
  readonly y: { readonly label: string; readonly values: readonly number[] };
  readonly phase: readonly TopologicalPhase[];
  readonly indices: readonly string[];
  readonly gap: readonly number[];
}

/** Runs the sweep of a problem: the phase at each value, and by bisection where it changes; adds to `warnings`. */
export async function runSweep(
  problem: TopologyProblem,
  sweep: Vary,
  options: RunOptions,
  pace: Pace,
  warnings: string[],
): Promise<PhaseSweep> {
  const values = valuesOf(sweep.values);
  const label = labelOfVary(sweep);
  const at = (value: number, fraction: number): Promise<PhasePoint> =>
    phaseAt(problem, [[sweep, value]], options, () =>
      pace("sweep", fraction, `${label} = ${value.toPrecision(3)}`),
    );
  const points: (PhasePoint & { value: number })[] = [];
  for (const [i, value] of values.entries())
    points.push({ value, ...(await at(value, i / values.length)) });
  warnings.push(...warningsOf("sweep", points, warnings));
  const span = Math.max(...values) - Math.min(...values);
  const closings: number[] = [];
  for (const [i, point] of points.entries()) {
    if (point.phase === "gapless") {
      // A parameter that leaves the gap closed over a stretch has ends, not one closing.
      if (points[i - 1]?.phase !== "gapless") closings.push(point.value);
      continue;
    }
    const next = points[i + 1];
    if (next === undefined || next.phase === "gapless" || next.label === point.label) continue;
    let [low, high] = [point.value, next.value];
    while (Math.abs(high - low) > 1e-6 * span) {
      const middle = (low + high) / 2;
      const here = await at(middle, 1);
      if (here.phase === "gapless") [low, high] = [middle, middle];
      else if (here.label === point.label) low = middle;
      else high = middle;
    }
    closings.push((low + high) / 2);
  }
  return { label, points, closings };
}

/** Runs the map of a problem; adds to `warnings`. */
export async function runMap(
  problem: TopologyProblem,
  map: NonNullable<TopologyProblem["map"]>,
  options: RunOptions,
  pace: Pace,
  warnings: string[],
): Promise<PhaseMap> {
  const [x, y] = [valuesOf(map.x.values), valuesOf(map.y.values)];
  const cells: PhasePoint[] = [];
  for (const b of y) {
    for (const a of x) {
      const changes = [
        [map.x, a],
        [map.y, b],
      ] as const;
      const fraction = cells.length / (x.length * y.length);
      cells.push(await phaseAt(problem, changes, options, () => pace("map of phases", fraction)));
    }
  }
  warnings.push(...warningsOf("map of phases", cells, warnings));
  return {
    x: { label: labelOfVary(map.x), values: x },
    y: { label: labelOfVary(map.y), values: y },
    phase: cells.map(({ phase }) => phase),
    indices: cells.map(({ label }) => label),
    gap: cells.map(({ gap }) => gap),
  };
}

/** One warning for the models of a sweep or a map, beside the warnings that the run has already. */
function warningsOf(
  what: string,
  points: readonly Pick<PhasePoint, "warnings">[],
  known: readonly string[],
): string[] {
  const found = points.flatMap(({ warnings }) =>
    warnings.filter((text) => !known.includes(text)).slice(0, 1),
  );
  return found.length === 0
    ? []
    : [`${what}, ${found.length} of ${points.length} models, the first: ${found[0]}`];
}

async function phaseAt(
  problem: TopologyProblem,
  changes: readonly (readonly [Vary, number])[],
  options: RunOptions,
  pace: () => Promise<void>,
): Promise<PhasePoint> {
  const text: ModelText = withNumbers(problem.model, changes, "the model");
  const read = await modelOf(text, options);
  if (read.axes < 2) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "problem.model.axes",
      expected: "2 or 3 axes for a sweep or a map of phases",
      received: "1",
    });
  }
  await pace();
  const { model } = symmetrised(problem, read);
  return finishSlowly(phaseSteps(indexOptions(problem, model)), pace);
}
