/**
 * Formulas as data: the expression tree shared by kinetic laws, rules and initial assignments,
 * whether they come from code, from infix text or from MathML.
 */

/** Names of the operators that an {@link Expression} may apply. Relations give 1 (true) or 0 (false). */
export type Operator =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "neg"
  | "exp"
  | "ln"
  | "log10"
  | "sqrt"
  | "abs"
  | "floor"
  | "ceil"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "factorial"
  | "min"
  | "max"
  | "rem"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "eq"
  | "ne"
  | "and"
  | "or"
  | "not"
  | "select";

/** A formula: a number, a named quantity, the time, an operator or a user function applied to formulas. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "symbol"; readonly name: string }
  | { readonly kind: "time" }
  | { readonly kind: "op"; readonly op: Operator; readonly args: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

/** A user-defined function: `body` in terms of `parameters`. */
export interface FunctionBody {
  readonly parameters: readonly string[];
  readonly body: Expression;
}

/** How many arguments each operator takes. */
export const arity: Readonly<Record<Operator, number>> = {
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  pow: 2,
  neg: 1,
  exp: 1,
  ln: 1,
  log10: 1,
  sqrt: 1,
  abs: 1,
  floor: 1,
  ceil: 1,
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 1,
  acos: 1,
  atan: 1,
  sinh: 1,
  cosh: 1,
  tanh: 1,
  asinh: 1,
  acosh: 1,
  atanh: 1,
  factorial: 1,
  min: 2,
  max: 2,
  rem: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  eq: 2,
  ne: 2,
  and: 2,
  or: 2,
  not: 1,
  select: 3,
};

/** The value of an operator on numbers. `select(c, a, b)` is a where c is not 0, else b. */
// oxlint-disable-next-line eslint/max-lines-per-function -- a table of laws: one value for each operator
export function applyOperator(op: Operator, a: number, b = 0, c = 0): number {
  switch (op) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "pow":
      return a ** b;
    case "neg":
      return -a;
    case "exp":
      return Math.exp(a);
    case "ln":
      return Math.log(a);
    case "log10":
      return Math.log10(a);
    case "sqrt":
      return Math.sqrt(a);
    case "abs":
      return Math.abs(a);
    case "floor":
      return Math.floor(a);
    case "ceil":
      return Math.ceil(a);
    case "sin":
      return Math.sin(a);
    case "cos":
      return Math.cos(a);
    case "tan":
      return Math.tan(a);
    case "asin":
      return Math.asin(a);
    case "acos":
      return Math.acos(a);
    case "atan":
      return Math.atan(a);
    case "sinh":
      return Math.sinh(a);
    case "cosh":
      return Math.cosh(a);
    case "tanh":
      return Math.tanh(a);
    case "asinh":
      return Math.asinh(a);
    case "acosh":
      return Math.acosh(a);
    case "atanh":
      return Math.atanh(a);
    case "factorial":
      return factorial(a);
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    case "rem":
      return a % b;
    case "lt":
      return a < b ? 1 : 0;
    case "le":
      return a <= b ? 1 : 0;
    case "gt":
      return a > b ? 1 : 0;
    case "ge":
      return a >= b ? 1 : 0;
    case "eq":
      return a === b ? 1 : 0;
    case "ne":
      return a !== b ? 1 : 0;
    case "and":
      return a !== 0 && b !== 0 ? 1 : 0;
    case "or":
      return a !== 0 || b !== 0 ? 1 : 0;
    case "not":
      return a === 0 ? 1 : 0;
    case "select":
      return a !== 0 ? b : c;
  }
}

/** n! of an integer from 0 on; NaN for others. Beyond 170 it exceeds the largest double. */
function factorial(n: number): number {
  if (!Number.isInteger(n) || n < 0) return Number.NaN;
  let product = 1;
  for (let i = 2; i <= n && Number.isFinite(product); i++) product *= i;
  return product;
}

/** A constant as an expression. */
export function number(value: number): Expression {
  return { kind: "number", value };
}

/** A named quantity as an expression. */
export function symbol(name: string): Expression {
  return { kind: "symbol", name };
}

/** The time t. */
export const time: Expression = { kind: "time" };

const isNumber = (e: Expression, value: number): boolean =>
  e.kind === "number" && e.value === value;

/**
 * An operator applied to formulas, with the simplifications that keep derivatives small: constants
 * are folded, and x + 0, x * 1, x * 0, x / 1, x^1, x^0, -(-x) lose their operator.
 */
