import { CoupletError, checkOptions } from "couplet/kit";
import { childOf, childrenOf, parseXml, type XmlElement } from "../../xml/element.ts";
import { inBalance } from "../balance.ts";
import type { Expression, FunctionBody } from "../../formula/expression.ts";
import type { KineticModel } from "../model.ts";
import { networkModel } from "../network.ts";
import type { EventSpec, ReactionNetworkSpec, SpeciesSpec } from "../spec.ts";
import { solveAlgebraicRules, type AlgebraicRule } from "./algebraic-rules.ts";
import { byId, sbmlDocument, type SbmlDocument } from "./document.ts";
import { readEventElements } from "./events.ts";
import { readMath } from "./mathml.ts";
import { readReactionElements, type SbmlReactions } from "./reactions.ts";
import { checkStructure } from "./structure.ts";

/** A model read from SBML. */
export interface SbmlModel {
  /** The network as plain data; change it and call `reactionNetwork` to build a variant. */
  readonly spec: ReactionNetworkSpec;
  readonly model: KineticModel;
  /** Parts of the file that were left out: constraints, elements without a formula. */
  readonly warnings: readonly string[];
}

/** Options of {@link readSbml}. */
export interface SbmlOptions {
  /**
   * What reactions marked `fast` mean: `balance` (default), as SBML says: they are in balance from the start on (see
   * `inBalance`); `rates`: they have their own rates like all others, and the mark is kept for the reductions.
   */
  readonly fast?: "balance" | "rates";
}

/**
 * Reads a model in SBML core, level 3 or 2: compartments, species, parameters, function definitions, initial assignments,
 * rules, reactions with MathML kinetic laws, conversion factors, stoichiometries that vary, events.
 *
 * An algebraic rule must be linear in the one quantity that it determines. The `delay` function and required packages change the
 * equations and are refused by line; units are not checked.
 *
 * The model of a file with fast reactions keeps them in balance, as SBML means the mark; its right-hand side alone, as `rhs` gives
 * it, has their own rates.
 *
 * @param text the document
 * @param where the name of the document in messages, e.g. its path
 * @throws CoupletError FILE_INVALID (malformed), NOT_SUPPORTED (features above), DATA_INVALID (contradictions, missing values), each
 *   with the line
 * @see SBML Level 3 Version 2 Core, Release 2, https://doi.org/10.1515/jib-2019-0021
 * @example
 * import { readFile } from "node:fs/promises";
 * import { integrate, readSbml } from "couplet-systems/kinetics";
 * const { model } = await readSbml(await readFile("model.xml", "utf8"), "model.xml");
 * const run = integrate(model, { until: 100 });
 */
export async function readSbml(
  text: string,
  where = "model.xml",
  options: SbmlOptions = {},
): Promise<SbmlModel> {
  checkOptions("readSbml", options, { fast: ["balance", "rates"] });
  const { fast = "balance" } = options;
  const root = await parseXml(text, where);
  const document = sbmlDocument(root, where);
  checkStructure(root, document);
  const spec = readModel(root, document);
  const model = networkModel(spec);
  return {
    spec,
    model: fast === "balance" ? inBalance(model) : model,
    warnings: document.warnings,
  };
}

/** The elements of a model, list by list, and a record of its definitions. */
interface ModelElements {
  readonly document: SbmlDocument;
  /** The elements of `listOf<name>`. */
  list(name: string): readonly XmlElement[];
  /** Adds a definition to `into`; an id has one. */
  define<T>(kind: string, into: Record<string, T>, id: string, e: XmlElement, value: T): void;
  /** Where each definition stands. */
  readonly sources: Record<string, string>;
  /** Names of quantities that the file lets vary. */
  readonly variable: Set<string>;
  /** Species on the boundary, which reactions leave alone. */
  readonly onBoundary: Set<string>;
}

function elementsOf(model: XmlElement, document: SbmlDocument): ModelElements {
  const sources = byId<string>();
  return {
    document,
    sources,
    variable: new Set(),
    onBoundary: new Set(),
    list: (name) =>
      (childOf(model, `listOf${name}`)?.children ?? []).filter(
        (e) => e.name !== "notes" && e.name !== "annotation",
      ),
    define: (kind, into, id, e, value) => {
      if (Object.hasOwn(into, id)) document.invalid(e, `one definition of "${id}"`, "a second one");
      if (!kind.endsWith("Rules") && kind !== "initialAssignments") document.nameOnce(e, id);
      into[id] = value;
      sources[`${kind}.${id}`] = document.at(e);
    },
  };
}

