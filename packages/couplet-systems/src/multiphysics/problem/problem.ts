/** The problem file of `couplet systems multiphysics`. */
import * as v from "valibot";
import {
  aitken,
  constantRelaxation,
  iqnIls,
  iqnImvj,
  noAcceleration,
  validated,
  record,
} from "couplet/kit";
import type { AccelerationSpec, ConvergenceMeasure, Scheme } from "couplet/kit";
import type { BladeSection } from "../blade/section.ts";
import type { Exchange } from "../exchange.ts";
import { count, name, number, positive } from "../../problem/fields.ts";
import { body, type BodySpec } from "./body-schema.ts";

/** An acceleration by name with its defaults, or with settings of its own. */
export type AccelerationChoice =
  | "none"
  | "aitken"
  | "iqnIls"
  | "iqnImvj"
  | { readonly kind: "none" }
  | { readonly kind: "constant"; readonly factor: number }
  | { readonly kind: "aitken"; readonly initialFactor?: number }
  | {
      readonly kind: "iqnIls" | "iqnImvj";
      readonly initialFactor?: number;
      readonly maxColumns?: number;
      /** Only `iqnIls`. */
      readonly reusedWindows?: number;
    };

/** Fields of all kinds of multiphysics problems. */
export interface CouplingChoices {
  readonly title?: string;
  /** Default "iqnIls". */
  readonly acceleration?: AccelerationChoice;
  /** Other accelerations to solve the same problem with, for the convergence histories. */
  readonly compare?: readonly AccelerationChoice[];
  /** `||H(x) - x|| <= tolerance ||H(x)||` on every iterated field. Default: blade 1e-8, tube 1e-5, bodies 1e-6. */
  readonly tolerance?: number;
  /** Most sweeps in a window. Default: blade and bodies 50, tube 200. */
  readonly maxIterations?: number;
  readonly predictorOrder?: 0 | 1 | 2;
  readonly windows?: { readonly size: number; readonly count: number };
}

/** The cooled turbine blade: see `turbineBlade`. SI units, kelvin. */
export interface BladeProblem extends CouplingChoices {
  readonly kind: "turbineBlade";
  readonly section?: BladeSection;
  readonly gas?: number;
  readonly coolant?: number;
  readonly clearance?: number;
  readonly contactWidth?: number;
  readonly contactConductance?: number;
  readonly openConductance?: number;
  readonly timeStep?: number;
  /** Solve also without feedback from deformation to cooling, to show what it adds. Default true. */
  readonly withoutFeedback?: boolean;
}

/** Flow in an elastic tube: see `elasticTube`. */
export interface TubeProblem extends CouplingChoices {
  readonly kind: "elasticTube";
  readonly cells: number;
  readonly elasticity: number;
  readonly length?: number;
  /** Velocity at the inlet, a formula in t. Default "10 + 3*sin(10*pi*t)". */
  readonly inflow?: number | string;
  readonly initialVelocity?: number;
  readonly timeStep?: number;
  readonly windows: { readonly size: number; readonly count: number };
}

/** Heat-conducting and elastic bodies that exchange fields. */
export interface BodiesProblem extends CouplingChoices {
  readonly kind: "bodies";
  readonly bodies: readonly BodySpec[];
  readonly exchanges: readonly Exchange[];
  readonly scheme?: Scheme;
  readonly coupling?: "implicit" | "explicit";
  readonly convergence?: readonly ConvergenceMeasure[];
  readonly bounds?: Readonly<Record<string, { readonly lower?: number; readonly upper?: number }>>;
}

/** A multiphysics problem file. */
export type MultiphysicsProblem = BladeProblem | TubeProblem | BodiesProblem;

const acceleration = v.lazy((input) =>
  typeof input === "string"
    ? v.picklist(["none", "aitken", "iqnIls", "iqnImvj"])
    : v.variant("kind", [
        record({ kind: v.literal("none") }),
        record({ kind: v.literal("constant"), factor: number }),
        record({ kind: v.literal("aitken"), initialFactor: v.optional(positive) }),
        record({
          kind: v.literal("iqnIls"),
          initialFactor: v.optional(positive),
          maxColumns: v.optional(count(1)),
          reusedWindows: v.optional(count(0)),
        }),
        record({
          kind: v.literal("iqnImvj"),
          initialFactor: v.optional(positive),
          maxColumns: v.optional(count(1)),
        }),
      ]),
);
const windows = record({ size: positive, count: count(1, 100_000) });
const choices = {
  title: v.optional(name),
  acceleration: v.optional(acceleration),
  compare: v.optional(v.array(acceleration)),
  tolerance: v.optional(positive),
  maxIterations: v.optional(count(1, 100_000)),
  predictorOrder: v.optional(v.picklist([0, 1, 2])),
  windows: v.optional(windows),
};
const mapping = record({
  kind: v.picklist(["nearestNeighbour", "projection", "radialBasis"]),
  constraint: v.optional(v.picklist(["consistent", "conservative"]), "consistent"),
});
const measure = record({
  kind: v.picklist(["absolute", "relative", "absoluteOrRelative", "residualRelative"]),
  limit: positive,
  relativeLimit: v.optional(positive),
  field: v.optional(name),
  suffices: v.optional(v.boolean()),
  strict: v.optional(v.boolean()),
});

