import { checkOptions } from "couplet/kit";
import { refuseValue, requireObject } from "../spec-value.ts";
import type { ReactionNetworkSpec } from "./spec.ts";

/**
 * Refuses unknown names in a network, its species, reactions and events, and values that are not numbers, formulas or switches: callers
 * in JavaScript have no compiler.
 *
 * @throws CoupletError USAGE for a name, DATA_INVALID for a value
 */
export function checkSpec(spec: ReactionNetworkSpec): void {
  requireObject("reactionNetwork", "a network: an object with species", spec);
  checkOptions("reactionNetwork", spec, {
    name: "",
    compartments: true,
    species: true,
    parameters: true,
    functions: true,
    reactions: true,
    conversionFactor: "",
    assignmentRules: true,
    rateRules: true,
    initialAssignments: true,
    events: true,
    sources: true,
  });
  requireObject("species", "an object of species by name", spec.species);
  for (const key of BY_NAME)
    if (spec[key] !== undefined) requireObject(key, `an object of ${key} by name`, spec[key]);
  for (const [name, one] of Object.entries(spec.species)) {
    const key = `species.${name}`;
    if (typeof one === "number") continue;
    requireObject(key, "a number or an object", one);
    checkOptions(key, one, {
      initial: 0,
      compartment: "",
      unit: ["concentration", "amount"],
      initialIsAmount: false,
      boundary: false,
      conversionFactor: "",
    });
  }
  numbersOf("compartments", spec.compartments);
  numbersOf("parameters", spec.parameters);
  for (const [id, one] of Object.entries(spec.reactions ?? {})) {
    const key = `reactions.${id}`;
    requireObject(key, "an object with an equation and a rate", one);
    const rest = { rate: true, parameters: true, fast: false } as const;
    if ("equation" in one) {
      checkOptions(key, one, { equation: "", ...rest });
      if (one.equation === undefined) refuseValue(`${key}.equation`, "a text", one.equation);
    } else {
      checkOptions(key, one, { reactants: true, products: true, ...rest });
      sideOf(`${key}.reactants`, one.reactants);
      sideOf(`${key}.products`, one.products);
    }
    formulaOf(`${key}.rate`, one.rate);
    if (one.parameters !== undefined)
      requireObject(`${key}.parameters`, "an object of numbers by name", one.parameters);
    numbersOf(`${key}.parameters`, one.parameters);
  }
  for (const [id, one] of Object.entries(spec.events ?? {})) {
    const key = `events.${id}`;
    requireObject(key, "an object with a trigger and assignments", one);
    checkOptions(key, one, {
      trigger: true,
      before: false,
      persistent: false,
      delay: true,
      priority: true,
      valuesAtTrigger: false,
      assignments: true,
    });
    formulaOf(`${key}.trigger`, one.trigger);
    for (const part of ["delay", "priority"] as const)
      if (one[part] !== undefined) formulaOf(`${key}.${part}`, one[part]);
    requireObject(`${key}.assignments`, "an object of formulas by name", one.assignments);
    formulasOf(`${key}.assignments`, one.assignments);
  }
  for (const key of ["assignmentRules", "rateRules", "initialAssignments"] as const)
    formulasOf(key, spec[key]);
  for (const [name, one] of Object.entries(spec.functions ?? {})) {
    const key = `functions.${name}`;
    requireObject(key, "an object with parameters and a body", one);
    checkOptions(key, one, { parameters: true, body: true });
    if (!Array.isArray(one.parameters))
      refuseValue(`${key}.parameters`, "a list of names", one.parameters);
    formulaOf(`${key}.body`, one.body);
  }
}

/** The parts of a network that have names. */
const BY_NAME = [
  "compartments",
  "parameters",
  "functions",
  "reactions",
  "assignmentRules",
  "rateRules",
  "initialAssignments",
  "events",
  "sources",
] as const;

/** One side of a reaction in parts. */
function sideOf(key: string, side: unknown): void {
  const expected = "a list of species, each with its count";
  if (!Array.isArray(side)) refuseValue(key, expected, side);
  for (const [i, term] of side.entries()) {
    if (!Array.isArray(term) || typeof term[0] !== "string")
      refuseValue(`${key}[${i}]`, "a species and its count", term);
    formulaOf(`${key}[${i}]`, term[1]);
  }
}

function formulasOf(key: string, formulas: Readonly<Record<string, unknown>> | undefined): void {
  for (const [name, formula] of Object.entries(formulas ?? {}))
    formulaOf(`${key}.${name}`, formula);
}

function numbersOf(key: string, values: Readonly<Record<string, unknown>> | undefined): void {
  for (const [name, value] of Object.entries(values ?? {})) numberOf(`${key}.${name}`, value);
}

function numberOf(key: string, value: unknown): void {
  if (value !== undefined && typeof value !== "number") refuseValue(key, "a number", value);
}

function formulaOf(key: string, value: unknown): void {
  const isFormula =
    typeof value === "string" ||
    typeof value === "number" ||
    (typeof value === "object" && value !== null && "kind" in value);
  if (!isFormula) refuseValue(key, "a formula: text, a number or an expression", value);
}
