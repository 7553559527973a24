/** Runs a magnets problem file. */
import { parseMagnetsProblem } from "./problem.ts";
import { CoupletError, checkOptions } from "couplet/kit";
import { groundStateOrder, type Degeneracy, type OrderLabel } from "../luttinger-tisza.ts";
import { meanFieldCurve, meanFieldTransition } from "../mean-field.ts";
import { stackField } from "../molecular-field.ts";
import { simulateStack } from "../monte-carlo/simulate.ts";
import type { Estimate } from "../monte-carlo/statistics.ts";
import { orderingTemperature, type OrderingTemperature } from "../ordering-temperature.ts";
import { type MagneticStack, magneticStack } from "../stack.ts";
import { valuesOf } from "../../problem/fields.ts";
import { paceOf, type Pace, type ProblemResult, type RunOptions } from "../../problem/running.ts";
import { labelOfVary, withNumbers, type Vary } from "../../problem/vary.ts";
import type { MagnetsProblem, MonteCarloChoices, SimulateChoices } from "./problem.ts";
import { stackOf } from "./stack-schema.ts";

/** A measured transition. */
export interface MeasuredTransition extends Estimate {
  /** The two parts of the error, to be added as squares. */
  readonly errorParts: { readonly statistical: number; readonly finiteSize: number };
  /** Whether the wanted error was reached, with three sizes or more that follow one form of finite-size scaling. */
  readonly converged: boolean;
  readonly crossings: readonly {
    readonly sizes: readonly [number, number];
    readonly temperature: number;
    readonly error: number;
  }[];
}

/** Averages at one temperature. */
export interface MeasuredPoint {
  readonly temperature: number;
  /** Magnetisation of each film along the order parameter. */
  readonly films: readonly Estimate[];
  /** Susceptibility and Binder ratio of each film: each has its peak, or its crossing, where the film orders. */
  readonly filmSusceptibility: readonly Estimate[];
  readonly filmBinder: readonly Estimate[];
  readonly heat: Estimate;
  readonly binder: Estimate;
}

/** m(T) of each film in mean field. */
export interface MagnetisationCurve {
  readonly temperatures: readonly number[];
  /** One list for each film: the mean size of its magnetisation per site, over saturation at T = 0. */
  readonly films: readonly (readonly number[])[];
}

/** The result of {@link runMagnetsProblem}. Temperatures in the stack's unit. */
export interface MagnetsResult extends ProblemResult {
  readonly domain: "magnets";
  readonly units: MagneticStack["units"];
  readonly films: readonly string[];
  readonly order: {
    readonly label: OrderLabel;
    /** Wave vector in radians per cell. */
    readonly wave: readonly number[];
    /** Angle between neighbouring planes in degrees, or null. */
    readonly turn: number | null;
    readonly energy: number;
    readonly bound: number;
    /** Whether no state is lower. */
    readonly exact: boolean;
    readonly frustrated: boolean;
    /** Undetermined parts, because several orders have this energy: "stacking", "in-plane", "parts". */
    readonly degenerate: readonly Degeneracy[];
  };
  readonly meanField: { readonly temperature: number };
  readonly monteCarlo: MeasuredTransition | null;
  readonly curve: MagnetisationCurve | null;
  readonly simulated: readonly MeasuredPoint[];
  readonly sweep: {
    readonly label: string;
    readonly points: readonly {
      readonly value: number;
      /** "none" where no exchange is left. */
      readonly order: OrderLabel | "none";
      readonly meanField: number;
      readonly monteCarlo?: Estimate;
    }[];
  } | null;
  readonly map: {
    readonly x: { readonly label: string; readonly values: readonly number[] };
    readonly y: { readonly label: string; readonly values: readonly number[] };
    /** Row by row from the first y. */
    readonly order: readonly (OrderLabel | "none")[];
    readonly meanField: readonly number[];
  } | null;
}

/**
 * Runs a magnets problem: ground state, ordering temperature by mean field and (if asked) Monte Carlo, m(T),
 * sweeps and maps.
 *
 * @throws CoupletError for an invalid stack; what `orderingTemperature` throws; `signal.reason` when aborted
 */
