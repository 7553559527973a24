/** Runs a kinetics problem file. */
import { parseKineticsProblem } from "./problem.ts";
import { CoupletError, checkOptions, nearest } from "couplet/kit";
import type { OptionNames } from "couplet/kit";
import { effectiveNetwork } from "../effective-network.ts";
import type { FastPart } from "../fast-manifold.ts";
import type { IntegrateOptions } from "../integrate-options.ts";
import { integrate } from "../integrate.ts";
import type { Trajectory } from "../trajectory.ts";
import { denseMatrix } from "../../linear-algebra/matrix/matrix.ts";
import type { KineticModel, OdeSystem } from "../model.ts";
import { reactionNetwork } from "../network.ts";
import { quasiSteadyState, type SlowModel } from "../quasi-steady-state.ts";
import { readSbml } from "../sbml/read-sbml.ts";
import { steadyState } from "../steady/steady-state.ts";
import { linearise, timeScales, type TimeScales } from "../time-scales.ts";
import { type Pace, paceOf, type ProblemResult, type RunOptions } from "../../problem/running.ts";
import type { KineticsProblem } from "./problem.ts";

/** A quantity over time. */
export interface TimeSeries {
  readonly name: string;
  readonly values: readonly number[];
}

/** The result of {@link runKineticsProblem}. Units are the model's. */
export interface KineticsResult extends ProblemResult {
  readonly domain: "kinetics";
  readonly states: readonly string[];
  readonly reactions: readonly { readonly name: string; readonly fast: boolean }[];
  readonly moieties: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
  readonly times: readonly number[];
  /** The whole model from its own start. */
  readonly whole: readonly TimeSeries[];
  readonly solver: {
    readonly steps: number;
    readonly rejected: number;
    readonly evaluations: number;
  };
  /** Time scales at the end of the trajectory, slowest first. */
  readonly timeScales: {
    readonly times: readonly number[];
    /** The widest gap: number of slow modes, and the ratio of rates across it. */
    readonly slow: number;
    readonly separation: number;
  };
  readonly reduction: {
    readonly slow: readonly string[];
    readonly separation: number;
    readonly series: readonly TimeSeries[];
    readonly solver: { readonly steps: number };
    /** Largest difference from the whole model, both started in balance, for each observed quantity. */
    readonly errors: Readonly<Record<string, number>>;
    /** The linear effective network at the end, if reactions are fast: P A1 R and its next order. */
    readonly effective: {
      readonly slow: readonly string[];
      readonly leading: readonly (readonly number[])[];
      readonly next: readonly (readonly number[])[];
      readonly estimatedError: number;
      readonly error: { readonly leading: number; readonly effective: number };
    } | null;
  } | null;
  /** The reason for which a requested reduction was refused, or null. */
  readonly refused: string | null;
  readonly steadyState: {
    readonly state: Readonly<Record<string, number>>;
    readonly stable: boolean;
    /** Dimensions of the continuum of steady states that this one lies on; 0 for a state of its own. */
    readonly continuum: number;
    readonly residual: number;
    readonly eigenvalues: readonly { readonly re: number; readonly im: number }[];
  } | null;
}

const runOptionNames: OptionNames<RunOptions> = {
  read: "function",
  signal: "AbortSignal",
  onProgress: "function",
  threads: 0,
};

/**
 * Runs a kinetics problem: the whole model over time, its conserved sums, time scales and steady state, and, where
 * a part is fast, the slow model without it, with the error that it makes.
 *
 * A reduction that the time scales do not allow is refused, in `refused`, with the rates.
 *
 * @throws CoupletError FILE_INVALID, NOT_SUPPORTED with file and line (SBML); DATA_INVALID for names that do not
 *   exist; NOT_CONVERGED if the integration fails; `signal.reason` when aborted
 */