function readModel(root: XmlElement, document: SbmlDocument): ReactionNetworkSpec {
  const { where, warnings, at, refuse, invalid } = document;
  for (const [name, value] of root.attributes)
    if (name.endsWith(":required") && /^\s*(?:true|1)\s*$/.test(value))
      refuse(root, `the required package "${name.split(":")[0]}"`);
  const model = childOf(root, "model") ?? invalid(root, "a <model>", "none");
  const elements = elementsOf(model, document);
  const { list, sources, variable } = elements;
  const [constraint] = list("Constraints");
  if (constraint !== undefined) warnings.push(`${at(constraint)}: constraints are not checked`);
  const functions = readFunctions(elements);
  const { compartments, points } = readCompartments(elements);
  const species = readSpecies(elements, points);
  const parameters = readParameters(elements);
  const rules = readRules(elements);
  const { assignmentRules, rateRules, initialAssignments, algebraic } = rules;

  const { events, sources: eventSources } = readEventElements(list("Events"), document);
  const given = [assignmentRules, rateRules, initialAssignments];
  const found = readReactionElements(
    list("Reactions"),
    document,
    (id) => given.some((one) => Object.hasOwn(one, id)) || algebraic.length > 0,
  );
  const { reactions, stoichiometries } = found;
  for (const id of found.variable) variable.add(id);
  Object.assign(parameters, stoichiometries);
  const places = { ...sources, ...found.sources, ...eventSources };
  const quantities = { compartments, species, parameters };
  refuseChangedConstants(
    elements,
    quantities,
    { assignmentRules, rateRules, events, reactions },
    places,
  );
  if (algebraic.length > 0) {
    for (const { reactants, products } of Object.values(reactions))
      for (const [name] of [...reactants, ...products])
        if (species[name]?.boundary !== true) variable.delete(name);
    const set = Object.values(events).flatMap((event) => Object.keys(event.assignments));
    solveRules(rules, [...variable], set, functions);
  }
  for (const [name, s] of Object.entries(species)) {
    if (!Number.isNaN(s.initial) || given.some((one) => Object.hasOwn(one, name))) continue;
    throw new CoupletError({
      code: "DATA_INVALID",
      where: sources[`species.${name}`] ?? where,
      expected: `an initial amount or concentration of "${name}"`,
      received: "none",
    });
  }
  const factor = model.attributes.get("conversionFactor");
  return {
    name: model.attributes.get("name") ?? model.attributes.get("id") ?? where,
    compartments,
    species,
    parameters,
    functions,
    reactions,
    ...(factor === undefined ? {} : { conversionFactor: factor }),
    assignmentRules,
    rateRules,
    initialAssignments,
    events,
    sources: places,
  };
}

/** Refuses rules, events and reactions that change what the file calls constant. */
function refuseChangedConstants(
  { document, variable, onBoundary }: ModelElements,
  quantities: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  {
    assignmentRules,
    rateRules,
    events,
    reactions,
  }: Pick<SbmlReactions, "reactions"> & {
    readonly assignmentRules: Readonly<Record<string, Expression>>;
    readonly rateRules: Readonly<Record<string, Expression>>;
    readonly events: Readonly<Record<string, EventSpec>>;
  },
  places: Readonly<Record<string, string>>,
): void {
  const changes: (readonly [name: string, key: string])[] = [
    ...Object.keys(assignmentRules).map((name) => [name, `assignmentRules.${name}`] as const),
    ...Object.keys(rateRules).map((name) => [name, `rateRules.${name}`] as const),
    ...Object.entries(events).flatMap(([id, { assignments }]) =>
      Object.keys(assignments).map((name) => [name, `events.${id}.${name}`] as const),
    ),
    ...Object.entries(reactions).flatMap(([id, { reactants, products }]) =>
      [...reactants, ...products].flatMap(([name]) =>
        onBoundary.has(name) ? [] : [[name, `reactions.${id}`] as const],
      ),
    ),
  ];
  for (const [name, key] of changes) {
    if (variable.has(name) || !Object.values(quantities).some((one) => Object.hasOwn(one, name)))
      continue;
    throw new CoupletError({
      code: "DATA_INVALID",
      where: places[key] ?? document.where,
      expected: "changes of quantities that vary",
      received: `one of "${name}", which the file calls constant`,
    });
  }
}

function readFunctions({ document, list, define }: ModelElements): Record<string, FunctionBody> {
  const { where, warnings, at, refuse, need } = document;
  const functions = byId<FunctionBody>();
  for (const e of list("FunctionDefinitions")) {
    const math = childOf(e, "math");
    const id = need(e, "id");
    if (math === undefined) {
      warnings.push(`${at(e)}: the function "${id}" without a formula is skipped`);
      continue;
    }
    const lambda = childOf(math, "lambda") ?? refuse(e, "a function without a <lambda>");
    const bodies = lambda.children.filter((child) => child.name !== "bvar");
    const [body] = bodies;
    if (body === undefined || bodies.length !== 1)
      return refuse(lambda, `a function with ${bodies.length} bodies`);
    const parameters = childrenOf(lambda, "bvar").map((b) => b.children[0]?.text.trim() ?? "");
    define("functions", functions, id, e, { parameters, body: readMath(body, where) });
  }
  return functions;
}