export async function runMagnetsProblem(
  problem: MagnetsProblem,
  options: RunOptions = {},
): Promise<MagnetsResult> {
  checkOptions("runMagnetsProblem", options, {
    read: "function",
    signal: "AbortSignal",
    onProgress: "function",
    threads: 0,
  });
  parseMagnetsProblem(problem);
  const pace = paceOf(options);
  const spec = stackOf(problem.stack);
  const stack = magneticStack(spec);
  const warnings: string[] = [];
  await pace("ground state");
  const ground = groundStateOrder(stack);
  if (!ground.exact)
    warnings.push(
      `the ground state is the best found, not proven: its energy is ${ground.energy.toPrecision(6)}, the bound ${ground.bound.toPrecision(6)}`,
    );
  if (ground.degenerate.length > 0)
    warnings.push(
      `several orders have this energy; undetermined: ${ground.degenerate.join(", ")}. "${ground.label}" is one of them`,
    );
  await pace("mean field");
  const rough = await orderingTemperature(stack, { method: "meanField" });
  warnings.push(...rough.warnings);
  const fine =
    problem.monteCarlo === undefined
      ? null
      : await measureTransition(stack, problem.monteCarlo, options, pace, "Monte Carlo");
  if (fine !== null) warnings.push(...fine.warnings);
  const curve = meanFieldMagnetisation(stack, ground.wave, rough.value);
  if (curve === null) warnings.push("no m(T) in mean field: this order turns from cell to cell");
  const simulated =
    problem.simulate === undefined
      ? []
      : await simulateFilms(stack, problem.simulate, fine?.value ?? rough.value, options, pace);
  const sweep =
    problem.sweep === undefined ? null : await runSweep(problem, problem.sweep, options, pace);
  const map = problem.map === undefined ? null : await runMap(problem, problem.map, pace);
  return {
    schemaVersion: 1,
    domain: "magnets",
    title: problem.title ?? "Magnetic stack",
    converged: fine === null || fine.converged,
    warnings: [...new Set(warnings)],
    units: stack.units,
    films: stack.films.map((film) => film.name),
    order: {
      label: ground.label,
      wave: [...ground.wave],
      turn: ground.turn === undefined ? null : (ground.turn * 180) / Math.PI,
      energy: ground.energy,
      bound: ground.bound,
      exact: ground.exact,
      frustrated: ground.frustrated,
      degenerate: ground.degenerate,
    },
    meanField: { temperature: rough.value },
    monteCarlo: fine === null ? null : withoutWarnings(fine),
    curve,
    simulated,
    sweep,
    map,
  };
}

function withoutWarnings({
  value,
  error,
  errorParts,
  converged,
  crossings,
}: MeasuredTransition): MeasuredTransition {
  return { value, error, errorParts, converged, crossings };
}

/** Measures a transition, telling how it goes. */
export async function measureTransition(
  stack: MagneticStack,
  choices: MonteCarloChoices,
  options: RunOptions,
  pace: Pace,
  stage: string,
): Promise<MeasuredTransition & { readonly warnings: readonly string[] }> {
  await pace(stage, 0);
  const found: OrderingTemperature = await orderingTemperature(stack, {
    method: "monteCarlo",
    ...choices,
    ...runnerOptions(options),
    onProgress: ({ stage: part, fraction, temperature, error }) => {
      const bar = error === undefined ? "" : ` +- ${error.toPrecision(2)}`;
      options.onProgress?.({
        stage,
        fraction,
        detail: `${part === "search" ? "searching" : "measuring"}, T near ${temperature.toFixed(4)}${bar}`,
      });
    },
  });
  return {
    value: found.value,
    error: found.error,
    errorParts: found.errorParts ?? { statistical: found.error, finiteSize: 0 },
    converged: found.converged ?? false,
    crossings: (found.crossings ?? []).map(({ sizes, temperature }) => ({
      sizes,
      temperature: temperature.value,
      error: temperature.error,
    })),
    warnings: found.warnings,
  };
}

function runnerOptions({ signal, threads }: RunOptions): {
  signal?: AbortSignal;
  threads?: number;
} {
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(threads === undefined ? {} : { threads }),
  };
}