export async function runKineticsProblem(
  problem: KineticsProblem,
  options: RunOptions = {},
): Promise<KineticsResult> {
  checkOptions("runKineticsProblem", options, runOptionNames);
  parseKineticsProblem(problem);
  const pace = paceOf(options);
  await pace("reading the model");
  const warnings: string[] = [];
  const model = await modelOf(problem, options, warnings);
  requireMotion(model, problem);
  const initial = startOf(model, problem);
  const observe = problem.observe ?? model.states;
  for (const one of observe) requireName("observe", one, model.observables);
  const { until, points = 300 } = problem;
  const settings = settingsOf(problem, options.signal);
  await pace("integrating the whole model");
  const run = integrate(model, { ...settings, initial });
  const times = sampleTimes(run, until, points);
  const seriesOf = (at: (t: number) => Float64Array): TimeSeries[] => {
    const states = times.map(at);
    return observe.map((one) => ({
      name: one,
      values: states.map((y, i) => model.observe(one, times[i]!, y)),
    }));
  };
  await pace("time scales");
  const scales = scalesAt(model, until, run.end);

  let reduction: KineticsResult["reduction"] = null;
  let refused: string | null = null;
  const fast = fastOf(problem, model);
  if (fast !== undefined) {
    try {
      await pace("reducing");
      reduction = await reduceModel(problem, model, {
        fast,
        initial,
        settings,
        seriesOf,
        pace,
        warnings,
      });
    } catch (error) {
      if (
        !(error instanceof CoupletError) ||
        !["NOT_SUPPORTED", "NOT_CONVERGED"].includes(error.code)
      )
        throw error;
      refused = error.message;
      warnings.push(`no reduced model: ${error.message}`);
    }
  }

  if (problem.steadyState !== false) await pace("steady state");
  const rest = problem.steadyState === false ? null : steadyOf(model, initial, warnings);
  return {
    schemaVersion: 1,
    domain: "kinetics",
    title: problem.title ?? model.name,
    converged: refused === null,
    warnings,
    states: model.states,
    reactions: model.processes
      .filter(({ kind }) => kind === "reaction")
      .map((process) => ({ name: process.name, fast: isFast(process.name, process.fast, fast) })),
    moieties: model.moieties.map(({ label }) => label),
    parameters: model.parameters,
    times,
    whole: seriesOf((t) => run.at(t)),
    solver: { steps: run.steps, rejected: run.rejected, evaluations: run.evaluations },
    timeScales: {
      times: [...scales.times],
      slow: scales.slow,
      separation: scales.separation,
    },
    reduction,
    refused,
    steadyState: rest,
  };
}

function requireMotion(model: KineticModel, problem: KineticsProblem): void {
  if (model.states.length === 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: problem.sbml ?? "problem.network",
      expected: "a model in which something moves",
      received: "constants alone",
    });
  }
}

