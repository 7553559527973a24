import { nearest } from "couplet/kit";
import type { Declarations } from "./declarations.ts";
import { parseEquation } from "./equation.ts";
import { type Expression, number, operation, symbol } from "../formula/expression.ts";
import type { Process } from "./model.ts";

/** How much one unit of a reaction's extent changes the amount of a species. */
export interface ReactionTerm {
  readonly species: string;
  readonly sign: 1 | -1;
  readonly count: Expression;
  /** Amount of the species per extent; 1 without a conversion factor. */
  readonly conversion: Expression;
}

/** A reaction in parts; boundary species are not among its terms. */
export interface NetworkReaction {
  readonly id: string;
  readonly fast: boolean;
  /** Extent per time. */
  readonly rate: Expression;
  readonly terms: readonly ReactionTerm[];
}

/**
 * Reads the reactions of a network.
 * @throws CoupletError DATA_INVALID for unknown names and equations that cannot be read
 */
export function readReactions(names: Declarations): NetworkReaction[] {
  const { spec, species, fail } = names;
  return Object.entries(spec.reactions ?? {}).map(([id, reaction]) => {
    const key = `reactions.${id}`;
    const parts =
      "equation" in reaction
        ? parseEquation(reaction.equation, spec.sources?.[key] ?? key)
        : reaction;
    const local = new Map<string, Expression>();
    for (const [name, value] of Object.entries(reaction.parameters ?? {})) {
      names.add(`${id}.${name}`, value);
      local.set(name, symbol(`${id}.${name}`));
    }
    const terms: ReactionTerm[] = [];
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
        if (s.boundary === true) continue;
        const factor = s.conversionFactor ?? spec.conversionFactor;
        terms.push({
          species: name,
          sign,
          count: names.read(key, count),
          conversion:
            factor === undefined ? number(1) : names.read(`species.${name}`, symbol(factor)),
        });
      }
    }
    return { id, fast: reaction.fast === true, rate: names.read(key, reaction.rate, local), terms };
  });
}

/**
 * The reaction as processes with constant stoichiometry. A stoichiometry that varies
 * becomes a factor of the rate; species with different factors are changed by different processes, of which those
 * without any keep the reaction's name.
 *
 * @param meaning what a formula is in terms of states and constants
 * @param changes the species that the network's states hold
 */
export function processesOf(
  reaction: NetworkReaction,
  meaning: (e: Expression) => Expression,
  changes: ReadonlySet<string>,
): Process[] {
  const groups = new Map<string, { factor: Expression; change: Map<string, number> }>();
  for (const { species, sign, count, conversion } of reaction.terms) {
    if (!changes.has(species)) continue;
    const whole = operation("mul", meaning(count), meaning(conversion));
    const [amount, factor] = whole.kind === "number" ? [whole.value, number(1)] : [1, whole];
    const key = JSON.stringify(factor);
    const group = groups.get(key) ?? { factor, change: new Map<string, number>() };
    groups.set(key, group);
    group.change.set(species, (group.change.get(species) ?? 0) + sign * amount);
  }
  // a reaction that changes nothing keeps its place: its rate can be asked for
  if (groups.size === 0) groups.set("", { factor: number(1), change: new Map() });
  const rate = meaning(reaction.rate);
  const alone = groups.size === 1;
  return [...groups.values()].map(({ factor, change }, i) => ({
    name:
      alone || (factor.kind === "number" && factor.value === 1)
        ? reaction.id
        : `${reaction.id} (${[...change.keys()].join(", ")}${i > 0 ? ` ${i}` : ""})`,
    kind: "reaction",
    fast: reaction.fast,
    change: new Map([...change].filter(([, count]) => count !== 0)),
    rate: operation("mul", rate, factor),
  }));
}
