import { CoupletError } from "couplet/kit";
import { connectivity } from "../connectivity.ts";
import { stackComponents } from "../stack.ts";
import type { MagneticStack } from "../stack.ts";
import type { Job, JobResult } from "./job.ts";
import { crossoverLength, fitScaling, scalingForm } from "./finite-size.ts";
import type { ScalingFit, ScalingForm } from "./finite-size.ts";
import { binderCrossing, binderPoint } from "./reweight.ts";
import { runJobs } from "./run-jobs.ts";
import { planJobs, summarise } from "./simulate.ts";
import type { Simulation } from "./simulate.ts";
import type { SpinLattice } from "./spin-lattice.ts";
import type { Estimate } from "./statistics.ts";

/** Wanted standard error over the temperature, if none is given. */
export const defaultTolerance = 5e-4;

/** Options of the search for a transition. */
export interface TransitionOptions {
  /**
   * Lattice sizes (cells along x), ascending, at least two; default [16, 32, 64] for films, [6, 12, 24] for crystals. Two
   * sizes cannot measure how their crossing drifts: `converged` is then false.
   */
  readonly sizes?: readonly number[];
  /** Wanted standard error over the temperature; default 5e-4. */
  readonly tolerance?: number;
  /** Most batches of measurements; default 20. */
  readonly maxRounds?: number;
  /** Measurements of each run in a batch; default 2000. A batch has 4 runs. */
  readonly measurements?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called with the stage, the fraction of it that is done, and the best estimate so far. */
  readonly onProgress?: (progress: TransitionProgress) => void;
}

/** Progress of a search. */
export interface TransitionProgress {
  readonly stage: "search" | "measure";
  readonly round: number;
  readonly fraction: number;
  readonly temperature: number;
  readonly error: number | undefined;
}

/** Crossing of two sizes. */
export interface TransitionPair {
  readonly sizes: readonly [number, number];
  readonly temperature: Estimate;
  readonly binder: number;
}

/** The result of {@link monteCarloTransition}; the last pair is the largest. */
export interface MonteCarloTransition {
  readonly pairs: readonly TransitionPair[];
  /** Where the Binder ratios of all sizes put Tc of the infinite lattice. */
  readonly value: number;
  /** Standard error: the root of the sum of the squares of the two parts, more where the sizes contradict their form. */
  readonly error: number;
  readonly statistical: number;
  readonly finiteSize: number;
  /** Whether the sizes follow the form of finite-size scaling; true for two sizes, which always do. */
  readonly follows: boolean;
  /** Three sizes or more that follow the form, and the wanted error. */
  readonly converged: boolean;
  readonly spinUpdates: number;
  readonly simulations: readonly Simulation[];
}

/** One size: its jobs and what they have returned so far. */
interface Sample {
  lattice: SpinLattice;
  job: Job;
  results: JobResult[];
}

/** Above this chi-square per degree of freedom (1.4 % of fits that follow the form) the sizes contradict it. */
const contradiction = 6;

/** Where all sizes together put Tc, see {@link fitScaling}; undefined where a size knows nothing of that temperature. */
function extrapolate(
  simulations: readonly Simulation[],
  start: number,
  form: ScalingForm,
):
  | { value: number; statistical: number; finiteSize: number; error: number; follows: boolean }
  | undefined {
  let temperature = start;
  let before: ScalingFit | undefined;
  for (let round = 0; ; round++) {
    const points = simulations.map((simulation) => binderPoint(simulation, temperature));
    if (points.some(({ overlap }) => !(overlap > 0.05))) {
      if (before === undefined) return undefined;
      // The form puts Tc where these measurements tell nothing: small sizes far below their crossover. The step there is
      // linear extrapolation, and all of it counts as unknown.
      const finiteSize = Math.hypot(before.finiteSize, before.shift);
      const error = Math.hypot(before.statistical, finiteSize);
      return {
        value: temperature,
        statistical: before.statistical,
        finiteSize,
        error,
        follows: false,
      };
    }
    const fit = fitScaling(points, form);
    before = fit;
    const error = Math.hypot(fit.statistical, fit.finiteSize);
    temperature += fit.shift;
    // The form is linear in T: the points have to be taken where it puts Tc.
    if (Math.abs(fit.shift) > 0.01 * error && round < 20) continue;
    const ratio = fit.degrees === 0 ? 0 : fit.chiSquare / fit.degrees;
    const follows = ratio <= contradiction;
    return {
      value: temperature,
      statistical: fit.statistical,
      finiteSize: fit.finiteSize,
      error: follows ? error : error * Math.sqrt(ratio),
      follows,
    };
  }
}

