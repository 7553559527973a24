/** The problem file of `couplet systems curie`. */
import * as v from "valibot";
import { CoupletError, validated, record } from "couplet/kit";
import { name, number, range, type Range } from "../../problem/fields.ts";
import {
  monteCarloKeys,
  simulateSchema,
  type MonteCarloChoices,
  type SimulateChoices,
} from "../problem/problem.ts";
import { spin, stackSchema, type SpinText, type StackText } from "../problem/stack-schema.ts";

/** A curie problem file: films by the fields that their spins feel (`matrix`), or as a stack of lattices (`stack`). */
export interface CurieProblem {
  readonly title?: string;
  /** matrix[a][b]: the molecular field of film b on a spin of film a (neighbours times exchange). */
  readonly matrix?: readonly (readonly number[])[];
  readonly names?: readonly string[];
  /** One for all films, or one for each; only with `matrix`; default "ising". */
  readonly spins?: SpinText | readonly SpinText[];
  readonly stack?: StackText;
  /** Multiples of the coupling between the films, for the phase diagram; default 0 to 2. */
  readonly couplings?: Range | readonly number[];
  /** Measure Tc by Monte Carlo at multiples of the coupling (default only 1, as given); needs `stack`. */
  readonly monteCarlo?: MonteCarloChoices & { readonly couplings?: Range | readonly number[] };
  /** Measure m(T) of each film by Monte Carlo; needs `stack`. */
  readonly simulate?: SimulateChoices;
}

const schema = record({
  title: v.optional(name),
  matrix: v.optional(v.pipe(v.array(v.pipe(v.array(number), v.minLength(1))), v.minLength(1))),
  names: v.optional(v.array(name)),
  spins: v.optional(
    v.lazy((input) => (Array.isArray(input) ? v.array(spin) : spin)) as v.GenericSchema<unknown>,
  ),
  stack: v.optional(stackSchema),
  couplings: v.optional(range),
  monteCarlo: v.optional(record({ ...monteCarloKeys, couplings: v.optional(range) })),
  simulate: v.optional(simulateSchema),
});

/**
 * Reads a curie problem from plain data.
 * @throws CoupletError SPEC_INVALID naming the path in the file, or unless exactly one of `matrix` and `stack` is given
 */
export function parseCurieProblem(value: unknown, where = "problem"): CurieProblem {
  const problem = validated(
    schema as v.GenericSchema<unknown, unknown>,
    value,
    where,
  ) as CurieProblem;
  const invalid = (expected: string, received: string, hint: string): CoupletError =>
    new CoupletError({ code: "SPEC_INVALID", where, expected, received, hint });
  const { matrix, stack, monteCarlo, simulate, names, spins } = problem;
  if ((matrix === undefined) === (stack === undefined)) {
    throw invalid(
      `one of "matrix" and "stack"`,
      matrix === undefined ? "neither" : "both",
      `"matrix" gives molecular fields (mean field only), "stack" films on lattices (Monte Carlo too).`,
    );
  }
  if (matrix !== undefined && (monteCarlo !== undefined || simulate !== undefined)) {
    throw invalid(
      `"stack" for Monte Carlo`,
      `"matrix"`,
      "Molecular fields alone say nothing of the lattice that Monte Carlo needs.",
    );
  }
  if (stack !== undefined && (names !== undefined || spins !== undefined)) {
    throw invalid(
      `names and spins inside the layers of "stack"`,
      `"${names === undefined ? "spins" : "names"}" beside it`,
      `They belong to "matrix".`,
    );
  }
  return problem;
}

/** A problem to start from: a strong and a weak film whose coupling is too small to hide the weak one. */
export const curieExample: CurieProblem = {
  title:
    "A strong and a weak film share one Curie temperature, and the weak one still shows its own",
  stack: {
    layers: [
      { name: "strong", spin: "ising", lattice: "square", exchange: 1 },
      { name: "weak", spin: "ising", lattice: "square", exchange: 0.5 },
    ],
    couplings: [{ between: ["strong", "weak"], exchange: 0.2 }],
  },
  couplings: { from: 0, to: 6, points: 61 },
  monteCarlo: { sizes: [8, 16, 32], tolerance: 0.02, measurements: 1000, couplings: [1, 3] },
  simulate: { size: 16, temperatures: { from: 0.2, to: 1.2, points: 11 }, measurements: 400 },
};

/** Films at c^2 = a b: one effective field drives both. */
export const oneModeExample: CurieProblem = {
  title: "Where c² = a b two films are one: a single field drives both at every temperature",
  matrix: [
    [4, Math.sqrt(8)],
    [Math.sqrt(8), 2],
  ],
  names: ["strong", "weak"],
};
