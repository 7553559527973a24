/** How fast a layer-wise iteration converges: the rate that the Hessian predicts beside the one that sweeps have. */
import { checkInteger } from "../../../../check-integer.ts";
import { checkOptions, checkWord, requireOptions } from "../../../../options.ts";
import { spectralRadius } from "../../../../numerics/spectral-radius.ts";
import { addScaled, dot } from "../../../../numerics/vector.ts";
import { betweenEvents } from "../../../../threads/yield-to-event-loop.ts";
import type { InPieces } from "../../../../threads/yield-to-event-loop.ts";
import { usageError } from "../../../../usage-error.ts";
import { checkOrder, checkRate, completeScheme, MOST_STEPS, visitsOf } from "../options.ts";
import type { LayerwiseScheme } from "../options.ts";
import { rangesOf } from "./block-problem.ts";
import type { BlockProblem, SweepPlan, Visit } from "./block-problem.ts";
import type { Convergence } from "./convergence-result.ts";
import { diagnosis } from "./diagnosis.ts";
import { linearSweep } from "./linear-sweep.ts";
import { denseBlocks, FLAT, matrixFreeBlocks, noMinimum, symmetricEigen } from "./local-blocks.ts";
import { measuredRate } from "./measured-rate.ts";
import { minimise } from "./minimise.ts";
import { powerIteration } from "./power-iteration.ts";

/** Sweeps measured; each is a visit to every block. */
const MOST_SWEEPS = 100_000;

/** A Hessian of so many parameters takes 200 MB. */
const MOST_DENSE = 5000;

/** Options of `blockConvergence` and of `convergence`. */
export interface ConvergenceOptions {
  /** As in `layerwise`; default forward. */
  readonly order?: "forward" | "backward" | "symmetric" | readonly number[];
  /** As in `layerwise`, but for Anderson's method, which has no matrix; default Gauss-Seidel. */
  readonly scheme?: Exclude<LayerwiseScheme, { kind: "anderson" }> | "gaussSeidel" | "jacobi";
  /** What a visit does, of gradient steps at most 10,000; default: to the minimum of its block. */
  readonly visit?: Visit;
  /** Sweeps that are measured, and of power iteration, from 9 to 100,000; default 300. */
  readonly sweeps?: number;
  /** Up to so many parameters the Hessian is computed whole, at most 5,000; default 400. Above, products with it have to do. */
  readonly dense?: number;
  readonly signal?: AbortSignal;
}

/**
 * Predicts and measures how fast block by block minimisation of a smooth function converges near its minimum.
 *
 * From `start` Newton's method goes to the minimum. There the Hessian H = Lo + Di + Lo^T, by blocks, makes a sweep a matrix: for
 * Gauss-Seidel -(Di + Lo)^-1 Lo^T, and so on; its spectral radius is the predicted rate. The measured rate is that of sweeps over the
 * function itself, started beside the minimum. With more parameters than `dense` the rate is predicted at `start` as it is, by
 * power iteration with products of the Hessian (differences of gradients), and not measured.
 *
 * Cost: 2 n gradients for each Hessian, O(n^3) for its matrix.
 *
 * @throws CoupletError USAGE, SHAPE_MISMATCH; NOT_CONVERGED without a minimum
 * @see Ostrowski 1954, Reich 1949: Gauss-Seidel converges for every positive definite H; Jacobi iff 2 Di - H is positive definite
 */
export async function blockConvergence(
  problem: BlockProblem,
  start: Float64Array,
  options: ConvergenceOptions = {},
): Promise<Convergence> {
  const { signal, ...rest } = options;
  const plan = planOf(problem, start.length, options);
  return betweenEvents(converge(problem, start, plan, rest), signal);
}

