/** The problem file of `couplet systems kinetics`. */
import * as v from "valibot";
import { CoupletError, validated, record } from "couplet/kit";
import type { FastPart } from "../fast-manifold.ts";
import type { ReactionNetworkSpec } from "../spec.ts";
import { count, name, number, positive } from "../../problem/fields.ts";

/** A kinetics problem file. */
export interface KineticsProblem {
  readonly title?: string;
  /** The reactions themselves ... */
  readonly network?: ReactionNetworkSpec;
  /** ... or an SBML file. */
  readonly sbml?: string;
  /** Values to use instead of the model's own. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Start values to use instead of the model's own, by state. */
  readonly initial?: Readonly<Record<string, number>>;
  /** End time. */
  readonly until: number;
  /** Points of each trajectory; default 300. */
  readonly points?: number;
  /** Quantities to report: states or assigned quantities; default all states. */
  readonly observe?: readonly string[];
  /**
   * The fast part to replace by its balance; default the reactions marked `fast`, if any; false leaves the reduction out. Reactions that an SBML file
   * marks are in balance from the start on, as SBML means it; with this key they have their own rates.
   */
  readonly fast?: FastPart | false;
  /** Smallest separation of time scales to accept; default 5. */
  readonly minimumSeparation?: number;
  readonly relativeTolerance?: number;
  readonly absoluteTolerance?: number;
  /** Whether to search for the steady state that the start leads to; default true. */
  readonly steadyState?: boolean;
}

const formula = v.union([number, v.string()]);
const named = <T extends v.GenericSchema>(item: T) => v.record(v.string(), item);
const schema = record({
  title: v.optional(name),
  network: v.optional(
    record({
      name: v.optional(name),
      compartments: v.optional(named(positive)),
      species: named(
        v.lazy((input) =>
          typeof input === "object" && input !== null
            ? record({
                initial: v.optional(number),
                compartment: v.optional(name),
                unit: v.optional(v.picklist(["concentration", "amount"])),
                initialIsAmount: v.optional(v.boolean()),
                boundary: v.optional(v.boolean()),
              })
            : number,
        ),
      ),
      parameters: v.optional(named(number)),
      functions: v.optional(named(record({ parameters: v.array(name), body: name }))),
      reactions: v.optional(
        named(
          record({
            equation: v.string(),
            rate: formula,
            parameters: v.optional(named(number)),
            fast: v.optional(v.boolean()),
          }),
        ),
      ),
      assignmentRules: v.optional(named(formula)),
      rateRules: v.optional(named(formula)),
      initialAssignments: v.optional(named(formula)),
      events: v.optional(
        named(
          record({
            trigger: formula,
            before: v.optional(v.boolean()),
            persistent: v.optional(v.boolean()),
            delay: v.optional(formula),
            priority: v.optional(formula),
            valuesAtTrigger: v.optional(v.boolean()),
            assignments: named(formula),
          }),
        ),
      ),
    }),
  ),
  sbml: v.optional(name),
  parameters: v.optional(named(number)),
  initial: v.optional(named(number)),
  until: positive,
  points: v.optional(count(2, 100_000)),
  observe: v.optional(v.pipe(v.array(name), v.minLength(1))),
  fast: v.optional(
    v.lazy((input) =>
      typeof input === "boolean"
        ? v.literal(false)
        : typeof input === "object" && input !== null && "species" in input
          ? record({ species: v.pipe(v.array(name), v.minLength(1)) })
          : record({ reactions: v.pipe(v.array(name), v.minLength(1)) }),
    ) as v.GenericSchema,
  ),
  minimumSeparation: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  relativeTolerance: v.optional(positive),
  absoluteTolerance: v.optional(positive),
  steadyState: v.optional(v.boolean()),
});

/**
 * Reads a kinetics problem from plain data.
 * @throws CoupletError SPEC_INVALID naming the path, or unless exactly one of `network` and `sbml` is given
 */
export function parseKineticsProblem(value: unknown, where = "problem"): KineticsProblem {
  const problem = validated(
    schema as v.GenericSchema<unknown, unknown>,
    value,
    where,
  ) as KineticsProblem;
  if ((problem.network === undefined) === (problem.sbml === undefined)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where,
      expected: `one of "network" and "sbml"`,
      received: problem.network === undefined ? "neither" : "both",
    });
  }
  return problem;
}

/** A problem to start from: a phosphorylation switch that settles in seconds and a gene that takes hours. */
export const kineticsExample: KineticsProblem = {
  title: "A phosphorylation switch settles in seconds; the gene that it drives takes hours",
  network: {
    name: "switch with gene",
    species: { X: 0.95, Xp: 0.05, g: 0.9 },
    parameters: { V1: 1, V2: 0.6, K: 0.1, d: 0.7, eps: 0.02 },
    reactions: {
      kinase: { equation: "X -> Xp", rate: "V1*g*X / (K + X) / eps", fast: true },
      phosphatase: { equation: "Xp -> X", rate: "V2*Xp / (K + Xp) / eps", fast: true },
      transcription: { equation: "-> g", rate: "0.05 + 0.9 * Xp^2 / (0.4^2 + Xp^2)" },
      decay: { equation: "g ->", rate: "d*g" },
    },
  },
  until: 12,
  observe: ["g", "Xp"],
};

/** The same cell with hours as its unit of time and phosphorylation in a third of a millisecond. */
export const millisecondsExample: KineticsProblem = {
  ...kineticsExample,
  title:
    "Phosphorylation within a millisecond and a gene over hours: ten million times apart, two equations are left",
  network: {
    ...kineticsExample.network!,
    parameters: { V1: 1, V2: 0.6, K: 0.1, d: 0.7, eps: 1e-7 },
  },
};