/** Searches downwards from a mean-field temperature, then measures until the error is small enough. */
export async function monteCarloTransition(
  stack: MagneticStack,
  meanField: number,
  options: TransitionOptions,
): Promise<MonteCarloTransition> {
  const { dimension } = connectivity(stack);
  const components = stackComponents(stack) ?? 1;
  const form = scalingForm(dimension, components, crossoverLength(stack));
  const sizes = options.sizes ?? (dimension === 2 ? [16, 32, 64] : [6, 12, 24]);
  if (
    sizes.length < 2 ||
    sizes.some((n, i) => !Number.isInteger(n) || n < 2 || (i > 0 && n <= sizes[i - 1]!))
  ) {
    throw new CoupletError({
      code: "USAGE",
      where: "orderingTemperature: sizes",
      expected: "two or more ascending integers",
      received: `[${sizes.join(", ")}]`,
    });
  }
  const disordered = 1 - (components + 2) / (3 * components);
  const scaling: Scaling = {
    form,
    power: dimension === 2 ? 0.6 : 1.1,
    line: disordered + 0.4 * (2 / 3 - disordered),
  };
  const batches = new Batches(stack, options);
  const start = { meanField, factor: dimension === 2 ? 0.6 : 0.75 };
  const [first, second] = [sizes[0]!, sizes[1]!];
  const near = await searchCrossing(batches, [first, second], start, scaling, options);
  return measureCrossing(batches, sizes, near, scaling, options);
}

/** How a stack's averages depend on the size. */
interface Scaling {
  readonly form: ReturnType<typeof scalingForm>;
  /** At Tc the <m^2> of two sizes have the ratio (L1/L2)^power, half way between order and disorder. */
  readonly power: number;
  /** A crossing of Binder ratios has to lie above this. */
  readonly line: number;
}

/** Simulations of several sizes at one temperature, extended batch by batch. */
interface Simulated {
  readonly temperature: number;
  readonly sizes: readonly number[];
  readonly measurements: number;
  readonly samples: Sample[];
}

/** Plans simulations, each with streams of random numbers of its own, and runs them side by side. */
class Batches {
  spinUpdates = 0;
  readonly #stack: MagneticStack;
  readonly #options: TransitionOptions;
  #streams = 0;

  constructor(stack: MagneticStack, options: TransitionOptions) {
    this.#stack = stack;
    this.#options = options;
  }

  /** Simulations without results. */
  begin(temperature: number, sizes: readonly number[], measurements: number): Simulated {
    return { temperature, sizes, measurements, samples: [] };
  }

  /** Runs one batch of every size and adds it. */
  async extend(
    { temperature, sizes, measurements, samples }: Simulated,
    onProgress: (fraction: number) => void,
  ): Promise<Simulation[]> {
    const { seed = 1, threads, signal } = this.#options;
    const plans = sizes.map((size) =>
      planJobs(this.#stack, {
        temperature,
        size,
        measurements,
        thermalise: Math.max(200, measurements / 10),
        seed,
        firstRun: this.#streams,
      }),
    );
    this.#streams += 4;
    if (samples.length === 0)
      samples.push(...plans.map(({ lattice, jobs }) => ({ lattice, job: jobs[0]!, results: [] })));
    const results = await runJobs(
      plans.flatMap(({ jobs }) => jobs),
      {
        ...(threads === undefined ? {} : { threads }),
        ...(signal ? { signal } : {}),
        onProgress,
      },
    );
    let at = 0;
    samples.forEach((sample, i) => {
      const count = plans[i]!.jobs.length;
      sample.results.push(...results.slice(at, at + count));
      at += count;
    });
    this.spinUpdates += results.reduce((sum, result) => sum + result.spinUpdates, 0);
    return samples.map((sample) => summarise(sample.lattice, sample.job, sample.results));
  }
}

/**
 * A temperature near Tc, from the two smallest sizes. <m^2> of the larger over the smaller is 1 in the ordered phase,
 * (L1/L2)^d in the disordered one, and (L1/L2)^(d - 2 + eta) at Tc; half way is enough to choose a side.
 */
