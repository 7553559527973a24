import { CoupletError } from "couplet/kit";
import { childOf, childrenOf, parseXml, type XmlElement } from "../../xml/element.ts";
import type { Expression, FunctionBody } from "../../formula/expression.ts";
import type { KineticModel } from "../model.ts";
import { reactionNetwork } from "../network.ts";
import type { ParsedReaction, ReactionNetworkSpec, SpeciesSpec } from "../spec.ts";
import { readMath } from "./mathml.ts";

/** A model read from SBML. */
export interface SbmlModel {
  /** The network as plain data; change it and call `reactionNetwork` to build a variant. */
  readonly spec: ReactionNetworkSpec;
  readonly model: KineticModel;
  /** What the file holds that does not change the rate equations and was left out (constraints, layouts). */
  readonly warnings: readonly string[];
}

/**
 * Reads a model in SBML level 3 core (level 2 where it says the same): compartments, species, parameters,
 * function definitions, initial assignments, assignment and rate rules, reactions with MathML kinetic laws.
 *
 * Events, algebraic rules, delays, conversion factors, variable stoichiometry and required packages change
 * the equations and are refused by line; units are not checked.
 *
 * @param text the document
 * @param where what to call it in messages, e.g. its path
 * @throws CoupletError FILE_INVALID (malformed), NOT_SUPPORTED (features above), DATA_INVALID (contradictions), each with the line
 * @see SBML Level 3 Version 2 Core, Release 2, https://doi.org/10.1515/jib-2019-0021
 */
export async function readSbml(text: string, where = "model.xml"): Promise<SbmlModel> {
  const root = await parseXml(text, where);
  const warnings: string[] = [];
  const spec = readDocument(root, where, warnings);
  return { spec, model: reactionNetwork(spec), warnings };
}

