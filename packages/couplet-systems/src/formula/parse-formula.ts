import { CoupletError } from "couplet/kit";
import { type Expression, type Operator, number, operation, symbol, time } from "./expression.ts";

/** Functions that infix text may call, with the operator behind each. */
const functions: Readonly<Record<string, Operator>> = {
  exp: "exp",
  ln: "ln",
  log: "ln",
  log10: "log10",
  sqrt: "sqrt",
  abs: "abs",
  floor: "floor",
  ceil: "ceil",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  asin: "asin",
  acos: "acos",
  atan: "atan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  asinh: "asinh",
  acosh: "acosh",
  atanh: "atanh",
  factorial: "factorial",
  min: "min",
  max: "max",
  pow: "pow",
  and: "and",
  or: "or",
  not: "not",
  lt: "lt",
  leq: "le",
  gt: "gt",
  geq: "ge",
  eq: "eq",
  neq: "ne",
};
const twoArguments = new Set<Operator>([
  "min",
  "max",
  "pow",
  "and",
  "or",
  "lt",
  "le",
  "gt",
  "ge",
  "eq",
  "ne",
]);
const infix: Readonly<Record<string, readonly [Operator, number]>> = {
  "||": ["or", 1],
  "&&": ["and", 2],
  "==": ["eq", 3],
  "!=": ["ne", 3],
  "<": ["lt", 4],
  "<=": ["le", 4],
  ">": ["gt", 4],
  ">=": ["ge", 4],
  "+": ["add", 5],
  "-": ["sub", 5],
  "*": ["mul", 6],
  "/": ["div", 6],
  "%": ["rem", 6],
};

const token =
  /\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|([A-Za-z_][\w.]*)|(\|\||&&|[=!<>]=|[-+*/%^(),<>!]))/y;

/** How deep brackets and signs may lie in each other, and how many operators one sum or product may chain: trees are walked level by level. */
const deepestNesting = 200;
const longestChain = 2000;

/** One word of a formula and its column: a number, a name or a sign. */
interface Token {
  readonly at: number;
  readonly number?: string;
  readonly name?: string;
  readonly sign?: string;
}

type Fail = (at: number, expected: string, received: string, hint?: string) => never;

/** Reports a fault of a formula at one of its columns. */
function failure(text: string, where: string): Fail {
  return (at, expected, received, hint) => {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: `${where}, column ${at + 1} of "${text}"`,
      expected,
      received,
      ...(hint === undefined ? {} : { hint }),
    });
  };
}

/**
 * Reads infix text, as in SBML's L3 formulas: `Vmax * S / (Km + S)`, `k * A^2`, `piecewise(1, time < 5, 0)`,
 * `f(x, y)` for a user function. `time` is the time; `^` binds tighter than a unary minus and to the right;
 * `log` is the natural logarithm (`log10` the other).
 *
 * @param where what the formula belongs to, for messages
 * @throws CoupletError DATA_INVALID with the column of the first thing that does not fit
 */
export function parseFormula(text: string, where = "formula"): Expression {
  const fail: Fail = failure(text, where);
  const tokens = tokensOf(text, fail);
  let next = 0;
  const show = (t: Token | undefined): string =>
    t === undefined ? "the end" : `"${t.number ?? t.name ?? t.sign}"`;
  const take = (sign: string): void => {
    const t = tokens[next];
    if (t?.sign !== sign) fail(t?.at ?? text.length, `"${sign}"`, show(t));
    next++;
  };

  const binary = (minimum: number): Expression => {
    let left = unary();
    for (let length = 1; ; length++) {
      const sign = tokens[next]?.sign;
      const rule = sign === undefined ? undefined : infix[sign];
      if (rule === undefined || rule[1] < minimum) return left;
      if (length > longestChain)
        fail(tokens[next]!.at, `at most ${longestChain} operators in a row`, "more");
      next++;
      left = operation(rule[0], left, binary(rule[1] + 1));
    }
  };
  let depth = 0;
  const unary = (): Expression => {
    if (depth >= deepestNesting)
      fail(
        tokens[next]?.at ?? text.length,
        `brackets and signs at most ${deepestNesting} deep`,
        "more",
      );
    depth++;
    const inner = signed();
    depth--;
    return inner;
  };
  const signed = (): Expression => {
    const sign = tokens[next]?.sign;
    if (sign === "-") return (next++, operation("neg", unary()));
    if (sign === "+") return (next++, unary());
    if (sign === "!") return (next++, operation("not", unary()));
    const base = primary();
    if (tokens[next]?.sign !== "^") return base;
    next++;
    return operation("pow", base, unary());
  };
  const primary = (): Expression => {
    const t = tokens[next];
    if (t?.number !== undefined) return (next++, number(Number(t.number)));
    if (t?.sign === "(") {
      next++;
      const inner = binary(1);
      take(")");
      return inner;
    }
    if (t?.name === undefined) return fail(t?.at ?? text.length, "a number, a name or (", show(t));
    next++;
    if (tokens[next]?.sign !== "(")
      return t.name === "time" ? time : t.name === "pi" ? number(Math.PI) : symbol(t.name);
    next++;
    const args: Expression[] = [];
    if (tokens[next]?.sign !== ")") {
      args.push(binary(1));
      while (tokens[next]?.sign === ",") {
        next++;
        args.push(binary(1));
      }
    }
    take(")");
    return applied(t.name, args, (expected, received) => fail(t.at, expected, received));
  };
  const result = binary(1);
  const rest = tokens[next];
  if (rest !== undefined) fail(rest.at, "an operator or the end", show(rest));
  return result;
}

