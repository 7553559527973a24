/** The problem file of `couplet systems topology`. */
import { validated, record } from "couplet/kit";
import * as v from "valibot";
import { count, name, number, positive, range, type Range } from "../../problem/fields.ts";
import { varyFields, varyTwo, type Vary } from "../../problem/vary.ts";

/** A complex number in a file: a real one, or [real, imaginary]. */
export type ComplexText = number | readonly [number, number];

/** A matrix in a file, row by row. */
export type MatrixText = readonly (readonly ComplexText[])[];

/** A tight-binding model in a file. */
export type ModelText =
  | {
      readonly kind: "bhzStack";
      readonly inPlane: number;
      readonly curvature: number;
      readonly mass: number;
      readonly stackCurvature: number;
      readonly stackSpinOrbit: number;
      readonly stackHopping?: number;
    }
  | {
      readonly kind: "kaneMele";
      readonly hopping: number;
      readonly spinOrbit: number;
      readonly rashba: number;
      readonly staggered: number;
    }
  | {
      readonly kind: "hoppings";
      readonly axes: 1 | 2 | 3;
      readonly onSite: MatrixText;
      readonly hoppings: readonly {
        readonly cell: readonly number[];
        readonly matrix: MatrixText;
      }[];
    }
  | { readonly kind: "wannier90"; readonly file: string; readonly axes?: 2 | 3 };

/** An axis of a crystal by name, or by position from 0. */
export type AxisText = "x" | "y" | "z" | 0 | 1 | 2;

/** A topology problem file. Wave numbers in radians per cell, energies in the model's unit. */
export interface TopologyProblem {
  readonly title?: string;
  readonly model: ModelText;
  /** Number of occupied bands, even. */
  readonly occupied: number;
  /** Inversion operator: "bhz" for the presets' own, or a matrix in the orbital basis. */
  readonly inversion?: "bhz" | MatrixText;
  /** Order of spins in the basis: the model is then checked to have time reversal i sigma_y K. */
  readonly timeReversal?: "interleaved" | "blocks";
  /** Whether the run first removes the part of the model that breaks this time reversal, for files with noise; default false. */
  readonly symmetrise?: boolean;
  /** Slabs to cut; default one along each axis, 10 cells thick. */
  readonly slabs?: readonly { readonly axis: AxisText; readonly cells?: number }[];
  /** Points of each wave-number path; default 80. */
  readonly points?: number;
  /** Surface density of states: energies, broadening, and points of the path; false leaves it out. */
  readonly surface?:
    | false
    | {
        readonly energies?: Range | readonly number[];
        readonly eta?: number;
        readonly points?: number;
      };
  /** Whether to compute the Z2 indices; default true. Set false for a model without time reversal. */
  readonly z2?: boolean;
  /** The phase over one number of the model, by its path in it: "stackCurvature". */
  readonly sweep?: Vary;
  /** The phase over two numbers of the model. */
  readonly map?: { readonly x: Vary; readonly y: Vary };
}

const complex = v.union([number, v.tuple([number, number])]);
const matrix = v.pipe(v.array(v.pipe(v.array(complex), v.minLength(1))), v.minLength(1));

const schema = record({
  title: v.optional(name),
  model: v.variant("kind", [
    record({
      kind: v.literal("bhzStack"),
      inPlane: number,
      curvature: number,
      mass: number,
      stackCurvature: number,
      stackSpinOrbit: number,
      stackHopping: v.optional(number),
    }),
    record({
      kind: v.literal("kaneMele"),
      hopping: number,
      spinOrbit: number,
      rashba: number,
      staggered: number,
    }),
    record({
      kind: v.literal("hoppings"),
      axes: v.picklist([1, 2, 3]),
      onSite: matrix,
      hoppings: v.array(record({ cell: v.array(v.pipe(v.number(), v.integer())), matrix })),
    }),
    record({ kind: v.literal("wannier90"), file: name, axes: v.optional(v.picklist([2, 3])) }),
  ]),
  occupied: count(1, 100_000),
  inversion: v.optional(
    v.lazy((input) => (typeof input === "string" ? v.literal("bhz") : matrix)) as v.GenericSchema,
  ),
  timeReversal: v.optional(v.picklist(["interleaved", "blocks"])),
  symmetrise: v.optional(v.boolean()),
  slabs: v.optional(
    v.array(
      record({
        axis: v.picklist(["x", "y", "z", 0, 1, 2]),
        cells: v.optional(count(1, 2000)),
      }),
    ),
  ),
  points: v.optional(count(2, 10_000)),
  surface: v.optional(
    v.lazy((input) =>
      typeof input === "boolean"
        ? v.literal(false)
        : record({
            energies: v.optional(range),
            eta: v.optional(positive),
            points: v.optional(count(2, 10_000)),
          }),
    ) as v.GenericSchema,
  ),
  z2: v.optional(v.boolean()),
  sweep: v.optional(record(varyFields)),
  map: v.optional(varyTwo),
});

/**
 * Reads a topology problem from plain data.
 * @throws CoupletError SPEC_INVALID naming the path in the file
 */
export function parseTopologyProblem(value: unknown, where = "problem"): TopologyProblem {
  return validated(schema as v.GenericSchema<unknown, unknown>, value, where) as TopologyProblem;
}

/** A problem to start from: a stack of quantum spin Hall layers, a weak topological insulator. */
export const topologyExample: TopologyProblem = {
  title:
    "A stack of quantum spin Hall layers conducts at its sides and insulates at top and bottom",
  model: {
    kind: "bhzStack",
    inPlane: 1,
    curvature: 1,
    mass: 1,
    stackCurvature: 0.1,
    stackSpinOrbit: 0.3,
  },
  occupied: 2,
  inversion: "bhz",
  timeReversal: "interleaved",
  slabs: [
    { axis: "z", cells: 10 },
    { axis: "x", cells: 16 },
  ],
  points: 60,
  surface: { energies: { from: -1.5, to: 1.5, points: 61 }, eta: 0.02, points: 61 },
};

/** The same layers glued so strongly that every surface conducts. */
export const strongExample: TopologyProblem = {
  ...topologyExample,
  title:
    "Glued strongly, quantum spin Hall layers become a strong topological insulator: every surface conducts",
  model: {
    kind: "bhzStack",
    inPlane: 1,
    curvature: 1,
    mass: 1,
    stackCurvature: 0.6,
    stackSpinOrbit: 0.8,
  },
};

/** Layers glued more and more strongly: at a quarter of the mass the gap closes, and the phase changes. */
export const glueExample: TopologyProblem = {
  ...topologyExample,
  title:
    "Glue quantum spin Hall layers more strongly, and at a quarter of the mass weak becomes strong",
  slabs: [
    { axis: "z", cells: 10 },
    { axis: "x", cells: 12 },
  ],
  points: 24,
  surface: false,
  sweep: {
    path: "stackCurvature",
    values: { from: 0.15, to: 0.35, points: 21 },
    label: "glue Bz between layers",
  },
  map: {
    x: {
      path: "stackCurvature",
      values: { from: 0.05, to: 0.45, points: 9 },
      label: "glue Bz between layers",
    },
    y: { path: "mass", values: { from: -0.3, to: 1.7, points: 9 }, label: "mass M of a layer" },
  },
};
