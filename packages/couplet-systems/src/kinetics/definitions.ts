import type { Fail } from "./declarations.ts";
import {
  type Expression,
  mostParts,
  partsOf,
  substitute,
  symbolsOf,
} from "../formula/expression.ts";

/**
 * Expands definitions that refer to each other until they refer to none of them.
 *
 * @param kind the part of the spec that a fault is reported at
 * @throws CoupletError DATA_INVALID, through `fail`, for definitions that depend on themselves, or that
 *   grow without measure when they are written out
 */
export function expandDefinitions(
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
        [...open.slice(open.indexOf(name)), name].join(" -> "),
      );
    open.push(name);
    const e = definitions.get(name)!;
    const inner = new Map(
      [...symbolsOf(e)].filter((s) => definitions.has(s)).map((s) => [s, visit(s)]),
    );
    open.pop();
    const result = substitute(e, inner);
    if (partsOf(result) > mostParts)
      return fail(
        `${kind}.${name}`,
        `formulas of at most ${mostParts} parts, definitions written out`,
        "more",
      );
    done.set(name, result);
    return result;
  };
  for (const name of definitions.keys()) visit(name);
  return done;
}