/** Splits a formula into numbers, names and signs. */
function tokensOf(text: string, fail: Fail): readonly Token[] {
  const tokens: Token[] = [];
  const length = text.trimEnd().length;
  const blank = /\s*/y;
  let end = 0;
  while (end < length) {
    blank.lastIndex = end;
    const skipped = end + blank.exec(text)![0].length;
    token.lastIndex = end;
    const match = token.exec(text);
    if (match === null)
      return fail(skipped, "a number, a name or an operator", `"${text[skipped]}"`);
    end = token.lastIndex;
    tokens.push({
      at: skipped,
      ...(match[1] === undefined ? {} : { number: match[1] }),
      ...(match[2] === undefined ? {} : { name: match[2] }),
      ...(match[3] === undefined ? {} : { sign: match[3] }),
    });
  }
  return tokens;
}

/** A built-in function of its arguments, or the call of a user function. */
function applied(
  name: string,
  args: readonly Expression[],
  fail: (expected: string, received: string) => never,
): Expression {
  if (name === "piecewise") return piecewise(args);
  const op = Object.hasOwn(functions, name) ? functions[name] : undefined;
  // another name may be a user function; whether it exists is decided where functions are known
  if (op === undefined) return { kind: "call", name, args };
  const count = twoArguments.has(op) ? 2 : 1;
  if ((op === "min" || op === "max" || op === "and" || op === "or") && args.length >= 2) {
    return args.reduce((a, b) => operation(op, a, b));
  }
  if (args.length !== count)
    return fail(`${name} of ${count} argument${count > 1 ? "s" : ""}`, `${args.length}`);
  return operation(op, ...args);
}

/** `value1, condition1, value2, condition2, ..., otherwise` as nested selections; no branch gives NaN. */
export function piecewise(args: readonly Expression[]): Expression {
  const odd = args.length % 2 === 1;
  const otherwise: Expression = odd ? args[args.length - 1]! : number(Number.NaN);
  const branches = Array.from({ length: args.length >> 1 }, (_, k) => ({
    value: args[2 * k]!,
    condition: args[2 * k + 1]!,
  }));
  return firstTrue(branches, otherwise);
}

interface Branch {
  readonly value: Expression;
  readonly condition: Expression;
}

/** Selections in a row; of many, halves, so that a table of thousands of rows can be walked. */
function firstTrue(branches: readonly Branch[], otherwise: Expression): Expression {
  if (branches.length <= 16) {
    return branches.reduceRight(
      (rest, { value, condition }) => operation("select", condition, value, rest),
      otherwise,
    );
  }
  const half = branches.length >> 1;
  const [early, late] = [branches.slice(0, half), branches.slice(half)];
  const any = early.map(({ condition }) => condition);
  // where one of the early conditions holds, what comes after them does not matter
  return operation(
    "select",
    inPairs("or", any),
    firstTrue(early, otherwise),
    firstTrue(late, otherwise),
  );
}

/** An operator over many operands as a tree of small depth, so that a sum of thousands can be walked. */
export function inPairs(op: Operator, args: readonly Expression[]): Expression {
  if (args.length === 1) return args[0]!;
  const half = Math.ceil(args.length / 2);
  return operation(op, inPairs(op, args.slice(0, half)), inPairs(op, args.slice(half)));
}
