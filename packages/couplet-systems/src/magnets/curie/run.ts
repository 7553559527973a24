/** Runs a curie problem file. */
import { parseCurieProblem } from "./problem.ts";
import { CoupletError, checkOptions } from "couplet/kit";
import { groundStateOrder } from "../luttinger-tisza.ts";
import { meanFieldState, meanFieldTransition } from "../mean-field.ts";
import { molecularField, stackField, type MolecularField } from "../molecular-field.ts";
import { featureBoundary, ghostTemperature, sharedTransition } from "../shared-transition.ts";
import { saturation } from "../spin.ts";
import { magneticStack, type MagneticStack } from "../stack.ts";
import { valuesOf } from "../../problem/fields.ts";
import { measureTransition, simulateFilms, type MeasuredPoint } from "../problem/run.ts";
import { spinOf, stackOf, type StackText } from "../problem/stack-schema.ts";
import { paceOf, type Pace, type ProblemResult, type RunOptions } from "../../problem/running.ts";
import type { CurieProblem } from "./problem.ts";

/** The result of {@link runCurieProblem}. Temperatures in the unit of the fields (or of the stack). */
export interface CurieResult extends ProblemResult {
  readonly domain: "curie";
  readonly units: MagneticStack["units"];
  readonly films: readonly string[];
  /** Films on lattices, by their names: what `simulated` has values for. */
  readonly simulatedFilms: readonly string[];
  /** Mean-field Tc of the whole. */
  readonly temperature: number;
  /** Mean-field Tc of each film alone. */
  readonly alone: readonly number[];
  /** The four meanings of one Curie temperature: see `SharedTransition`. */
  readonly meanings: {
    readonly singularity: boolean;
    readonly feature: boolean;
    readonly curve: boolean;
    readonly oneMode: boolean;
  };
  /** Eigenvalues of the fields, largest first. */
  readonly modes: readonly number[];
  /** Temperature of each film's hidden transition, or null. */
  readonly ghosts: readonly (number | null)[];
  readonly balance: {
    readonly rowSums: readonly number[];
    readonly spread: number;
    readonly correction: readonly number[];
  };
  /** Multiple of the coupling beyond which the ghost of a film is gone (c*); null where it has none at any coupling. */
  readonly boundaries: readonly { readonly film: string; readonly factor: number | null }[];
  /** Over multiples of the coupling between the films: Tc and the ghosts. */
  readonly sweep: readonly {
    readonly factor: number;
    readonly temperature: number;
    readonly ghosts: readonly (number | null)[];
  }[];
  readonly curves: {
    readonly temperatures: readonly number[];
    /** m over saturation, one list for each film. */
    readonly magnetisation: readonly (readonly number[])[];
    /** -d|m|/dT, one list for each film. */
    readonly slope: readonly (readonly number[])[];
  };
  readonly measured: readonly {
    readonly factor: number;
    readonly value: number;
    readonly error: number;
    readonly converged: boolean;
  }[];
  readonly simulated: readonly MeasuredPoint[];
}

/**
 * Runs a curie problem: whether the films share one Curie temperature, in each of its four meanings, and from which
 * coupling on.
 *
 * @throws CoupletError for invalid films or an order that is not collinear; `signal.reason` when aborted
 */
export async function runCurieProblem(
  problem: CurieProblem,
  options: RunOptions = {},
): Promise<CurieResult> {
  checkOptions("runCurieProblem", options, {
    read: "function",
    signal: "AbortSignal",
    onProgress: "function",
    threads: 0,
  });
  parseCurieProblem(problem);
  const pace = paceOf(options);
  const fieldAt = (factor: number): MolecularField => scaledField(problem, factor);
  const field = fieldAt(1);
  await pace("shared transition");
  const shared = sharedTransition(field);
  const ghosts = shared.ghosts.map((ghost) => ghost ?? null);
  const boundaries = [];
  for (const [group, film] of field.names.entries()) {
    await pace("hidden transitions", group / field.names.length);
    boundaries.push({ film, factor: boundaryOf(fieldAt, group) });
  }
  const sweep = await sweepCouplings(problem, fieldAt, pace);
  const stack = problem.stack === undefined ? undefined : magneticStack(stackOf(problem.stack));
  const warnings: string[] = [];
  const measured = await measuredAt(problem, options, pace, warnings);
  const simulated =
    problem.simulate === undefined || stack === undefined
      ? []
      : await simulateFilms(
          stack,
          problem.simulate,
          measured.find(({ factor }) => factor === 1)?.value ?? shared.temperature,
          options,
          pace,
        );
  return {
    schemaVersion: 1,
    domain: "curie",
    title: problem.title ?? "Films and their Curie temperature",
    converged: measured.every(({ converged }) => converged),
    warnings,
    units: stack?.units ?? "reduced",
    films: [...field.names],
    simulatedFilms: stack?.films.map((film) => film.name) ?? [],
    temperature: shared.temperature,
    alone: [...shared.alone],
    meanings: {
      singularity: shared.singularity,
      feature: shared.feature,
      curve: shared.curve,
      oneMode: shared.oneMode,
    },
    modes: [...shared.modes],
    ghosts,
    balance: {
      rowSums: [...shared.balance.rowSums],
      spread: shared.balance.spread,
      correction: [...shared.balance.correction],
    },
    boundaries,
    sweep,
    curves: curvesOf(field),
    measured,
    simulated,
  };
}

