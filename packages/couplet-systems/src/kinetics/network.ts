import { CoupletError } from "couplet/kit";
import { checkSpec } from "./check-spec.ts";
import { declare, type Declarations } from "./declarations.ts";
import { expandDefinitions } from "./definitions.ts";
import { assembleEvents, namesSetByEvents } from "./event-assembly.ts";
import {
  type Expression,
  mostParts,
  number,
  operation,
  partsOf,
  substitute,
  symbol,
  symbolsOf,
} from "../formula/expression.ts";
import { kineticModel, type KineticModel, type Process } from "./model.ts";
import { ratesOfChange } from "./rates-of-change.ts";
import { processesOf, readReactions } from "./reaction-terms.ts";
import type { ReactionNetworkSpec } from "./spec.ts";
import { startValues } from "./start-values.ts";

/**
 * Builds the rate equations of a reaction network.
 *
 *   dn/dt = N v(n, p, t)
 *
 * n are the amounts of the species that reactions or rate rules change, N the stoichiometric matrix,
 * v the rates. In formulas a species' name means its concentration n / V (or its amount, with
 * `unit: "amount"`); with one compartment of size 1 the two agree. A species that nothing changes keeps its amount: in a
 * compartment whose size varies it is a state too, as its concentration changes. A reaction's name means its rate.
 *
 * Compartments of size 1 that stay so, stoichiometries and conversion factors are fixed when the model is built, if they are
 * constant; they are observables then, not parameters of the model.
 *
 * @throws CoupletError USAGE for unknown keys; DATA_INVALID for a network in which nothing changes, an unknown name, a rule that depends on itself, a species that
 *   both a rule and a reaction change, a quantity without a value that a rate needs, or a formula that cannot be read
 */
export function reactionNetwork(spec: ReactionNetworkSpec): KineticModel {
  const model = networkModel(spec);
  if (model.states.length === 0 && Object.keys(spec.assignmentRules ?? {}).length === 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: model.name,
      expected: "at least one species that a reaction or a rule changes",
      received: "none",
    });
  }
  return model;
}

/** The model of a network that need not change: files may hold constants alone. */
export function networkModel(spec: ReactionNetworkSpec): KineticModel {
  checkSpec(spec);
  return kineticModel(assemble(spec));
}