export function operation(op: Operator, ...args: readonly Expression[]): Expression {
  const [a, b, c] = args as [Expression, Expression, Expression];
  if (args.every((x) => x.kind === "number")) {
    const values = args.map((x) => (x as { value: number }).value);
    return number(applyOperator(op, values[0]!, values[1], values[2]));
  }
  switch (op) {
    case "add":
      if (isNumber(a, 0)) return b;
      if (isNumber(b, 0)) return a;
      break;
    case "sub":
      if (isNumber(b, 0)) return a;
      if (isNumber(a, 0)) return operation("neg", b);
      break;
    case "mul":
      if (isNumber(a, 0) || isNumber(b, 0)) return number(0);
      if (isNumber(a, 1)) return b;
      if (isNumber(b, 1)) return a;
      if (isNumber(a, -1)) return operation("neg", b);
      break;
    case "div":
      if (isNumber(a, 0)) return number(0);
      if (isNumber(b, 1)) return a;
      break;
    case "pow":
      if (isNumber(b, 1)) return a;
      if (isNumber(b, 0)) return number(1);
      break;
    case "neg":
      if (a.kind === "op" && a.op === "neg") return a.args[0]!;
      break;
    case "select":
      if (a.kind === "number") return a.value !== 0 ? b : c;
      break;
    default:
  }
  return { kind: "op", op, args };
}

/**
 * The function by which a formula refers to the rate of change of a quantity. The blank keeps it apart from user functions.
 * Calls of it are not inlined; `reactionNetwork` replaces them by the rate itself.
 */
export const rateOfFunction = "csymbol rateOf";

/** Names of all quantities that a formula refers to (not the functions it calls). */
export function symbolsOf(e: Expression, into: Set<string> = new Set()): Set<string> {
  if (e.kind === "symbol") into.add(e.name);
  else if (e.kind === "op" || e.kind === "call") for (const arg of e.args) symbolsOf(arg, into);
  return into;
}

/** Replaces named quantities by formulas; names that the map does not hold stay. */
export function substitute(e: Expression, by: ReadonlyMap<string, Expression>): Expression {
  switch (e.kind) {
    case "number":
    case "time":
      return e;
    case "symbol":
      return by.get(e.name) ?? e;
    case "op":
      return operation(e.op, ...e.args.map((arg) => substitute(arg, by)));
    case "call":
      return { kind: "call", name: e.name, args: e.args.map((arg) => substitute(arg, by)) };
  }
}

/** Parts that a formula may have once everything in it is written out; definitions that double each other reach any number. */
export const mostParts = 200_000;

const counted = new WeakMap<Expression, number>();

/** Number of parts of a formula, repeated ones each time; counted once for each object. */
export function partsOf(e: Expression): number {
  if (e.kind !== "op" && e.kind !== "call") return 1;
  const known = counted.get(e);
  if (known !== undefined) return known;
  const parts = e.args.reduce((sum, arg) => sum + partsOf(arg), 1);
  counted.set(e, parts);
  return parts;
}

/**
 * Replaces every call of a user function by its body.
 * @throws Error-like report through `fail` for an unknown function, a wrong number of arguments, or recursion
 */
export function inlineCalls(
  e: Expression,
  functions: ReadonlyMap<string, FunctionBody>,
  fail: (expected: string, received: string) => never,
  open: readonly string[] = [],
  spent = { calls: 0 },
): Expression {
  const inline = (arg: Expression): Expression => inlineCalls(arg, functions, fail, open, spent);
  switch (e.kind) {
    case "number":
    case "time":
    case "symbol":
      return e;
    case "op":
      return operation(e.op, ...e.args.map(inline));
    case "call": {
      const body = functions.get(e.name);
      if (e.name === rateOfFunction) {
        return { kind: "call", name: e.name, args: e.args.map(inline) };
      }
      if (body === undefined) {
        return fail(
          `one of the functions ${[...functions.keys()].join(", ") || "(none defined)"}`,
          `${e.name}(...)`,
        );
      }
      if (open.includes(e.name))
        return fail("functions that do not call themselves", [...open, e.name].join(" -> "));
      if (body.parameters.length !== e.args.length) {
        return fail(`${e.name}(${body.parameters.join(", ")})`, `${e.args.length} arguments`);
      }
      const args = e.args.map(inline);
      const inner = inlineCalls(body.body, functions, fail, [...open, e.name], spent);
      const result = substitute(inner, new Map(body.parameters.map((p, i) => [p, args[i]!])));
      if (++spent.calls > mostParts / 20 || partsOf(result) > mostParts)
        return fail(`formulas of at most ${mostParts} parts, functions written out`, "more");
      return result;
    }
  }
}