/** Tc by Monte Carlo at multiples of the coupling, where the problem asks for it. */
async function measuredAt(
  problem: CurieProblem,
  options: RunOptions,
  pace: Pace,
  warnings: string[],
): Promise<CurieResult["measured"]> {
  const measured: CurieResult["measured"][number][] = [];
  if (problem.monteCarlo !== undefined && problem.stack !== undefined) {
    const { couplings = [1], ...choices } = problem.monteCarlo;
    for (const factor of valuesOf(couplings)) {
      const scaled = magneticStack(stackOf(scaledStack(problem.stack, factor)));
      const stage = `Monte Carlo at ${factor} times the coupling`;
      const { value, error, converged } = await measureTransition(
        scaled,
        choices,
        options,
        pace,
        stage,
      );
      measured.push({ factor, value, error, converged });
      if (!converged)
        warnings.push(
          `Monte Carlo at ${factor} times the coupling stopped at an error of ${error.toPrecision(2)}, above the tolerance`,
        );
    }
  }
  return measured;
}

/** The mean-field problem with the coupling between different films times a factor. */
function scaledField(problem: CurieProblem, factor: number): MolecularField {
  if (problem.matrix !== undefined) {
    const { matrix, names, spins } = problem;
    const list = spins as SpinList;
    return molecularField({
      matrix: matrix.map((row, a) => row.map((value, b) => (a === b ? value : value * factor))),
      ...(names === undefined ? {} : { names }),
      ...(list === undefined
        ? {}
        : { spins: Array.isArray(list) ? list.map(spinOf) : spinOf(list as never) }),
    });
  }
  const stack = magneticStack(stackOf(scaledStack(problem.stack!, factor)));
  const { wave, label } = groundStateOrder(stack);
  if (!wave.every((k) => k === 0 || Math.abs(k) === Math.PI)) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "stack",
      expected: "an order in which spins are parallel or antiparallel",
      received: `the order "${label}", which turns from cell to cell`,
      hint: "couplet systems magnets describes such stacks.",
    });
  }
  return stackField(stack, wave.map(Math.abs) as [number, number, number]);
}

type SpinList = CurieProblem["spins"];

/** A stack with the exchange between its films times a factor. */
function scaledStack(stack: StackText, factor: number): StackText {
  return {
    ...stack,
    layers: stack.layers.map((layer) =>
      "spin" in layer || layer.coupling === undefined
        ? layer
        : {
            ...layer,
            coupling: { ...layer.coupling, amplitude: layer.coupling.amplitude * factor },
          },
    ),
    ...(stack.couplings === undefined
      ? {}
      : {
          couplings: stack.couplings.map((one) => ({ ...one, exchange: one.exchange * factor })),
        }),
  };
}

/** c* of a film as a multiple of the coupling, or null if no multiple from 0.003 to 300 has its ghost. */
function boundaryOf(field: (factor: number) => MolecularField, group: number): number | null {
  const has = (factor: number): boolean => ghostTemperature(field(factor), group) !== undefined;
  let low = 1;
  while (!has(low)) {
    low /= 3;
    if (low < 0.003) return null;
  }
  let high = low;
  do {
    high *= 1.5;
    if (high > 300) return null;
  } while (has(high));
  // One step wider on both sides: at the boundary itself the two tests need not agree.
  return featureBoundary({ field, group, bracket: [high / 2.25, high * 1.5] });
}

async function sweepCouplings(
  problem: CurieProblem,
  field: (factor: number) => MolecularField,
  pace: Pace,
): Promise<CurieResult["sweep"]> {
  const factors = valuesOf(problem.couplings ?? { from: 0, to: 2, points: 41 });
  const sweep = [];
  for (const [i, factor] of factors.entries()) {
    await pace("phase diagram", i / factors.length);
    const here = field(factor);
    // Without coupling the films order by themselves; what is a ghost with coupling is then a transition.
    const ghosts = here.names.map((_, group) => ghostTemperature(here, group) ?? null);
    sweep.push({ factor, temperature: meanFieldTransition(here).temperature, ghosts });
  }
  return sweep;
}

function curvesOf(field: MolecularField): CurieResult["curves"] {
  const { temperature } = meanFieldTransition(field);
  const temperatures = Array.from(
    { length: 160 },
    (_, i) => temperature * (0.02 + 0.9795 * (1 - (1 - i / 159) ** 2)),
  );
  const states = temperatures.map((T) => meanFieldState(field, T));
  const full = field.spins.map(saturation);
  return {
    temperatures,
    magnetisation: field.names.map((_, a) =>
      states.map(({ magnetisation }) => Math.abs(magnetisation[a]!) / full[a]!),
    ),
    slope: field.names.map((_, a) =>
      states.map(
        ({ magnetisation, slope }) => (-slope[a]! * Math.sign(magnetisation[a]!)) / full[a]!,
      ),
    ),
  };
}