// oxlint-disable-next-line eslint/max-lines-per-function -- one derivation: every step rewrites the definitions that the next one reads
function assemble(spec: ReactionNetworkSpec): Parameters<typeof kineticModel>[0] {
  const names = declare(spec);
  const { species, compartments, parameters, home, fail } = names;
  const reactions = readReactions(names);
  const changed = new Set(reactions.flatMap((r) => r.terms.map((term) => term.species)));
  const { assigned, ruled } = readRules(names, changed);

  const jumping = namesSetByEvents(names);
  const varies = (name: string): boolean =>
    assigned.has(name) || ruled.has(name) || jumping.has(name);
  const isConcentration = (name: string): boolean => species.get(name)?.unit !== "amount";
  // sizes that stay 1 drop out of all formulas
  const ones = Object.keys(compartments).filter(
    (name) =>
      compartments[name] === 1 &&
      !varies(name) &&
      !Object.hasOwn(spec.initialAssignments ?? {}, name),
  );
  const dividedBy = (name: string): string | undefined => {
    const at = home.get(name);
    return at === undefined || !isConcentration(name) || ones.includes(at) ? undefined : at;
  };
  const diluted = (name: string): boolean => {
    const at = dividedBy(name);
    return at !== undefined && varies(at);
  };
  const states = [
    ...[...species.keys()].filter(
      (name) =>
        !assigned.has(name) &&
        (changed.has(name) || ruled.has(name) || jumping.has(name) || diluted(name)),
    ),
    ...new Set([...ruled.keys(), ...jumping].filter((name) => !species.has(name))),
  ];

  const change = ratesOfChange({
    reactions,
    assigned,
    ruled,
    isSpecies: (name) => species.has(name),
    dividedBy,
    cycle: (cycle) =>
      fail("rates of change", "rates that do not depend on themselves", cycle.join(" -> ")),
  });
  const definitions = new Map<string, Expression>();
  for (const [name, e] of assigned) definitions.set(name, change.expand(e));
  for (const { id, rate } of reactions)
    if (names.kinds.get(id) === "reactions") definitions.set(id, change.expand(rate));
  const start = startValues(names, definitions, change.expand);

  // what each name means in terms of states and constants; while that is worked out, an amount has a name of its own
  const amount = (name: string): string => `amount of ${name}`;
  const fixed = new Set<string>(ones);
  for (const { terms } of reactions)
    for (const { count, conversion } of terms)
      for (const e of [count, conversion])
        if (e.kind === "symbol" && names.kinds.get(e.name) === "parameters" && !varies(e.name))
          fixed.add(e.name);
  for (const name of fixed) {
    if (Number.isNaN(start(name))) fail(`parameters.${name}`, `a value of "${name}"`, "none");
    definitions.set(name, number(start(name)));
  }
  for (const name of states) {
    const size = dividedBy(name);
    if (size !== undefined)
      definitions.set(name, operation("div", symbol(amount(name)), symbol(size)));
  }
  const back = new Map(states.map((name) => [amount(name), symbol(name)]));
  const resolved = new Map(
    [...expandDefinitions(definitions, "assignmentRules", fail)].map(([name, e]) => [
      name,
      substitute(e, back),
    ]),
  );
  const meaning = (e: Expression): Expression => {
    const whole = substitute(change.expand(e), resolved);
    if (partsOf(whole) > mostParts)
      fail("network", `formulas of at most ${mostParts} parts, definitions written out`, "more");
    return whole;
  };

  const processes: Process[] = reactions.flatMap((r) => processesOf(r, meaning, new Set(states)));
  for (const [name, formula] of ruled) {
    let rate = meaning(formula);
    const size = dividedBy(name);
    if (species.has(name) && size !== undefined) {
      // dn/dt = d(c V)/dt = V dc/dt + c dV/dt
      const growth = operation("mul", symbol(name), change.of(size));
      rate = operation("add", operation("mul", rate, meaning(symbol(size))), meaning(growth));
    }
    processes.push({ name, kind: "rule", fast: false, change: new Map([[name, 1]]), rate });
  }

  const initial = states.map((name) => start.amount(name, dividedBy(name)));
  initial.forEach((value, i) => {
    if (Number.isFinite(value)) return;
    const name = states[i]!;
    const size = dividedBy(name);
    if (size !== undefined && Number.isNaN(start(size)))
      fail(`compartments.${size}`, `a size of the compartment "${size}"`, "none");
    fail(`${names.kinds.get(name)!}.${name}`, "a finite start value", `${value}`);
  });
  const moving = new Set([...ruled.keys(), ...processes.flatMap((p) => [...p.change.keys()])]);
  const events = assembleEvents(names, {
    states,
    dividedBy,
    meaning,
    moves: (name) => moving.has(name),
  });
  const constants = [
    ...Object.keys(parameters),
    ...Object.keys(compartments),
    ...species.keys(),
  ].filter((name) => !states.includes(name) && !assigned.has(name) && !fixed.has(name));
  const observables = new Map<string, Expression>(
    [...states, ...definitions.keys()].map((name) => [name, resolved.get(name) ?? symbol(name)]),
  );
  requireValues(
    names,
    constants.filter((name) => Number.isNaN(start(name))),
    [
      ...processes.map((p) => p.rate),
      ...[...assigned.keys()].map((name) => observables.get(name)!),
      ...events.flatMap((event) => [
        event.trigger,
        ...[event.delay, event.priority].filter((e) => e !== undefined),
        ...event.assignments.flatMap(({ value, size }) =>
          size === undefined ? [value] : [value, size],
        ),
      ]),
    ],
  );
  return {
    name: spec.name ?? "network",
    states,
    initial,
    constants: constants.map((name) => [name, start(name)]),
    processes,
    observables,
    events,
  };
}

function readRules(
  names: Declarations,
  changed: ReadonlySet<string>,
): { assigned: Map<string, Expression>; ruled: Map<string, Expression> } {
  const { spec, kinds, fail } = names;
  const assigned = new Map<string, Expression>();
  for (const [name, formula] of Object.entries(spec.assignmentRules ?? {})) {
    const key = `assignmentRules.${name}`;
    if (changed.has(name)) fail(key, "a species that no reaction changes", `"${name}"`);
    assigned.set(name, names.read(key, formula));
  }
  const ruled = new Map<string, Expression>();
  for (const [name, formula] of Object.entries(spec.rateRules ?? {})) {
    const key = `rateRules.${name}`;
    if (!kinds.has(name) || kinds.get(name) === "reactions")
      fail(key, "a species, parameter or compartment", `"${name}"`);
    if (changed.has(name)) fail(key, "a species that no reaction changes", `"${name}"`);
    if (assigned.has(name)) fail(key, "one rule for a quantity", `two for "${name}"`);
    ruled.set(name, names.read(key, formula));
  }
  return { assigned, ruled };
}

/** Refuses formulas that need a constant without a value. */
function requireValues(
  names: Declarations,
  missing: readonly string[],
  formulas: readonly Expression[],
): void {
  if (missing.length === 0) return;
  const used = new Set<string>();
  for (const e of formulas) symbolsOf(e, used);
  for (const name of missing) {
    if (!used.has(name)) continue;
    const kind = names.kinds.get(name)!;
    const what = { compartments: "size of the compartment", species: "start value of the species" };
    names.fail(
      `${kind}.${name}`,
      `a ${what[kind as keyof typeof what] ?? "value of the parameter"} "${name}"`,
      "none",
    );
  }
}