function readDocument(root: XmlElement, where: string, warnings: string[]): ReactionNetworkSpec {
  const at = (e: XmlElement): string => `${where}:${e.line}`;
  if (root.name !== "sbml") {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: at(root),
      expected: "an <sbml> document",
      received: `<${root.name}>`,
    });
  }
  const refuse = (e: XmlElement, what: string, hint?: string): never => {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: at(e),
      expected: "SBML level 3 core without events, algebraic rules and delays",
      received: what,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const need = (e: XmlElement, attribute: string): string => {
    const value = e.attributes.get(attribute);
    if (value === undefined) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where: at(e),
        expected: `an attribute ${attribute} of <${e.name}>`,
        received: "none",
      });
    }
    return value;
  };
  const numeric = (e: XmlElement, attribute: string): number | undefined => {
    const value = e.attributes.get(attribute);
    if (value === undefined) return undefined;
    const x =
      value.trim() === "INF" ? Infinity : value.trim() === "-INF" ? -Infinity : Number(value);
    if (value.trim() === "" || (Number.isNaN(x) && value.trim() !== "NaN")) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where: at(e),
        expected: `a number for ${attribute} of <${e.name}>`,
        received: `"${value}"`,
      });
    }
    return Number.isNaN(x) ? undefined : x;
  };
  const flag = (e: XmlElement, attribute: string): boolean =>
    ["true", "1"].includes(e.attributes.get(attribute) ?? "false");

  const level = need(root, "level");
  if (level !== "3" && level !== "2")
    refuse(
      root,
      `level ${level}`,
      "Convert the model to level 3, e.g. with the SBML online converter.",
    );
  for (const [name, value] of root.attributes)
    if (name.endsWith(":required") && value === "true")
      refuse(root, `the required package "${name.split(":")[0]}"`);
  const found = childOf(root, "model");
  if (found === undefined) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: at(root),
      expected: "a <model>",
      received: "none",
    });
  }
  const model = found;
  if (model.attributes.has("conversionFactor")) refuse(model, "a conversion factor");
  const list = (name: string): readonly XmlElement[] => {
    const holder = childOf(model, `listOf${name}`);
    return holder === undefined
      ? []
      : holder.children.filter((e) => e.name !== "notes" && e.name !== "annotation");
  };
  const event = list("Events")[0];
  if (event !== undefined)
    refuse(
      event,
      `an event${event.attributes.has("id") ? ` "${event.attributes.get("id")}"` : ""}`,
    );
  if (list("Constraints").length > 0)
    warnings.push(`${at(list("Constraints")[0])}: constraints are not checked`);

  const sources: Record<string, string> = {};
  const note = (key: string, e: XmlElement): string => ((sources[key] = at(e)), key);
  const unique = <T>(into: Record<string, T>, id: string, e: XmlElement, value: T): void => {
    if (Object.hasOwn(into, id)) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where: at(e),
        expected: `one definition of "${id}"`,
        received: "a second one",
      });
    }
    into[id] = value;
  };
  const math = (e: XmlElement): Expression => {
    const found = childOf(e, "math");
    if (found === undefined) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where: at(e),
        expected: `a formula (<math>) in <${e.name}>`,
        received: "none",
      });
    }
    return readMath(found, where);
  };

  const functions: Record<string, FunctionBody> = {};
  for (const e of list("FunctionDefinitions")) {
    const lambda =
      childOf(childOf(e, "math") ?? e, "lambda") ?? refuse(e, "a function without a <lambda>");
    const body = lambda.children.filter((child) => child.name !== "bvar");
    if (body.length !== 1) refuse(lambda, `a function with ${body.length} bodies`);
    const parameters = childrenOf(lambda, "bvar").map((b) => b.children[0]?.text.trim() ?? "");
    unique(functions, need(e, "id"), e, { parameters, body: readMath(body[0], where) });
    note(`functions.${need(e, "id")}`, e);
  }

  const compartments: Record<string, number> = {};
  for (const e of list("Compartments")) {
    const id = need(e, "id");
    unique(compartments, id, e, numeric(e, "size") ?? 1);
    note(`compartments.${id}`, e);
  }
  const species: Record<string, SpeciesSpec> = {};
  for (const e of list("Species")) {
    const id = need(e, "id");
    if (e.attributes.has("conversionFactor")) refuse(e, `a conversion factor of "${id}"`);
    const [amount, concentration] = [
      numeric(e, "initialAmount"),
      numeric(e, "initialConcentration"),
    ];
    if (amount !== undefined && concentration !== undefined) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where: at(e),
        expected: `an initial amount or concentration of "${id}"`,
        received: "both",
      });
    }
    unique(species, id, e, {
      initial: amount ?? concentration ?? 0,
      initialIsAmount: amount !== undefined || concentration === undefined,
      compartment: need(e, "compartment"),
      unit: flag(e, "hasOnlySubstanceUnits") ? "amount" : "concentration",
      boundary: flag(e, "boundaryCondition") || flag(e, "constant"),
    });
    note(`species.${id}`, e);
  }
  const parameters: Record<string, number> = {};
  for (const e of list("Parameters")) {
    const id = need(e, "id");
    unique(parameters, id, e, numeric(e, "value") ?? Number.NaN);
    note(`parameters.${id}`, e);
  }

  const assignmentRules: Record<string, Expression> = {};
  const rateRules: Record<string, Expression> = {};
  for (const e of list("Rules")) {
    if (e.name === "algebraicRule") refuse(e, "an algebraic rule");
    const variable = need(e, "variable");
    const into = e.name === "rateRule" ? rateRules : assignmentRules;
    unique(into, variable, e, math(e));
    note(`${e.name === "rateRule" ? "rateRules" : "assignmentRules"}.${variable}`, e);
  }
  const initialAssignments: Record<string, Expression> = {};
  for (const e of list("InitialAssignments")) {
    const id = need(e, "symbol");
    unique(initialAssignments, id, e, math(e));
    note(`initialAssignments.${id}`, e);
  }

  const reactions: Record<string, ParsedReaction> = {};
  for (const e of list("Reactions")) {
    const id = need(e, "id");
    note(`reactions.${id}`, e);
    const side = (name: string): (readonly [string, number])[] =>
      childrenOf(childOf(e, name) ?? emptyElement, "speciesReference").map((r) => {
        if (childOf(r, "stoichiometryMath") !== undefined) refuse(r, "stoichiometry by a formula");
        const reference = r.attributes.get("id");
        if (reference !== undefined) {
          if (
            [assignmentRules, rateRules, initialAssignments].some((rules) =>
              Object.hasOwn(rules, reference),
            )
          )
            refuse(r, `variable stoichiometry "${reference}"`);
          parameters[reference] = numeric(r, "stoichiometry") ?? 1;
        }
        return [need(r, "species"), numeric(r, "stoichiometry") ?? 1] as const;
      });
    const [reactants, products] = [side("listOfReactants"), side("listOfProducts")];
    const law = childOf(e, "kineticLaw");
    if (law === undefined) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: at(e),
        expected: `a kinetic law of reaction "${id}"`,
        received: "none",
        hint: "A model without rates (for flux balance analysis) cannot be integrated.",
      });
    }
    const local: Record<string, number> = {};
    for (const holder of ["listOfLocalParameters", "listOfParameters"]) {
      for (const p of childOf(law, holder)?.children ?? [])
        unique(local, need(p, "id"), p, numeric(p, "value") ?? Number.NaN);
    }
    sources[`reactions.${id}`] = at(law);
    unique(reactions, id, e, {
      reactants,
      products,
      rate: math(law),
      parameters: local,
      fast: flag(e, "fast"),
    });
  }
  // without a value a parameter must come from a rule or an assignment
  for (const [id, value] of Object.entries(parameters)) {
    if (!Number.isNaN(value)) continue;
    if (
      ![assignmentRules, rateRules, initialAssignments].some((rules) => Object.hasOwn(rules, id))
    ) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: sources[`parameters.${id}`] ?? where,
        expected: `a value of the parameter "${id}"`,
        received: "none",
      });
    }
  }
  return {
    name: model.attributes.get("name") ?? model.attributes.get("id") ?? where,
    compartments,
    species,
    parameters,
    functions,
    reactions,
    assignmentRules,
    rateRules,
    initialAssignments,
    sources,
  };
}

const emptyElement: XmlElement = {
  name: "",
  namespace: "",
  attributes: new Map(),
  children: [],
  text: "",
  line: 0,
};
