import { derive } from "./derive.ts";
import {
  type Expression,
  number,
  operation,
  rateOfFunction,
  symbol,
  symbolsOf,
  time,
} from "../formula/expression.ts";
import type { NetworkReaction } from "./reaction-terms.ts";

/** The parts of a network that determine rates of change. */
export interface Causes {
  readonly reactions: readonly NetworkReaction[];
  readonly assigned: ReadonlyMap<string, Expression>;
  readonly ruled: ReadonlyMap<string, Expression>;
  readonly isSpecies: (name: string) => boolean;
  /** The compartment by which a species' amount is divided to give what its name means; undefined if it means the amount. */
  readonly dividedBy: (species: string) => string | undefined;
  /** @throws CoupletError for rates that depend on themselves */
  readonly cycle: (names: readonly string[]) => never;
}

/** Rates of change as formulas of the network's quantities. */
export interface RatesOfChange {
  /** dx/dt of what a name means in formulas. */
  of(name: string): Expression;
  /** dn/dt of a species by reactions alone. */
  byReactions(species: string): Expression;
  /** A formula with every reference to a rate of change replaced by the rate. */
  expand(e: Expression): Expression;
}

/**
 * The rates of change that a network gives its quantities.
 *
 *   assigned x = e:            dx/dt = sum_s (de/ds) ds/dt + de/dt
 *   concentration c = n / V:   dc/dt = (dn/dt - c dV/dt) / V,    dn/dt = sum_r sign count conversion v_r
 */
export function ratesOfChange(causes: Causes): RatesOfChange {
  const done = new Map<string, Expression>();
  const open: string[] = [];
  const rateOfReaction = new Map(causes.reactions.map((r) => [r.id, r.rate]));

  const total = (e: Expression): Expression => {
    const expanded = expand(e);
    let sum = derive(expanded, time);
    for (const name of symbolsOf(expanded))
      sum = operation("add", sum, operation("mul", derive(expanded, name), of(name)));
    return sum;
  };
  const expand = (e: Expression): Expression => {
    if (e.kind === "op") return operation(e.op, ...e.args.map(expand));
    if (e.kind !== "call") return e;
    if (e.name === rateOfFunction && e.args.length === 1) {
      const arg = e.args[0]!;
      return arg.kind === "symbol" ? of(arg.name) : total(arg);
    }
    return { kind: "call", name: e.name, args: e.args.map(expand) };
  };
  const byReactions = (species: string): Expression => {
    let sum: Expression = number(0);
    for (const { rate, terms } of causes.reactions)
      for (const term of terms) {
        if (term.species !== species) continue;
        const size = operation("mul", expand(term.count), term.conversion);
        const change = operation("mul", size, expand(rate));
        sum = operation(term.sign > 0 ? "add" : "sub", sum, change);
      }
    return sum;
  };
  const compute = (name: string): Expression => {
    const assigned = causes.assigned.get(name);
    if (assigned !== undefined) return total(assigned);
    const rule = causes.ruled.get(name);
    if (rule !== undefined) return expand(rule);
    if (causes.isSpecies(name)) {
      const amount = byReactions(name);
      const home = causes.dividedBy(name);
      if (home === undefined) return amount;
      const dilution = operation("mul", symbol(name), of(home));
      return operation("div", operation("sub", amount, dilution), symbol(home));
    }
    const rate = rateOfReaction.get(name);
    return rate === undefined ? number(0) : total(rate);
  };
  const of = (name: string): Expression => {
    const ready = done.get(name);
    if (ready !== undefined) return ready;
    if (open.includes(name)) return causes.cycle([...open, name]);
    open.push(name);
    const rate = compute(name);
    open.pop();
    done.set(name, rate);
    return rate;
  };
  return { of, byReactions, expand };
}
