import type { Expression, FunctionBody } from "../formula/expression.ts";

/** A formula as text (see `parseFormula`), as a number, or as an expression tree. */
export type Formula = string | number | Expression;

/** A kind of molecule in a compartment. Plain numbers are short for `{ initial }`. */
export interface SpeciesSpec {
  /** Initial concentration (or amount, with `unit: "amount"`); default 0. */
  readonly initial?: number;
  /** Compartment by name; required only with several compartments. */
  readonly compartment?: string;
  /** Meaning of the species' name in formulas: its concentration (default) or its amount. */
  readonly unit?: "concentration" | "amount";
  /** Whether `initial` is an amount although `unit` is a concentration. */
  readonly initialIsAmount?: boolean;
  /** Held at its value by the surroundings: reactions use it but do not change it. */
  readonly boundary?: boolean;
  /** Parameter that gives the amount of this species per extent of a reaction, where the two have different units. */
  readonly conversionFactor?: string;
}

/** A reaction: what it turns into what, and how fast. */
export interface ReactionSpec {
  /** `"2 A + B -> C"`; `->`, `=>`, `<->` and `=` mean the same; an empty side is nothing. */
  readonly equation: string;
  /** Rate in amount per time (with one compartment of size 1: concentration per time). */
  readonly rate: Formula;
  /** Constants of this rate only; they hide model parameters of the same name. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Marks the reaction as fast, for the time-scale reductions. */
  readonly fast?: boolean;
}

/**
 * A reaction network as plain data: what {@link reactionNetwork} builds a model from, and what the
 * SBML reader produces.
 */
export interface ReactionNetworkSpec {
  readonly name?: string;
  /** Compartment sizes; default one compartment of size 1. */
  readonly compartments?: Readonly<Record<string, number>>;
  readonly species: Readonly<Record<string, number | SpeciesSpec>>;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly functions?: Readonly<
    Record<string, FunctionBody | { readonly parameters: readonly string[]; readonly body: string }>
  >;
  readonly reactions?: Readonly<Record<string, ReactionSpec | ParsedReaction>>;
  /** Conversion factor of all species that have none of their own: a parameter. */
  readonly conversionFactor?: string;
  /** Quantities given by a formula at all times. */
  readonly assignmentRules?: Readonly<Record<string, Formula>>;
  /** Quantities whose rate of change is a formula. */
  readonly rateRules?: Readonly<Record<string, Formula>>;
  /** Start values given by a formula; they win over `initial` and over parameter values. */
  readonly initialAssignments?: Readonly<Record<string, Formula>>;
  /** Jumps at times that the model itself decides. */
  readonly events?: Readonly<Record<string, EventSpec>>;
  /** Where parts of the model stand in a file, for messages: a key such as `reactions.v1` to `model.xml:12`. */
  readonly sources?: Readonly<Record<string, string>>;
}

/** Assignments that are carried out each time a condition turns true. */
export interface EventSpec {
  /** The condition, e.g. `"time >= 5"` or `"S < 0.1"`. */
  readonly trigger: Formula;
  /** Value of the condition before the start; default true: an event whose condition holds at the start does not fire there. */
  readonly before?: boolean;
  /** Whether the event is carried out although the condition turned false in the meantime; default true. */
  readonly persistent?: boolean;
  /** Time from the condition to the assignments; default 0. */
  readonly delay?: Formula;
  /** Of events due at one time the highest priority comes first; default: last, in the order of the model. */
  readonly priority?: Formula;
  /** Whether the new values are computed when the condition turns true (default) or when they are assigned. */
  readonly valuesAtTrigger?: boolean;
  /** New values of species, parameters and compartments, in the unit that formulas use. */
  readonly assignments: Readonly<Record<string, Formula>>;
}

/** A reaction whose equation is already in parts. A count may be a formula, also one that changes in time. */
export interface ParsedReaction {
  readonly reactants: readonly (readonly [species: string, count: Formula])[];
  readonly products: readonly (readonly [species: string, count: Formula])[];
  readonly rate: Formula;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly fast?: boolean;
}