/** Sizes of compartments, and which are points. */
function readCompartments({ document, list, define, variable }: ModelElements): {
  readonly compartments: Record<string, number>;
  readonly points: ReadonlySet<string>;
} {
  const { need, numeric, flag, edition } = document;
  const points = new Set<string>();
  const compartments = byId<number>();
  for (const e of list("Compartments")) {
    const id = need(e, "id");
    const size = numeric(e, "size");
    // a point has no size: its species are counted in amounts (level 3 lets it have one nevertheless)
    const isPoint = numeric(e, "spatialDimensions") === 0 && (edition < 3 || size === undefined);
    if (isPoint) points.add(id);
    define("compartments", compartments, id, e, size ?? (isPoint ? 1 : Number.NaN));
    if (!flag(e, "constant", edition < 3)) variable.add(id);
  }
  return { compartments, points };
}

function readSpecies(
  { document, list, define, variable, onBoundary }: ModelElements,
  points: ReadonlySet<string>,
): Record<string, SpeciesSpec> {
  const { need, numeric, flag, invalid } = document;
  const species = byId<SpeciesSpec>();
  for (const e of list("Species")) {
    const id = need(e, "id");
    const [amount, concentration] = [
      numeric(e, "initialAmount"),
      numeric(e, "initialConcentration"),
    ];
    if (amount !== undefined && concentration !== undefined)
      invalid(e, `an initial amount or concentration of "${id}"`, "both");
    const compartment = need(e, "compartment");
    const factor = e.attributes.get("conversionFactor");
    define("species", species, id, e, {
      initial: amount ?? concentration ?? Number.NaN,
      initialIsAmount: concentration === undefined,
      compartment,
      unit:
        flag(e, "hasOnlySubstanceUnits") || points.has(compartment) ? "amount" : "concentration",
      boundary: flag(e, "boundaryCondition") || flag(e, "constant"),
      ...(factor === undefined ? {} : { conversionFactor: factor }),
    });
    if (!flag(e, "constant")) variable.add(id);
    if (flag(e, "boundaryCondition")) onBoundary.add(id);
  }
  return species;
}

function readParameters({
  document,
  list,
  define,
  variable,
}: ModelElements): Record<string, number> {
  const { need, numeric, flag, edition } = document;
  const parameters = byId<number>();
  for (const e of list("Parameters")) {
    const id = need(e, "id");
    define("parameters", parameters, id, e, numeric(e, "value") ?? Number.NaN);
    if (!flag(e, "constant", edition < 3)) variable.add(id);
  }
  return parameters;
}

/** Rules and initial assignments. */
interface Rules {
  readonly assignmentRules: Record<string, Expression>;
  readonly rateRules: Record<string, Expression>;
  readonly initialAssignments: Record<string, Expression>;
  readonly algebraic: AlgebraicRule[];
}

function readRules({ document, list, define }: ModelElements): Rules {
  const { refuse, need, formula } = document;
  const rules: Rules = {
    assignmentRules: byId(),
    rateRules: byId(),
    initialAssignments: byId(),
    algebraic: [],
  };
  for (const e of list("Rules")) {
    const isAlgebraic = e.name === "algebraicRule";
    if (!isAlgebraic && e.name !== "rateRule" && e.name !== "assignmentRule")
      refuse(e, `a <${e.name}>`);
    const rule = formula(e);
    if (rule === undefined) continue;
    if (isAlgebraic) rules.algebraic.push({ formula: rule, refuse: (why) => refuse(e, why) });
    else if (e.name === "rateRule")
      define("rateRules", rules.rateRules, need(e, "variable"), e, rule);
    else define("assignmentRules", rules.assignmentRules, need(e, "variable"), e, rule);
  }
  for (const e of list("InitialAssignments")) {
    const value = formula(e);
    if (value !== undefined)
      define("initialAssignments", rules.initialAssignments, need(e, "symbol"), e, value);
  }
  return rules;
}

/** Makes each algebraic rule the assignment rule of the quantity that it determines: one that nothing else sets. */
function solveRules(
  { algebraic, assignmentRules, rateRules, initialAssignments }: Rules,
  variable: readonly string[],
  setByEvents: readonly string[],
  functions: Readonly<Record<string, FunctionBody>>,
): void {
  const free = new Set(variable);
  for (const name of [...Object.keys(rateRules), ...Object.keys(assignmentRules), ...setByEvents])
    free.delete(name);
  const solved = solveAlgebraicRules(
    algebraic,
    assignmentRules,
    free,
    new Map(Object.entries(functions)),
  );
  for (const [name, e] of Object.entries(solved)) {
    assignmentRules[name] = e;
    // the rule holds from the start
    delete initialAssignments[name];
  }
}
