import { CoupletError, checkOptions } from "couplet/kit";
import type { ReactionNetworkSpec } from "./spec.ts";

/**
 * Refuses unknown names in a network, its species, reactions and events, and values that are no numbers, formulas or switches: callers
 * in JavaScript have no compiler.
 *
 * @throws CoupletError USAGE for a name, DATA_INVALID for a value
 */
export function checkSpec(spec: ReactionNetworkSpec): void {
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
  for (const [name, one] of Object.entries(spec.species)) {
    const key = `species.${name}`;
    if (typeof one === "number") continue;
    if (typeof one !== "object") refuse(key, "a number or an object", one);
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
    const rest = { rate: true, parameters: true, fast: false } as const;
    if ("equation" in one) checkOptions(key, one, { equation: "", ...rest });
    else checkOptions(key, one, { reactants: true, products: true, ...rest });
    formulaOf(`${key}.rate`, one.rate);
    numbersOf(`${key}.parameters`, one.parameters);
  }
  for (const [id, one] of Object.entries(spec.events ?? {})) {
    const key = `events.${id}`;
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
  }
}

function numbersOf(key: string, values: Readonly<Record<string, unknown>> | undefined): void {
  for (const [name, value] of Object.entries(values ?? {})) numberOf(`${key}.${name}`, value);
}

function numberOf(key: string, value: unknown): void {
  if (value !== undefined && typeof value !== "number") refuse(key, "a number", value);
}

function formulaOf(key: string, value: unknown): void {
  const isFormula =
    typeof value === "string" ||
    typeof value === "number" ||
    (typeof value === "object" && value !== null && "kind" in value);
  if (!isFormula) refuse(key, "a formula: text, a number or an expression", value);
}

function refuse(where: string, expected: string, value: unknown): never {
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected,
    received: value === undefined ? "none" : JSON.stringify(value),
  });
}