const schema = v.variant("kind", [
  record({
    kind: v.literal("turbineBlade"),
    ...choices,
    section: v.optional(
      record({
        chord: v.optional(positive),
        camber: v.optional(number),
        thickness: v.optional(positive),
        hollow: v.optional(positive),
        refinement: v.optional(count(1, 40)),
        kind: v.optional(v.picklist(["triangle3", "triangle6", "quad4"])),
      }),
    ),
    gas: v.optional(positive),
    coolant: v.optional(positive),
    clearance: v.optional(number),
    contactWidth: v.optional(positive),
    contactConductance: v.optional(positive),
    openConductance: v.optional(positive),
    timeStep: v.optional(positive),
    withoutFeedback: v.optional(v.boolean()),
  }),
  record({
    kind: v.literal("elasticTube"),
    ...choices,
    windows,
    cells: count(2, 100_000),
    elasticity: positive,
    length: v.optional(positive),
    inflow: v.optional(v.union([number, v.string()])),
    initialVelocity: v.optional(number),
    timeStep: v.optional(positive),
  }),
  record({
    kind: v.literal("bodies"),
    ...choices,
    bodies: v.pipe(v.array(body), v.minLength(1)),
    exchanges: v.array(
      record({
        field: name,
        from: name,
        to: name,
        as: v.optional(name),
        mapping: v.optional(mapping),
        interpolation: v.optional(v.picklist(["linear", "constant"])),
      }),
    ),
    scheme: v.optional(
      v.variant("kind", [
        record({ kind: v.literal("jacobi") }),
        record({ kind: v.literal("gaussSeidel"), order: v.optional(v.array(name)) }),
        record({ kind: v.literal("multi"), stages: v.array(v.array(name)) }),
      ]),
    ),
    coupling: v.optional(v.picklist(["implicit", "explicit"])),
    convergence: v.optional(v.array(measure)),
    bounds: v.optional(
      v.record(v.string(), record({ lower: v.optional(number), upper: v.optional(number) })),
    ),
  }),
]);

/**
 * Reads a multiphysics problem from plain data.
 * @throws CoupletError SPEC_INVALID naming the path in the file
 */
export function parseMultiphysicsProblem(value: unknown, where = "problem"): MultiphysicsProblem {
  return validated(
    schema as v.GenericSchema<unknown, unknown>,
    value,
    where,
  ) as MultiphysicsProblem;
}

/** The acceleration behind a choice. */
export function accelerationOf(choice: AccelerationChoice = "iqnIls"): AccelerationSpec {
  const spec = typeof choice === "string" ? { kind: choice } : choice;
  switch (spec.kind) {
    case "none":
      return noAcceleration();
    case "constant":
      return constantRelaxation(spec);
    case "aitken":
      return aitken(withoutKind(spec));
    case "iqnIls":
      return iqnIls(withoutKind(spec));
    case "iqnImvj":
      return iqnImvj(withoutKind(spec));
  }
}

function withoutKind<T extends { readonly kind: string }>(spec: T): Omit<T, "kind"> {
  const { kind: _, ...settings } = spec;
  return settings;
}

/** The name of an acceleration for people. */
export function accelerationName(choice: AccelerationChoice = "iqnIls"): string {
  const spec = typeof choice === "string" ? { kind: choice } : choice;
  const names = {
    none: "plain sweeps",
    constant: `constant ${"factor" in spec ? spec.factor : ""}`,
    aitken: "Aitken",
    iqnIls: "quasi-Newton (IQN-ILS)",
    iqnImvj: "quasi-Newton (IQN-IMVJ)",
  };
  const start =
    "initialFactor" in spec && spec.initialFactor !== undefined
      ? `, first factor ${spec.initialFactor}`
      : "";
  return names[spec.kind] + start;
}
