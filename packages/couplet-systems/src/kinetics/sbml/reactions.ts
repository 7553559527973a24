import { CoupletError } from "couplet/kit";
import { childOf, childrenOf, type XmlElement } from "../../xml/element.ts";
import { type Expression, symbol } from "../../formula/expression.ts";
import type { ParsedReaction } from "../spec.ts";
import { byId, type SbmlDocument } from "./document.ts";

/** The reactions of a model, and what stands in them but has a name of its own. */
export interface SbmlReactions {
  readonly reactions: Record<string, ParsedReaction>;
  /** Stoichiometries with an id, as quantities: their values (NaN if they have none). */
  readonly stoichiometries: Record<string, number>;
  /** Ids of those that may vary. */
  readonly variable: readonly string[];
  /** Where they stand, by key of the spec. */
  readonly sources: Record<string, string>;
}

/**
 * Reads `<reaction>` elements.
 *
 * @param changed whether an assignment or a rule gives the named quantity its value
 * @throws CoupletError FILE_INVALID, NOT_SUPPORTED; DATA_INVALID for a reaction without a rate or a stoichiometry without a value
 */
export function readReactionElements(
  elements: readonly XmlElement[],
  document: SbmlDocument,
  changed: (name: string) => boolean,
): SbmlReactions {
  const { at, need, numeric, flag, invalid } = document;
  const found: SbmlReactions & { variable: string[] } = {
    reactions: byId(),
    stoichiometries: byId(),
    variable: [],
    sources: byId(),
  };
  const lacks = (e: XmlElement, expected: string, hint?: string): never => {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: at(e),
      expected,
      received: "none",
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const countOf = (r: XmlElement): number | Expression => {
    const math = childOf(r, "stoichiometryMath");
    const byFormula = math === undefined ? undefined : document.formula(math);
    if (byFormula !== undefined) return byFormula;
    const species = need(r, "species");
    const id = r.attributes.get("id");
    // level 2 has a default, level 3 has none
    const value = numeric(r, "stoichiometry") ?? (document.edition < 3 ? 1 : Number.NaN);
    if (id === undefined || document.edition < 3)
      return Number.isNaN(value) ? lacks(r, `a stoichiometry of "${species}"`) : value;
    if (Number.isNaN(value) && !changed(id)) lacks(r, `a stoichiometry of "${species}"`);
    document.nameOnce(r, id);
    found.stoichiometries[id] = value;
    found.sources[`parameters.${id}`] = at(r);
    if (!flag(r, "constant", true)) found.variable.push(id);
    return symbol(id);
  };
  for (const e of elements) {
    const id = need(e, "id");
    const side = (name: string): (readonly [string, number | Expression])[] => {
      const list = childOf(e, name);
      return list === undefined
        ? []
        : childrenOf(list, "speciesReference").map(
            (r) => [need(r, "species"), countOf(r)] as const,
          );
    };
    const [reactants, products] = [side("listOfReactants"), side("listOfProducts")];
    const law = childOf(e, "kineticLaw");
    if (law === undefined) {
      return lacks(
        e,
        `a kinetic law of reaction "${id}"`,
        "A model without rates (for flux balance analysis) cannot be integrated.",
      );
    }
    const parameters = byId<number>();
    for (const holder of ["listOfLocalParameters", "listOfParameters"]) {
      for (const p of childOf(law, holder)?.children ?? []) {
        if (p.name === "notes" || p.name === "annotation") continue;
        const name = need(p, "id");
        if (Object.hasOwn(parameters, name))
          invalid(p, `one definition of "${name}"`, "a second one");
        parameters[name] = numeric(p, "value") ?? Number.NaN;
        found.sources[`parameters.${id}.${name}`] = at(p);
      }
    }
    document.nameOnce(e, id);
    found.sources[`reactions.${id}`] = at(law);
    const rate = document.formula(law) ?? lacks(law, `a formula in the kinetic law of "${id}"`);
    found.reactions[id] = { reactants, products, rate, parameters, fast: flag(e, "fast") };
  }
  return found;
}