function* converge(
  problem: BlockProblem,
  start: Float64Array,
  plan: SweepPlan,
  { sweeps = 300, dense = 400 }: ConvergenceOptions,
): InPieces<Convergence> {
  const { blocks } = problem;
  if (start.length > dense) {
    const sweep = linearSweep(matrixFreeBlocks(problem, start), blocks, plan);
    const predicted = yield* powerIteration(sweep, start.length, sweeps);
    const found = { predicted, measured: undefined, coupling: undefined, flat: undefined, blocks };
    return { ...found, method: "power", text: diagnosis(found, plan) };
  }
  const { x: minimum, hessian } = yield* minimise(problem, start);
  const { values, vectors } = symmetricEigen(hessian);
  const lowest = Math.min(...values);
  if (lowest < -FLAT * values[0]!) throw noMinimum("the whole Hessian", lowest);
  const range = vectors.filter((_, j) => values[j]! > FLAT * values[0]!);
  const flat = vectors.length - range.length;
  const withoutFlat = (error: Float64Array): Float64Array => {
    if (flat === 0) return error;
    const rest = new Float64Array(error.length);
    for (const v of range) addScaled(rest, dot(v, error), v);
    return rest;
  };
  const local = denseBlocks(hessian, blocks);
  const sweep = linearSweep(local, blocks, plan);
  const matrix: Float64Array[] = [];
  for (const v of range) {
    const image = sweep(v);
    matrix.push(Float64Array.from(range, (u) => dot(u, image)));
    yield;
  }
  const predicted = { value: spectralRadius(matrix), uncertainty: 0 };
  yield;
  const measured = yield* measuredRate(problem, { minimum, local, withoutFlat, plan, sweeps });
  const coupling = couplings(hessian, problem, local);
  const found = { predicted, measured, coupling, flat, blocks };
  const stretch = plan.sweep === "jacobi" ? relaxable(local, blocks, minimum.length) : undefined;
  return { ...found, method: "dense", text: diagnosis(found, plan, stretch) };
}

/** The largest eigenvalue of Di^-1 H: Jacobi relaxed by less than 2 over it converges. */
function relaxable(
  local: ReturnType<typeof denseBlocks>,
  blocks: BlockProblem["blocks"],
  size: number,
): number {
  const ranges = rangesOf(blocks);
  return spectralRadius(
    Array.from({ length: size }, (_, j) => {
      const unit = new Float64Array(size);
      unit[j] = 1;
      const image = new Float64Array(size);
      ranges.forEach(([start], i) => image.set(local.solve(i, local.times(i, unit)), start));
      return image;
    }),
  );
}

/** sqrt rho(D_i^-1 H_ij D_j^-1 H_ji) for each pair. */
function couplings(
  hessian: readonly Float64Array[],
  { blocks }: BlockProblem,
  local: ReturnType<typeof denseBlocks>,
): number[][] {
  const ranges = rangesOf(blocks);
  const between = (i: number, j: number) => {
    const [from, to] = ranges[i]!;
    const [start, end] = ranges[j]!;
    return spectralRadius(
      hessian.slice(from, to).map((column) => {
        const there = new Float64Array(hessian.length);
        there.set(local.solve(j, column.slice(start, end)), start);
        return local.solve(i, local.times(i, there));
      }),
    );
  };
  return ranges.map((_, i) =>
    ranges.map((__, j) => (i === j ? 0 : Math.sqrt(between(Math.min(i, j), Math.max(i, j))))),
  );
}

function planOf(problem: BlockProblem, size: number, options: ConvergenceOptions): SweepPlan {
  checkOptions("convergence", options, {
    order: true,
    scheme: true,
    visit: true,
    sweeps: 0,
    dense: 0,
    signal: "AbortSignal",
  });
  const { order = "forward", scheme: given = "gaussSeidel", visit = { kind: "exact" } } = options;
  checkInteger("convergence: sweeps", options.sweeps ?? 300, 9, MOST_SWEEPS);
  checkInteger("convergence: dense", options.dense ?? 400, 0, MOST_DENSE);
  const scheme = completeScheme(given, "convergence: scheme");
  if (scheme.depth > 0)
    throw usageError(
      "convergence: scheme",
      "a scheme that is a matrix",
      '"anderson"',
      "Ask for the rate of the sweep that Anderson's method accelerates.",
    );
  checkVisit("convergence: visit", visit);
  checkOrder("convergence: order", order, scheme.sweep);
  const total = problem.blocks.reduce((sum, block) => sum + block.size, 0);
  if (total !== size)
    throw usageError("convergence: blocks", `sizes that add up to ${size}`, String(total));
  const names = problem.blocks.map(({ name }) => name);
  const visits = visitsOf(order, names, scheme.sweep, "convergence: order");
  return { visits, sweep: scheme.sweep, factor: scheme.factor, visit };
}

function checkVisit(where: string, visit: Visit): void {
  checkWord(where, (visit as Partial<Visit> | null)?.kind, ["exact", "gradient"]);
  if (visit.kind === "exact") return requireOptions(where, visit, { kind: ["exact"] });
  requireOptions(where, visit, { kind: ["gradient"], steps: 0, rate: 0 });
  checkInteger(`${where}: steps`, visit.steps, 1, MOST_STEPS);
  checkRate(`${where}: rate`, visit.rate);
}
