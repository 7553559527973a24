import { derive } from "../derive.ts";
import {
  type Expression,
  type FunctionBody,
  inlineCalls,
  number,
  operation,
  substitute,
  symbolsOf,
} from "../../formula/expression.ts";
import { byId } from "./document.ts";

/** An algebraic rule, 0 = formula. */
export interface AlgebraicRule {
  readonly formula: Expression;
  /** Reports a rule that is not supported, and why. */
  readonly refuse: (why: string) => never;
}

/**
 * Algebraic rules as assignment rules: each is solved for the one quantity that nothing else determines.
 *
 *   0 = a x + b, a and b free of x:   x = -b / a
 *
 * Rules are solved one after the other, whenever one has a single unknown left that it is linear in.
 *
 * @param free quantities that may vary and that no reaction and no other rule changes
 * @throws through `refuse` for a rule with no unknown or several, or one that is not linear in it
 */
export function solveAlgebraicRules(
  rules: readonly AlgebraicRule[],
  assigned: Readonly<Record<string, Expression>>,
  free: ReadonlySet<string>,
  functions: ReadonlyMap<string, FunctionBody>,
): Record<string, Expression> {
  const solved = byId<Expression>();
  let open = [...rules];
  while (open.length > 0) {
    const known = { ...assigned, ...solved };
    const unknownsOf = ({ formula, refuse }: AlgebraicRule): [Expression, string[]] => {
      // what rules assign may hide the unknown
      let whole = inlineCalls(formula, functions, (expected, got) =>
        refuse(`an algebraic rule with ${got} where ${expected} was expected`),
      );
      for (let depth = 0; [...symbolsOf(whole)].some((s) => Object.hasOwn(known, s)); depth++) {
        if (depth > Object.keys(known).length)
          refuse("an algebraic rule with circular assignments");
        const inner = new Map(
          [...symbolsOf(whole)].flatMap((s): [string, Expression][] =>
            Object.hasOwn(known, s)
              ? [[s, inlineCalls(known[s]!, functions, () => refuse("an unknown function"))]]
              : [],
          ),
        );
        whole = substitute(whole, inner);
      }
      return [whole, [...symbolsOf(whole)].filter((s) => free.has(s) && !Object.hasOwn(solved, s))];
    };
    const turn = open.map((rule) => ({ rule, parts: unknownsOf(rule) }));
    const next = turn.find(({ parts }) => parts[1].length === 1) ?? turn[0]!;
    const [whole, unknowns] = next.parts;
    if (unknowns.length !== 1) {
      next.rule.refuse(
        unknowns.length === 0
          ? "an algebraic rule whose quantities are all determined otherwise"
          : `an algebraic rule that may determine ${unknowns.join(" or ")}`,
      );
    }
    const x = unknowns[0]!;
    const slope = hasCalls(whole) ? undefined : derive(whole, x);
    if (
      slope === undefined ||
      symbolsOf(slope).has(x) ||
      (slope.kind === "number" && slope.value === 0)
    )
      return next.rule.refuse(`an algebraic rule that is not linear in "${x}"`);
    const rest = substitute(whole, new Map([[x, number(0)]]));
    solved[x] = operation("neg", operation("div", rest, slope));
    open = open.filter((rule) => rule !== next.rule);
  }
  return solved;
}

function hasCalls(e: Expression): boolean {
  return e.kind === "call" || (e.kind === "op" && e.args.some(hasCalls));
}
