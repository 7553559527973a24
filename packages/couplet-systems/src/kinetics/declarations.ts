import { CoupletError, nearest } from "couplet/kit";
import {
  type Expression,
  type FunctionBody,
  inlineCalls,
  number,
  substitute,
  symbolsOf,
} from "../formula/expression.ts";
import { parseFormula } from "../formula/parse-formula.ts";
import type { Formula, ReactionNetworkSpec, SpeciesSpec } from "./spec.ts";

/** Reports a fault of a spec at one of its keys, such as `reactions.v1`. */
export type Fail = (key: string, expected: string, received: string, hint?: string) => never;

/** The names of a network and what they stand for. */
export interface Declarations {
  readonly spec: ReactionNetworkSpec;
  readonly compartments: Readonly<Record<string, number>>;
  readonly species: ReadonlyMap<string, SpeciesSpec>;
  /** Parameters, those of single reactions (`reaction.name`) and quantities that only a rule defines (NaN) included. */
  readonly parameters: Record<string, number>;
  /** The compartment of each species. */
  readonly home: ReadonlyMap<string, string>;
  readonly kinds: ReadonlyMap<string, string>;
  readonly fail: Fail;
  /** Adds a parameter. */
  add(name: string, value: number): void;
  /** A formula without calls of user functions, in names that the network has. */
  read(key: string, formula: Formula, local?: ReadonlyMap<string, Expression>): Expression;
}

/**
 * Collects the names of a network.
 * @throws CoupletError DATA_INVALID for a name that stands for two things, or a species without a compartment
 */
export function declare(spec: ReactionNetworkSpec): Declarations {
  const fail: Fail = (key, expected, received, hint) => {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: spec.sources?.[key] ?? key,
      expected,
      received,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const compartments = spec.compartments ?? { compartment: 1 };
  // without a prototype: a parameter may be called __proto__
  const parameters: Record<string, number> = Object.assign(
    Object.create(null) as Record<string, number>,
    spec.parameters,
  );
  const species = new Map(
    Object.entries(spec.species).map(([name, s]): [string, SpeciesSpec] => [
      name,
      typeof s === "number" ? { initial: s } : s,
    ]),
  );
  const kinds = kindsOf(spec, { compartments, species, parameters }, fail);
  const add = (name: string, value: number): void => {
    parameters[name] = value;
    kinds.set(name, "parameters");
  };
  // rules may define new quantities
  for (const name of Object.keys(spec.assignmentRules ?? {}))
    if (!kinds.has(name)) add(name, Number.NaN);
  // a reaction's name stands for its rate, unless something else has that name
  for (const name of Object.keys(spec.reactions ?? {}))
    if (!kinds.has(name) && name !== "time") kinds.set(name, "reactions");

  const parse = (text: string, key: string, own: Iterable<string>): Expression => {
    for (const name of own)
      if (constantNames.has(name) && namesIn(text).has(name))
        fail(key, "another name", `"${name}", which means ${constantNames.get(name)} in formulas`);
    return parseFormula(text, spec.sources?.[key] ?? key);
  };
  const functions = new Map<string, FunctionBody>(
    Object.entries(spec.functions ?? {}).map(([name, { parameters: own, body }]) => [
      name,
      {
        parameters: own,
        body: typeof body === "string" ? parse(body, `functions.${name}`, own) : body,
      },
    ]),
  );
  const read: Declarations["read"] = (key, formula, local = new Map()) => {
    const tree =
      typeof formula === "number"
        ? number(formula)
        : typeof formula === "string"
          ? parse(formula, key, [...kinds.keys(), ...local.keys()])
          : formula;
    const inlined = inlineCalls(substitute(tree, local), functions, (e, g) => fail(key, e, g));
    for (const name of symbolsOf(inlined)) {
      if (kinds.has(name)) continue;
      const near = nearest(name, [...kinds.keys()]);
      fail(
        key,
        "names of species, parameters or compartments",
        `"${name}"`,
        near === undefined ? undefined : `Did you mean "${near}"?`,
      );
    }
    return inlined;
  };

  const home = new Map<string, string>();
  const names = Object.keys(compartments);
  for (const [name, s] of species) {
    const at = s.compartment ?? (names.length === 1 ? names[0] : undefined);
    if (at === undefined || !Object.hasOwn(compartments, at)) {
      return fail(
        `species.${name}`,
        `a compartment out of ${names.join(", ")}`,
        at === undefined ? "none" : `"${at}"`,
      );
    }
    home.set(name, at);
  }
  return { spec, compartments, species, parameters, home, kinds, fail, add, read };
}

/** Names with a meaning of their own in the text of a formula. */
const constantNames: ReadonlyMap<string, string> = new Map([
  ["time", "the time"],
  ["pi", "3.14159..."],
]);

const namesIn = (text: string): ReadonlySet<string> => new Set(text.match(/[A-Za-z_][\w.]*/g));

/** The meaning of each name; refuses a name with two meanings, and "time". */
function kindsOf(
  spec: ReactionNetworkSpec,
  {
    compartments,
    species,
    parameters,
  }: Pick<Declarations, "compartments" | "species" | "parameters">,
  fail: Fail,
): Map<string, string> {
  const kinds = new Map<string, string>();
  for (const [kind, names] of [
    ["compartments", Object.keys(compartments)],
    ["species", [...species.keys()]],
    ["parameters", Object.keys(parameters)],
  ] as const) {
    for (const name of names) {
      const other = kinds.get(name);
      // the default compartment must not reserve a name
      if (other !== undefined && spec.compartments !== undefined)
        fail(`${kind}.${name}`, "a name of its own", `"${name}", also in ${other}`);
      if (name === "time")
        fail(`${kind}.time`, "another name", '"time", which means the time in formulas');
      kinds.set(name, kind);
    }
  }
  return kinds;
}
