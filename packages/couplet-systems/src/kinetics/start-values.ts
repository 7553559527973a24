import type { Declarations } from "./declarations.ts";
import { expandDefinitions } from "./definitions.ts";
import { type Expression, number, operation, symbol } from "../formula/expression.ts";
import { compileTape } from "../formula/tape.ts";

/** Values at time 0. */
export interface StartValues {
  /** Meaning of the name in formulas. */
  (name: string): number;
  /** The amount of a species, or the value of another quantity, whose name means amount / `size`. */
  amount(name: string, size: string | undefined): number;
}

/**
 * Values of all quantities at time 0: initial assignments win over the values of the spec, and rules hold from the start.
 *
 * @param definitions assigned quantities and reaction rates
 * @param expand replaces references to rates of change
 * @throws CoupletError DATA_INVALID for an unknown name, or assignments that depend on themselves
 */
export function startValues(
  names: Declarations,
  definitions: ReadonlyMap<string, Expression>,
  expand: (e: Expression) => Expression,
): StartValues {
  const { spec, compartments, species, parameters, home, kinds, fail } = names;
  const given = new Map<string, Expression>();
  for (const [name, size] of Object.entries(compartments)) given.set(name, number(size));
  for (const [name, value] of Object.entries(parameters)) given.set(name, number(value));
  for (const [name, s] of species) {
    const initial = number(s.initial ?? 0);
    const size = symbol(home.get(name)!);
    const inSymbol =
      s.unit === "amount"
        ? s.initialIsAmount === false
          ? operation("mul", initial, size)
          : initial
        : s.initialIsAmount === true
          ? operation("div", initial, size)
          : initial;
    given.set(name, inSymbol);
  }
  for (const [name, e] of definitions) given.set(name, e);
  for (const [name, formula] of Object.entries(spec.initialAssignments ?? {})) {
    const key = `initialAssignments.${name}`;
    if (!kinds.has(name) || kinds.get(name) === "reactions")
      fail(key, "a species, parameter or compartment", `"${name}"`);
    if (definitions.has(name)) fail(key, "a quantity without an assignment rule", `"${name}"`);
    given.set(name, expand(names.read(key, formula)));
  }
  const start = new Map<string, number>();
  const out = new Float64Array(1);
  for (const [name, e] of expandDefinitions(given, "initialAssignments", fail)) {
    compileTape([e], []).run(0, new Float64Array(0), out);
    start.set(name, out[0]!);
  }
  const value = (name: string): number => start.get(name)!;
  return Object.assign(value, {
    amount(name: string, size: string | undefined): number {
      const s = species.get(name);
      // an amount that the spec gives needs no size
      if (s?.initialIsAmount === true && !Object.hasOwn(spec.initialAssignments ?? {}, name))
        return s.initial ?? 0;
      return value(name) * (size === undefined ? 1 : value(size));
    },
  });
}