/** m(T) of the films by Monte Carlo at multiples of a transition temperature. */
export async function simulateFilms(
  stack: MagneticStack,
  choices: SimulateChoices,
  transition: number,
  options: RunOptions,
  pace: Pace,
): Promise<MeasuredPoint[]> {
  const { temperatures, ...rest } = choices;
  const points: MeasuredPoint[] = [];
  const factors = valuesOf(temperatures);
  for (const [i, factor] of factors.entries()) {
    const temperature = factor * transition;
    await pace("simulating m(T)", i / factors.length, `T = ${temperature.toFixed(4)}`);
    const { films, filmSusceptibility, filmBinder, heat, binder } = await simulateStack(stack, {
      ...rest,
      temperature,
      ...runnerOptions(options),
    });
    points.push({ temperature, films, filmSusceptibility, filmBinder, heat, binder });
  }
  return points;
}

/** m(T) from 2 % of the transition up to it; null for orders that turn from cell to cell. */
export function meanFieldMagnetisation(
  stack: MagneticStack,
  wave: readonly [number, number, number],
  transition: number,
): MagnetisationCurve | null {
  if (!wave.every((k) => k === 0 || Math.abs(k) === Math.PI) || !(transition > 0)) return null;
  const field = stackField(stack, wave.map(Math.abs) as [number, number, number]);
  const end = meanFieldTransition(field).temperature;
  // Denser towards Tc, where m falls like a square root.
  const temperatures = Array.from(
    { length: 90 },
    (_, i) => end * (0.02 + 0.9799 * (1 - (1 - i / 89) ** 2)),
  );
  const points = meanFieldCurve(field, temperatures);
  const films = stack.films.map((film) =>
    points.map(({ magnetisation }) => {
      const sites = field.sites.flatMap((behind, group) =>
        behind
          .filter((site) => film.sites.includes(site))
          .map(() => Math.abs(magnetisation[group]!)),
      );
      return sites.reduce((sum, m) => sum + m, 0) / Math.max(1, sites.length);
    }),
  );
  return { temperatures: [...temperatures, end], films: films.map((m) => [...m, 0]) };
}

function variant(
  problem: MagnetsProblem,
  changes: readonly (readonly [Vary, number])[],
): MagneticStack | undefined {
  const stack = withNumbers(problem.stack, changes, "the stack");
  try {
    return magneticStack(stackOf(stack));
  } catch (error) {
    // A sweep through zero may leave no exchange at all: nothing orders there.
    if (error instanceof CoupletError && error.where === "stack") return undefined;
    throw error;
  }
}

async function roughly(
  stack: MagneticStack | undefined,
): Promise<{ order: OrderLabel | "none"; meanField: number }> {
  if (stack === undefined) return { order: "none", meanField: 0 };
  const { value, order } = await orderingTemperature(stack, { method: "meanField" });
  return { order, meanField: value };
}

async function runSweep(
  problem: MagnetsProblem,
  sweep: NonNullable<MagnetsProblem["sweep"]>,
  options: RunOptions,
  pace: Pace,
): Promise<MagnetsResult["sweep"]> {
  const values = valuesOf(sweep.values);
  const points = [];
  for (const [i, value] of values.entries()) {
    await pace("sweep", i / values.length, `${labelOfVary(sweep)} = ${value.toPrecision(3)}`);
    const stack = variant(problem, [[sweep, value]]);
    const point = { value, ...(await roughly(stack)) };
    if (sweep.monteCarlo !== true || stack === undefined) points.push(point);
    else {
      const stage = `Monte Carlo, ${labelOfVary(sweep)} = ${value.toPrecision(3)}`;
      const { value: measured, error } = await measureTransition(
        stack,
        problem.monteCarlo ?? {},
        options,
        pace,
        stage,
      );
      points.push({ ...point, monteCarlo: { value: measured, error } });
    }
  }
  return { label: labelOfVary(sweep), points };
}

async function runMap(
  problem: MagnetsProblem,
  map: NonNullable<MagnetsProblem["map"]>,
  pace: Pace,
): Promise<MagnetsResult["map"]> {
  const x = valuesOf(map.x.values);
  const y = valuesOf(map.y.values);
  const order: (OrderLabel | "none")[] = [];
  const meanField: number[] = [];
  for (const [j, b] of y.entries()) {
    for (const a of x) {
      await pace("map of orders", j / y.length);
      const stack = variant(problem, [
        [map.x, a],
        [map.y, b],
      ]);
      const here = await roughly(stack);
      order.push(here.order);
      meanField.push(here.meanField);
    }
  }
  return {
    x: { label: labelOfVary(map.x), values: x },
    y: { label: labelOfVary(map.y), values: y },
    order,
    meanField,
  };
}
