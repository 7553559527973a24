import { CoupletError, nearest } from "couplet/kit";
import { parseEquation } from "./equation.ts";
import {
  type Expression,
  type FunctionBody,
  inlineCalls,
  number,
  operation,
  substitute,
  symbol,
  symbolsOf,
} from "../formula/expression.ts";
import { parseFormula } from "../formula/parse-formula.ts";
import { kineticModel, type KineticModel, type Process } from "./model.ts";
import type { Formula, ReactionNetworkSpec, SpeciesSpec } from "./spec.ts";
import { compileTape } from "../formula/tape.ts";

/**
 * Builds the rate equations of a reaction network.
 *
 *   dn/dt = N v(n, p, t)
 *
 * n are the amounts of the species that reactions or rate rules change, N the stoichiometric matrix,
 * v the rates. In formulas a species' name means its concentration n / V (or its amount, with
 * `unit: "amount"`); with one compartment of size 1 the two agree.
 *
 * @throws CoupletError DATA_INVALID for an unknown name, a rule that depends on itself, a species that
 *   both a rule and a reaction change, or a formula that cannot be read
 */
export function reactionNetwork(spec: ReactionNetworkSpec): KineticModel {
  return kineticModel(assemble(spec));
}

type Fail = (key: string, expected: string, received: string, hint?: string) => never;

