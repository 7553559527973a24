/** The problem file of `couplet systems magnets`. */
import { validated, record } from "couplet/kit";
import * as v from "valibot";
import { count, name, positive, range, type Range } from "../../problem/fields.ts";
import { varyFields, varyTwo, type Vary } from "../../problem/vary.ts";
import { stackSchema, type StackText } from "./stack-schema.ts";

/** How Monte Carlo looks for a transition; see `orderingTemperature`. */
export interface MonteCarloChoices {
  readonly sizes?: readonly number[];
  readonly tolerance?: number;
  readonly measurements?: number;
  readonly maxRounds?: number;
  readonly seed?: number;
}

/** Which temperatures to simulate, as multiples of the transition; see `simulateStack`. */
export interface SimulateChoices {
  readonly size: number;
  readonly temperatures: Range | readonly number[];
  readonly measurements?: number;
  readonly update?: "wolff" | "metropolis" | "heatBath";
  readonly seed?: number;
}

/** A magnets problem file. */
export interface MagnetsProblem {
  readonly title?: string;
  readonly stack: StackText;
  /** Measure the ordering temperature with an error bar; default: mean field only. */
  readonly monteCarlo?: MonteCarloChoices;
  /** Measure m(T) of each film by Monte Carlo. */
  readonly simulate?: SimulateChoices;
  /** Ordering temperature and ground state over one number of the stack. */
  readonly sweep?: Vary & { readonly monteCarlo?: boolean };
  /** Ground state and ordering temperature over two numbers of the stack (mean field). */
  readonly map?: { readonly x: Vary; readonly y: Vary };
}

/** Schemas of the keys of {@link MonteCarloChoices}. */
export const monteCarloKeys: Readonly<Record<keyof MonteCarloChoices, v.GenericSchema>> = {
  sizes: v.optional(v.pipe(v.array(count(2, 4096)), v.minLength(2))),
  tolerance: v.optional(positive),
  measurements: v.optional(count(10, 10_000_000)),
  maxRounds: v.optional(count(1, 10_000)),
  seed: v.optional(count(0, 2 ** 53 - 1)),
};

/** Schema of {@link SimulateChoices}. */
export const simulateSchema: v.GenericSchema<SimulateChoices> = record({
  size: count(2, 4096),
  temperatures: range,
  measurements: v.optional(count(10, 10_000_000)),
  update: v.optional(v.picklist(["wolff", "metropolis", "heatBath"])),
  seed: v.optional(count(0, 2 ** 53 - 1)),
}) as unknown as v.GenericSchema<SimulateChoices>;

const schema = record({
  title: v.optional(name),
  stack: stackSchema,
  monteCarlo: v.optional(record(monteCarloKeys)),
  simulate: v.optional(simulateSchema),
  sweep: v.optional(record({ ...varyFields, monteCarlo: v.optional(v.boolean()) })),
  map: v.optional(varyTwo),
});

/**
 * Reads a magnets problem from plain data.
 * @throws CoupletError SPEC_INVALID naming the path in the file
 */
export function parseMagnetsProblem(value: unknown, where = "problem"): MagnetsProblem {
  return validated(schema as v.GenericSchema<unknown, unknown>, value, where) as MagnetsProblem;
}

/** A problem to start from: an Ising bilayer whose coupling is varied through zero. */
export const magnetsExample: MagnetsProblem = {
  title: "Two square Ising films on each other order at one temperature, parallel or opposite",
  stack: {
    layers: [
      { name: "bottom", spin: "ising", lattice: "square", exchange: 1 },
      { name: "top", spin: "ising", lattice: "square", exchange: 1 },
    ],
    couplings: [{ between: ["bottom", "top"], exchange: 1 }],
    units: "reduced",
  },
  monteCarlo: { sizes: [8, 16, 32], tolerance: 0.01, measurements: 1000, seed: 1 },
  simulate: { size: 16, temperatures: { from: 0.3, to: 1.2, points: 10 }, measurements: 400 },
  sweep: {
    path: "couplings[0].exchange",
    label: "coupling between the films, J' / J",
    values: { from: -1, to: 1, points: 21 },
  },
  map: {
    x: {
      path: ["layers[0].exchange", "layers[1].exchange"],
      label: "exchange in both films, J",
      values: { from: -1, to: 1, points: 13 },
    },
    y: {
      path: "couplings[0].exchange",
      label: "coupling between the films, J'",
      values: { from: -1, to: 1, points: 13 },
    },
  },
};

/** Films on both sides of a non-magnetic spacer, whose thickness decides how they stand. */
export const spacerExample: MagnetsProblem = {
  title: "Through a spacer, two films turn from parallel to opposite and back as it grows thicker",
  stack: {
    units: "meV",
    layers: [
      { name: "bottom", spin: "heisenberg", lattice: "square", exchange: 20 },
      {
        kind: "spacer",
        thickness: 4,
        coupling: { amplitude: 30, fermiWaveNumber: 0.55 },
      },
      { name: "top", spin: "heisenberg", lattice: "square", exchange: 20 },
    ],
  },
  sweep: {
    path: "layers[1].thickness",
    label: "thickness of the spacer",
    values: { from: 2, to: 14, points: 61 },
  },
};

/** Planes over hollows: neighbours in a plane and in the next compete. */
export const frustratedExample: MagnetsProblem = {
  title:
    "Planes whose spins sit over hollows: at |J'| = |J| the order within a plane gives way to that between planes",
  stack: {
    layers: [{ name: "plane", spin: "ising", lattice: "square", exchange: -1 }],
    couplings: [{ between: ["plane", "plane"], exchange: 0.5, contact: "hollow", repeats: 1 }],
    stacking: "periodic",
  },
  map: {
    x: {
      path: "layers[0].exchange",
      label: "exchange in the planes, J",
      values: { from: -1, to: 1, points: 9 },
    },
    y: {
      path: "couplings[0].exchange",
      label: "exchange between the planes, J'",
      values: { from: -1.5, to: 1.5, points: 13 },
    },
  },
};
