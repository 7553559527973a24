import { CoupletError } from "couplet/kit";
import { type Expression, inlineCalls, symbolsOf } from "./expression.ts";
import { parseFormula } from "./parse-formula.ts";
import { compileTape } from "./tape.ts";

/**
 * A number, or a formula in some variables ("100 + 20*sin(pi*y)"), as a function. `pi` is known.
 *
 * @param variables names that the formula may use, in the order of the function's arguments; `t` is the time
 * @throws CoupletError SPEC_INVALID for text that is not a formula, or that uses another name
 */
export function compileFormula(
  formula: number | string,
  variables: readonly string[],
  where: string,
): number | ((...values: readonly number[]) => number) {
  if (typeof formula === "number") return formula;
  const invalid = (expected: string, received: string, hint?: string): never => {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where,
      expected,
      received,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  let parsed: Expression;
  try {
    parsed = parseFormula(formula, where);
  } catch (error) {
    if (!(error instanceof CoupletError)) throw error;
    return invalid(error.expected, error.received, `In "${formula}".`);
  }
  const expression = inlineCalls(parsed, new Map(), (expected, received) =>
    invalid(expected, `${received} in "${formula}"`),
  );
  const inputs = [...variables, "pi"];
  const unknown = [...symbolsOf(expression)].find((symbol) => !inputs.includes(symbol));
  if (unknown !== undefined)
    return invalid(`a formula in ${variables.join(", ")}`, `"${unknown}" in "${formula}"`);
  const tape = compileTape([expression], inputs);
  const values = new Float64Array(inputs.length);
  const out = new Float64Array(1);
  const clock = variables.indexOf("t");
  values[inputs.length - 1] = Math.PI;
  return (...given) => {
    for (let i = 0; i < variables.length; i++) values[i] = given[i] ?? 0;
    tape.run(clock < 0 ? 0 : (given[clock] ?? 0), values, out);
    return out[0]!;
  };
}