function assemble(spec: ReactionNetworkSpec): Parameters<typeof kineticModel>[0] {
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
  const parameters: Record<string, number> = { ...spec.parameters };
  const species = new Map(
    Object.entries(spec.species).map(([name, s]): [string, SpeciesSpec] => [
      name,
      typeof s === "number" ? { initial: s } : s,
    ]),
  );
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
  const functions = new Map<string, FunctionBody>(
    Object.entries(spec.functions ?? {}).map(([name, f]) => [
      name,
      {
        parameters: f.parameters,
        body: typeof f.body === "string" ? parseFormula(f.body, `functions.${name}`) : f.body,
      },
    ]),
  );
  const known = (): string[] => [...kinds.keys()];
  const read = (
    key: string,
    formula: Formula,
    local: ReadonlyMap<string, Expression> = new Map(),
  ): Expression => {
    const tree =
      typeof formula === "number"
        ? number(formula)
        : typeof formula === "string"
          ? parseFormula(formula, spec.sources?.[key] ?? key)
          : formula;
    const inlined = inlineCalls(substitute(tree, local), functions, (e, g) => fail(key, e, g));
    for (const name of symbolsOf(inlined)) {
      if (kinds.has(name)) continue;
      const near = nearest(name, known());
      fail(
        key,
        "names of species, parameters or compartments",
        `"${name}"`,
        near === undefined ? undefined : `Did you mean "${near}"?`,
      );
    }
    return inlined;
  };

  const compartmentOf = new Map<string, string>();
  const compartmentNames = Object.keys(compartments);
  for (const [name, s] of species) {
    const home = s.compartment ?? (compartmentNames.length === 1 ? compartmentNames[0] : undefined);
    if (home === undefined || !Object.hasOwn(compartments, home)) {
      fail(
        `species.${name}`,
        `a compartment out of ${compartmentNames.join(", ")}`,
        home === undefined ? "none" : `"${home}"`,
      );
    }
    compartmentOf.set(name, home!);
  }

  // reactions
  const processes: Process[] = [];
  const changed = new Set<string>();
  for (const [id, reaction] of Object.entries(spec.reactions ?? {})) {
    const key = `reactions.${id}`;
    const parts =
      "equation" in reaction
        ? parseEquation(reaction.equation, spec.sources?.[key] ?? key)
        : reaction;
    const local = new Map<string, Expression>();
    for (const [name, value] of Object.entries(reaction.parameters ?? {})) {
      parameters[`${id}.${name}`] = value;
      kinds.set(`${id}.${name}`, "parameters");
      local.set(name, symbol(`${id}.${name}`));
    }
    const change = new Map<string, number>();
    for (const [side, sign] of [
      [parts.reactants, -1],
      [parts.products, 1],
    ] as const) {
      for (const [name, count] of side) {
        const s = species.get(name);
        if (s === undefined) {
          const near = nearest(name, [...species.keys()]);
          return fail(
            key,
            "species of this network",
            `"${name}"`,
            near === undefined ? undefined : `Did you mean "${near}"?`,
          );
        }
        if (s.boundary !== true) change.set(name, (change.get(name) ?? 0) + sign * count);
      }
    }
    for (const name of change.keys()) changed.add(name);
    processes.push({
      name: id,
      kind: "reaction",
      fast: reaction.fast === true,
      change,
      rate: read(key, reaction.rate, local),
    });
  }

  // rules
  const assigned = new Map<string, Expression>();
  // names first: rules may define new quantities and refer to each other
  for (const name of Object.keys(spec.assignmentRules ?? {})) {
    if (changed.has(name))
      fail(`assignmentRules.${name}`, "a species that no reaction changes", `"${name}"`);
    if (kinds.has(name)) continue;
    parameters[name] = Number.NaN;
    kinds.set(name, "parameters");
  }
  for (const [name, formula] of Object.entries(spec.assignmentRules ?? {}))
    assigned.set(name, read(`assignmentRules.${name}`, formula));
  const ruled = new Map<string, Expression>();
  for (const [name, formula] of Object.entries(spec.rateRules ?? {})) {
    const key = `rateRules.${name}`;
    if (!kinds.has(name)) fail(key, "a species, parameter or compartment", `"${name}"`);
    if (changed.has(name)) fail(key, "a species that no reaction changes", `"${name}"`);
    if (assigned.has(name)) fail(key, "one rule for a quantity", `two for "${name}"`);
    ruled.set(name, read(key, formula));
  }

  // what each name means in terms of states and parameters
  const resolved = resolve(assigned, "assignmentRules", fail);
  const isConcentration = (name: string): boolean =>
    species.has(name) && species.get(name)!.unit !== "amount";
  const states: string[] = [];
  for (const name of species.keys())
    if ((changed.has(name) || ruled.has(name)) && !assigned.has(name)) states.push(name);
  for (const name of ruled.keys()) if (!species.has(name)) states.push(name);
  const unitSize = (home: string): boolean =>
    compartments[home] === 1 &&
    !ruled.has(home) &&
    !assigned.has(home) &&
    spec.initialAssignments?.[home] === undefined;
  const meaning = new Map<string, Expression>();
  for (const name of states) {
    const home = compartmentOf.get(name);
    if (!isConcentration(name) || home === undefined || unitSize(home)) continue;
    if (assigned.has(home))
      fail(
        `assignmentRules.${home}`,
        "a compartment whose size is constant or has a rate rule",
        `an assignment rule`,
      );
    meaning.set(name, operation("div", symbol(name), symbol(home)));
  }
  const inStates = (e: Expression): Expression => substitute(substitute(e, resolved), meaning);

  for (const [name, formula] of ruled) {
    const home = compartmentOf.get(name);
    let rate = inStates(formula);
    if (meaning.has(name)) {
      // d(c V)/dt = V dc/dt + c dV/dt
      rate = operation("mul", rate, symbol(home!));
      const growth = ruled.get(home!);
      if (growth !== undefined)
        rate = operation("add", rate, operation("mul", meaning.get(name)!, inStates(growth)));
    }
    processes.push({ name, kind: "rule", fast: false, change: new Map([[name, 1]]), rate });
  }

  // start values
  const given = new Map<string, Expression>();
  for (const [name, size] of Object.entries(compartments)) given.set(name, number(size));
  for (const [name, value] of Object.entries(parameters)) given.set(name, number(value));
  for (const [name, s] of species) {
    const initial = number(s.initial ?? 0);
    const home = symbol(compartmentOf.get(name)!);
    const inSymbol =
      s.unit === "amount"
        ? s.initialIsAmount === false
          ? operation("mul", initial, home)
          : initial
        : s.initialIsAmount === true
          ? operation("div", initial, home)
          : initial;
    given.set(name, inSymbol);
  }
  for (const [name, formula] of assigned) given.set(name, formula);
  for (const [name, formula] of Object.entries(spec.initialAssignments ?? {})) {
    const key = `initialAssignments.${name}`;
    if (!kinds.has(name)) fail(key, "a species, parameter or compartment", `"${name}"`);
    if (assigned.has(name)) fail(key, "a quantity without an assignment rule", `"${name}"`);
    given.set(name, read(key, formula));
  }
  const start = new Map<string, number>();
  for (const [name, e] of resolve(given, "initialAssignments", fail)) {
    const out = new Float64Array(1);
    compileTape([e], []).run(0, new Float64Array(0), out);
    start.set(name, out[0]);
  }

  const constants = [...Object.keys(parameters), ...compartmentNames, ...species.keys()].filter(
    (name) => !states.includes(name) && !assigned.has(name),
  );
  const initial = states.map(
    (name) => start.get(name)! * (meaning.has(name) ? start.get(compartmentOf.get(name)!)! : 1),
  );
  initial.forEach((value, i) => {
    if (!Number.isFinite(value)) fail(`species.${states[i]}`, "a finite start value", `${value}`);
  });
  return {
    name: spec.name ?? "network",
    states,
    initial,
    constants: constants.map((name) => [name, start.get(name)!]),
    processes: processes.map((p) =>
      p.kind === "rule" ? p : { ...p, change: only(p.change, states), rate: inStates(p.rate) },
    ),
    observables: new Map([
      ...states.map((name): [string, Expression] => [name, meaning.get(name) ?? symbol(name)]),
      ...[...assigned.keys()].map((name): [string, Expression] => [name, inStates(symbol(name))]),
    ]),
  };
}

const only = (
  change: ReadonlyMap<string, number>,
  states: readonly string[],
): Map<string, number> =>
  new Map([...change].filter(([name, count]) => count !== 0 && states.includes(name)));

/** Expands definitions that refer to each other until they refer to none of them. */
function resolve(
  definitions: ReadonlyMap<string, Expression>,
  kind: string,
  fail: Fail,
): Map<string, Expression> {
  const done = new Map<string, Expression>();
  const open: string[] = [];
  const visit = (name: string): Expression => {
    const ready = done.get(name);
    if (ready !== undefined) return ready;
    if (open.includes(name))
      return fail(
        `${kind}.${name}`,
        "definitions that do not depend on themselves",
        [...open, name].join(" -> "),
      );
    open.push(name);
    const e = definitions.get(name)!;
    const inner = new Map(
      [...symbolsOf(e)].filter((s) => definitions.has(s)).map((s) => [s, visit(s)]),
    );
    open.pop();
    const result = substitute(e, inner);
    done.set(name, result);
    return result;
  };
  for (const name of definitions.keys()) visit(name);
  return done;
}
