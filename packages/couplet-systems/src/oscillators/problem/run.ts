/** Runs a problem of coupled oscillators. */
import { parseOscillatorsProblem } from "./problem.ts";
import { CoupletError, checkOptions } from "couplet/kit";
import { valuesOf } from "../../problem/fields.ts";
import { paceOf, type Pace, type ProblemResult, type RunOptions } from "../../problem/running.ts";
import { coupledOscillators, type CoupledOscillators } from "../coupled-oscillators.ts";
import { lockingThreshold } from "../locking.ts";
import { synchronisationOnset } from "../onset.ts";
import { simulateOscillators } from "../simulate.ts";
import type { OscillatorsProblem } from "./problem.ts";

/** The result of {@link runOscillatorsProblem}. Factors multiply all couplings of the problem. */
export interface OscillatorsResult extends ProblemResult {
  readonly domain: "oscillators";
  readonly layers: readonly { readonly name: string; readonly size: number }[];
  readonly size: number;
  /** Order parameters over time at factor 1. */
  readonly course: {
    readonly times: readonly number[];
    readonly whole: readonly number[];
    readonly across: readonly number[];
    readonly layers: readonly (readonly number[])[];
  };
  /** Mean order over the second half of that time. */
  readonly late: {
    readonly whole: number;
    readonly across: number;
    readonly layers: readonly number[];
  };
  /** The critical factor of `synchronisationOnset`; null for frequencies given as a list, and for laws with different centres. */
  readonly onset: number | null;
  /** The factor from which a stable state of one frequency exists; null above 200 oscillators, and where no factor locks them. */
  readonly locking: number | null;
  readonly sweep: {
    readonly scales: readonly number[];
    readonly whole: readonly number[];
    readonly across: readonly number[];
    readonly layers: readonly (readonly number[])[];
    /** Mean frequencies of all oscillators, one list for each factor; null for systems of more than 60. */
    readonly frequencies: readonly (readonly number[])[] | null;
  } | null;
}

/** Newton's method for locked states takes seconds above this size. */
const lockingSize = 200;
/** More lines than this in a picture are a carpet. */
const frequencyLimit = 60;

/**
 * Runs a problem of coupled oscillators: order over time, the onset from the spectrum, the locking threshold, and
 * order and frequencies over factors on all couplings.
 *
 * @throws CoupletError what `coupledOscillators` and `simulateOscillators` throw; `signal.reason` when aborted
 */
export async function runOscillatorsProblem(
  problem: OscillatorsProblem,
  options: RunOptions = {},
): Promise<OscillatorsResult> {
  checkOptions("runOscillatorsProblem", options, {
    read: "function",
    signal: "AbortSignal",
    onProgress: "function",
    threads: 0,
  });
  parseOscillatorsProblem(problem);
  const pace = paceOf(options);
  const { until = 100, points = 201 } = problem;
  const system = coupledOscillators({
    layers: problem.layers,
    ...(problem.between === undefined ? {} : { between: problem.between }),
  });
  const warnings: string[] = [];
  await pace("onset from the spectrum");
  const onset = defined(() => synchronisationOnset(system), warnings);
  await pace("locking threshold");
  const locking =
    system.size > lockingSize || system.size < 2 ? null : finite(lockingThreshold(system));
  await pace("order over time");
  const run = simulateOscillators(system, { until, points });
  return {
    schemaVersion: 1,
    domain: "oscillators",
    title: problem.title ?? "Coupled oscillators",
    converged: true,
    warnings,
    layers: system.layers.map(({ name, size }) => ({ name, size })),
    size: system.size,
    course: {
      times: [...run.times],
      whole: run.order.map(({ whole }) => whole),
      across: run.order.map(({ across }) => across),
      layers: system.layers.map((_, a) => run.order.map(({ layers }) => layers[a]!)),
    },
    late: run.late,
    onset,
    locking,
    sweep:
      problem.sweep === false
        ? null
        : await runSweep(system, problem.sweep?.scales ?? { from: 0, to: 2, points: 21 }, {
            until: problem.sweep?.until ?? until,
            points,
            pace,
          }),
  };
}

async function runSweep(
  system: CoupledOscillators,
  scales: Parameters<typeof valuesOf>[0],
  { until, points, pace }: { readonly until: number; readonly points: number; readonly pace: Pace },
): Promise<OscillatorsResult["sweep"]> {
  const values = valuesOf(scales);
  // From the strongest down, each from the last state of the one before: synchrony that dies does so in a few turns,
  // while synchrony out of spread phases takes a time that grows with their number.
  const downwards = [...values.keys()].sort((i, j) => values[j]! - values[i]!);
  const runs = new Map<number, ReturnType<typeof simulateOscillators>>();
  let start = new Float64Array(system.size);
  for (const [k, i] of downwards.entries()) {
    await pace("sweep", k / values.length, `factor ${values[i]!.toPrecision(3)}`);
    const run = simulateOscillators(system, { scale: values[i]!, until, points, start });
    runs.set(i, run);
    start = Float64Array.from(run.phases);
  }
  const all = values.map((_, i) => runs.get(i)!);
  return {
    scales: values,
    whole: all.map(({ late }) => late.whole),
    across: all.map(({ late }) => late.across),
    layers: system.layers.map((_, a) => all.map(({ late }) => late.layers[a]!)),
    frequencies:
      system.size > frequencyLimit ? null : all.map(({ frequencies }) => [...frequencies]),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The onset; null, with the reason as a warning unless the frequencies are a list, where it is not defined. */
function defined(work: () => number, warnings: string[]): number | null {
  try {
    return finite(work());
  } catch (error) {
    if (!(error instanceof CoupletError) || error.code !== "NOT_SUPPORTED") throw error;
    if (!error.message.includes("a list"))
      warnings.push(`no onset from the spectrum: ${error.message}`);
    return null;
  }
}