function settingsOf(problem: KineticsProblem, signal: AbortSignal | undefined): IntegrateOptions {
  return {
    until: problem.until,
    ...(problem.relativeTolerance === undefined
      ? {}
      : { relativeTolerance: problem.relativeTolerance }),
    ...(problem.absoluteTolerance === undefined
      ? {}
      : { absoluteTolerance: problem.absoluteTolerance }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** The parts that a reduction, and its comparison with the whole model, need. */
interface ReductionRun {
  readonly fast: FastPart;
  readonly initial: Float64Array;
  readonly settings: IntegrateOptions;
  readonly seriesOf: (at: (t: number) => Float64Array) => TimeSeries[];
  readonly pace: Pace;
  readonly warnings: string[];
}

/** The slow model over time, and its largest differences from the whole one that starts in balance. */
async function reduceModel(
  problem: KineticsProblem,
  model: KineticModel,
  { fast, initial, settings, seriesOf, pace, warnings }: ReductionRun,
): Promise<KineticsResult["reduction"]> {
  const slow = quasiSteadyState(model, {
    fast,
    initial,
    ...(problem.minimumSeparation === undefined
      ? {}
      : { minimumSeparation: problem.minimumSeparation }),
  });
  await pace("integrating the slow model");
  const slowRun = integrate(slow, settings);
  await pace("comparing");
  const balanced = integrate(model, { ...settings, initial: slow.expand(0, slow.initial) });
  const series = seriesOf((t) => slow.expand(t, slowRun.at(t)));
  const reference = seriesOf((t) => balanced.at(t));
  return {
    slow: slow.states,
    separation: slow.separation,
    series,
    solver: { steps: slowRun.steps },
    errors: Object.fromEntries(
      series.map(({ name, values }, i) => [
        name,
        values.reduce(
          (most, value, k) => Math.max(most, Math.abs(value - reference[i]!.values[k]!)),
          0,
        ),
      ]),
    ),
    effective: effectiveOf(model, slow, fast, slowRun, settings.until, warnings),
  };
}

/** The steady state that the start leads to; null, with a warning, where the search finds none. */
function steadyOf(
  model: KineticModel,
  initial: Float64Array,
  warnings: string[],
): KineticsResult["steadyState"] {
  try {
    const found = steadyState(model, { initial });
    return {
      state: Object.fromEntries(model.states.map((state, i) => [state, found.state[i]!])),
      stable: found.stable,
      continuum: found.continuum,
      residual: found.residual,
      eigenvalues: found.eigenvalues.map(({ re, im }) => ({ re, im })),
    };
  } catch (error) {
    if (
      !(error instanceof CoupletError) ||
      !["NOT_SUPPORTED", "NOT_CONVERGED"].includes(error.code)
    )
      throw error;
    warnings.push(`no steady state: ${error.message}`);
  }
  return null;
}

/** Time scales at a state: of the whole motion, or of the slow one where fast reactions are in balance. */
function scalesAt(model: KineticModel, t: number, state: Float64Array): TimeScales {
  return model.balance === undefined
    ? linearise(model, state, t).timeScales
    : slowTimeScales(model.balance(t, state).slow, t);
}

/** Time scales of the slow motion where fast reactions are in balance. */
function slowTimeScales(slow: OdeSystem, t: number): TimeScales {
  const n = slow.states.length;
  const values = new Float64Array(n * n);
  slow.jacobian(t, slow.initial, values);
  return timeScales(denseMatrix({ rows: n, cols: n, values }));
}

async function modelOf(
  problem: KineticsProblem,
  { read }: RunOptions,
  warnings: string[],
): Promise<KineticModel> {
  let model: KineticModel;
  if (problem.network !== undefined) model = reactionNetwork(problem.network);
  else {
    const file = problem.sbml!;
    if (read === undefined) {
      throw new CoupletError({
        code: "USAGE",
        where: "problem.sbml",
        expected: "a `read` function for files",
        received: "none",
      });
    }
    // a problem that says what is fast, or that nothing is, wants the rates themselves
    const own = problem.fast !== undefined;
    const sbml = await readSbml(await read(file), file, { fast: own ? "rates" : "balance" });
    warnings.push(...sbml.warnings);
    ({ model } = sbml);
    const marked = model.processes.filter(({ fast }) => fast).map(({ name }) => name);
    if (marked.length > 0) {
      warnings.push(
        own
          ? `${file}: ${marked.join(", ")}: marked fast, but integrated with their own rates, as \`fast\` of the problem asks`
          : `${file}: ${marked.join(", ")}: marked fast, so in balance from the start on; \`"fast": false\` integrates their own rates`,
      );
    }
  }
  if (problem.parameters === undefined) return model;
  for (const one of Object.keys(problem.parameters))
    requireName("parameters", one, Object.keys(model.parameters));
  return model.withParameters(problem.parameters);
}

function startOf(model: KineticModel, problem: KineticsProblem): Float64Array {
  const start = Float64Array.from(model.initial);
  for (const [state, value] of Object.entries(problem.initial ?? {})) {
    requireName("initial", state, model.states);
    start[model.states.indexOf(state)] = value;
  }
  return start;
}

function requireName(where: string, one: string, known: readonly string[]): void {
  if (known.includes(one)) return;
  const guess = nearest(one, known);
  throw new CoupletError({
    code: "DATA_INVALID",
    where: `problem.${where}`,
    expected: `one of ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", ..." : ""}`,
    received: `"${one}"`,
    ...(guess === undefined ? {} : { hint: `Did you mean "${guess}"?` }),
  });
}

function fastOf(problem: KineticsProblem, model: KineticModel): FastPart | undefined {
  if (problem.fast === false) return undefined;
  if (problem.fast !== undefined) return problem.fast;
  if (model.balance !== undefined) return undefined;
  const marked = model.processes.filter(({ fast }) => fast).map(({ name }) => name);
  return marked.length === 0 ? undefined : { reactions: marked };
}

const isFast = (name: string, marked: boolean, fast: FastPart | undefined): boolean =>
  fast !== undefined && "reactions" in fast ? fast.reactions.includes(name) : marked;

/** Even times, the first steps of the solver, which see the fast start, and twelve a decade from there to the first even one. */
function sampleTimes(run: Trajectory, until: number, points: number): number[] {
  const even = Array.from({ length: points }, (_, i) => (until * i) / (points - 1));
  const early = [...run.times.subarray(0, 60)].filter((t) => t < (5 * until) / points);
  // Milliseconds before hours are decades of time, over which a picture would draw one straight line.
  const [last, first] = [early.at(-1) ?? 0, until / (points - 1)];
  const decades = last > 0 && last < first ? Math.log10(first / last) : 0;
  const between = Array.from(
    { length: Math.floor(12 * decades) },
    (_, i) => last * 10 ** ((i + 1) / 12),
  );
  return [...new Set([...early, ...between, ...even])].sort((a, b) => a - b);
}

type Effective = NonNullable<KineticsResult["reduction"]>["effective"];

function effectiveOf(
  model: KineticModel,
  slow: SlowModel,
  fast: FastPart,
  run: Trajectory,
  until: number,
  warnings: string[],
): Effective {
  if (!("reactions" in fast)) return null;
  try {
    const found = effectiveNetwork(model, {
      fast: fast.reactions,
      at: slow.expand(until, run.end),
      minimumSeparation: 0,
    });
    const rows = ({ cols, values }: typeof found.leading): number[][] =>
      found.slow.map((_, i) => [...values.subarray(i * cols, (i + 1) * cols)]);
    return {
      slow: found.slow,
      leading: rows(found.leading),
      next: rows(found.next),
      estimatedError: found.estimatedError,
      error: found.error,
    };
  } catch (error) {
    if (!(error instanceof CoupletError)) throw error;
    warnings.push(`no effective network: ${error.message}`);
    return null;
  }
}