async function searchCrossing(
  batches: Batches,
  sizes: readonly [number, number],
  { meanField, factor }: { readonly meanField: number; readonly factor: number },
  { power, line }: Scaling,
  { onProgress }: TransitionOptions,
): Promise<number> {
  let temperature = meanField * factor;
  let [low, high] = [0, meanField];
  const halfWay = (sizes[0] / sizes[1]) ** power;
  for (let round = 0; ; round++) {
    if (round === 30) throw noCrossing(low, high);
    const report = (fraction: number): void =>
      onProgress?.({ stage: "search", round, fraction, temperature, error: undefined });
    report(0);
    const simulated = batches.begin(temperature, sizes, 500);
    const [small, large] = (await batches.extend(simulated, report)) as [Simulation, Simulation];
    const crossing = binderCrossing(small, large);
    // Far above Tc both ratios are noise about their disordered value and cross by chance: a crossing has to lie
    // well towards 2/3. Universal values are 0.47 to 0.62, each above the line for its kind of spin.
    if (crossing !== undefined && crossing.overlap > 0.2 && crossing.binder > line)
      return crossing.temperature.value;
    if (large.order2.value / small.order2.value > halfWay) low = temperature;
    else high = temperature;
    if (high - low < 1e-4 * high) throw noCrossing(low, high);
    temperature = low === 0 ? high * 0.8 : (low + high) / 2;
  }
}

/** Measures all sizes near Tc, batch by batch; begins again where the crossing turns out to lie elsewhere. */
async function measureCrossing(
  batches: Batches,
  sizes: readonly number[],
  near: number,
  { form, power, line }: Scaling,
  options: TransitionOptions,
): Promise<MonteCarloTransition> {
  const { tolerance = defaultTolerance, maxRounds = 20, measurements = 2000 } = options;
  let simulated = batches.begin(near, sizes, measurements);
  let moves = 0;
  for (let round = 0; ; round++) {
    const { temperature } = simulated;
    const report = (fraction: number, at = temperature, error?: number): void =>
      options.onProgress?.({ stage: "measure", round, fraction, temperature: at, error });
    const simulations = await batches.extend(simulated, (fraction) => report(fraction));
    const crossings = simulations
      .slice(1)
      .map((large, i) => binderCrossing(simulations[i]!, large));
    const last = crossings.at(-1);
    const found =
      last === undefined || last.overlap < 0.3 || last.binder < line
        ? undefined
        : extrapolate(simulations, last.temperature.value, form);
    if (last === undefined || found === undefined) {
      if (++moves > 8) throw noCrossing(temperature, temperature);
      const [small, large] = simulations.slice(-2) as [Simulation, Simulation];
      const isOrdered =
        large.order2.value / small.order2.value > (small.size[0] / large.size[0]) ** power;
      const next =
        last !== undefined && last.binder > line
          ? last.temperature.value
          : temperature * (isOrdered ? 1.008 : 0.992);
      simulated = batches.begin(next, sizes, measurements);
      continue;
    }
    const pairs = crossings.flatMap((crossing, i): TransitionPair[] =>
      crossing === undefined
        ? []
        : [
            {
              sizes: [sizes[i]!, sizes[i + 1]!],
              temperature: crossing.temperature,
              binder: crossing.binder,
            },
          ],
    );
    const { value, statistical, error } = found;
    report(1, value, error);
    const isEnough = error <= tolerance * value;
    const converged = isEnough && sizes.length > 2 && found.follows;
    // More measurements reduce the statistical part only: stop when it no longer matters.
    if (
      isEnough ||
      round + 1 >= maxRounds ||
      statistical < Math.min(0.3 * error, 0.7 * tolerance * value)
    ) {
      return { ...found, pairs, converged, spinUpdates: batches.spinUpdates, simulations };
    }
  }
}

function noCrossing(low: number, high: number): CoupletError {
  return new CoupletError({
    code: "NOT_CONVERGED",
    where: "orderingTemperature: monteCarlo",
    expected: "Binder ratios of two sizes that cross",
    received: `none between T = ${low.toPrecision(5)} and ${high.toPrecision(5)}`,
    hint: "The transition may be of first order, or absent; simulateStack() shows the averages.",
  });
}
