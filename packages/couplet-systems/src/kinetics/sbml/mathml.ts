import { CoupletError } from "couplet/kit";
import { isDecimal } from "../../decimal.ts";
import { childrenOf, type XmlElement } from "../../xml/element.ts";
import {
  type Expression,
  number,
  operation,
  type Operator,
  rateOfFunction,
  symbol,
  time,
} from "../../formula/expression.ts";
import { inPairs, piecewise } from "../../formula/parse-formula.ts";

const unary: Readonly<Record<string, Operator>> = {
  abs: "abs",
  exp: "exp",
  ln: "ln",
  floor: "floor",
  ceiling: "ceil",
  not: "not",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  arcsin: "asin",
  arccos: "acos",
  arctan: "atan",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  arcsinh: "asinh",
  arccosh: "acosh",
  arctanh: "atanh",
  factorial: "factorial",
};
const binary: Readonly<Record<string, Operator>> = {
  divide: "div",
  power: "pow",
  rem: "rem",
  neq: "ne",
};
const many: Readonly<Record<string, readonly [Operator, number | undefined]>> = {
  plus: ["add", 0],
  times: ["mul", 1],
  and: ["and", 1],
  or: ["or", 0],
  min: ["min", undefined],
  max: ["max", undefined],
};
const chains: Readonly<Record<string, Operator>> = {
  eq: "eq",
  lt: "lt",
  leq: "le",
  gt: "gt",
  geq: "ge",
};
/** Functions that are 1 / f(x). */
const reciprocals: Readonly<Record<string, Operator>> = {
  sec: "cos",
  csc: "sin",
  cot: "tan",
  sech: "cosh",
  csch: "sinh",
  coth: "tanh",
};
/** Functions that are f(1 / x). */
const ofReciprocal: Readonly<Record<string, Operator>> = {
  arcsec: "acos",
  arccsc: "asin",
  arccot: "atan",
  arcsech: "acosh",
  arccsch: "asinh",
  arccoth: "atanh",
};
const constants: Readonly<Record<string, number>> = {
  pi: Math.PI,
  exponentiale: Math.E,
  true: 1,
  false: 0,
  infinity: Number.POSITIVE_INFINITY,
  notanumber: Number.NaN,
};
/** The value that SBML L3V1 section 3.4.6 fixes. */
const avogadro = 6.02214179e23;

/** The entry of a table, by its own names alone. */
const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/**
 * Reads the content MathML of SBML level 3 (the subset that its section 3.4 lists) into an expression.
 *
 * @param element a `math` element or anything inside one
 * @param where file name, for messages
 * @throws CoupletError NOT_SUPPORTED with the line for an element or csymbol outside the subset
 */
export function readMath(element: XmlElement, where: string): Expression {
  const at = `${where}:${element.line}`;
  const unsupported = (what: string, hint?: string): never => {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: at,
      expected: "MathML of SBML level 3 core without delay and distributions",
      received: what,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  switch (element.name) {
    case "math": {
      const [formula, ...more] = element.children;
      if (formula === undefined || more.length > 0)
        return invalid(at, "one formula inside <math>", `${element.children.length}`);
      return readMath(formula, where);
    }
    case "cn":
      return number(readNumber(element, at));
    case "ci":
      return symbol(element.text.trim());
    case "csymbol": {
      const meaning = symbolOf(element);
      if (meaning === "time") return time;
      if (meaning === "avogadro") return number(avogadro);
      return unsupported(`<csymbol> ${meaning}`);
    }
    case "piecewise": {
      const parts: Expression[] = [];
      for (const piece of childrenOf(element, "piece")) {
        const [value, condition, ...more] = piece.children;
        if (value === undefined || condition === undefined || more.length > 0)
          return invalid(
            `${where}:${piece.line}`,
            "a value and a condition in <piece>",
            `${piece.children.length} parts`,
          );
        parts.push(readMath(value, where), readMath(condition, where));
      }
      const last = childrenOf(element, "otherwise");
      const [otherwise] = last.flatMap((one) => one.children);
      if (otherwise !== undefined) {
        if (last.length > 1 || last[0]!.children.length > 1)
          return invalid(at, "one value in one <otherwise>", "several");
        parts.push(readMath(otherwise, where));
      }
      return piecewise(parts);
    }
    case "apply":
      return readApply(element, where, unsupported);
    case "semantics": {
      const [formula] = element.children;
      if (formula === undefined) return invalid(at, "a formula inside <semantics>", "nothing");
      return readMath(formula, where);
    }
    default: {
      const constant = entryOf(constants, element.name);
      return constant === undefined ? unsupported(`<${element.name}>`) : number(constant);
    }
  }
}

function readApply(
  element: XmlElement,
  where: string,
  unsupported: (what: string) => never,
): Expression {
  const at = `${where}:${element.line}`;
  const [head, ...rest] = element.children;
  if (head === undefined) return invalid(at, "an operator inside <apply>", "nothing");
  const operands = rest.filter((child) => child.name !== "degree" && child.name !== "logbase");
  for (const { name, children, line } of rest) {
    const of = name === "degree" ? "root" : name === "logbase" ? "log" : undefined;
    if (of === undefined) continue;
    if (head.name !== of)
      return invalid(`${where}:${line}`, `a <${name}> of <${of}> alone`, `one of <${head.name}>`);
    if (children.length !== 1 || rest.filter((one) => one.name === name).length > 1)
      return invalid(`${where}:${line}`, `one formula in one <${name}>`, "another number");
  }
  const args = operands.map((child) => readMath(child, where));
  const qualifier = (name: string): Expression | undefined => {
    const found = rest.find((child) => child.name === name)?.children[0];
    return found === undefined ? undefined : readMath(found, where);
  };
  const expect = (count: number): void => {
    if (args.length !== count)
      invalid(at, `<${head.name}> of ${count} argument${count === 1 ? "" : "s"}`, `${args.length}`);
  };
  const arg = (i: number): Expression =>
    args[i] ?? invalid(at, `argument ${i + 1} of <${head.name}>`, "nothing");
  const name = head.name;
  if (name === "ci") return { kind: "call", name: head.text.trim(), args };
  if (name === "csymbol") {
    const meaning = symbolOf(head);
    if (meaning !== "rateOf") return unsupported(`<csymbol> ${meaning}`);
    expect(1);
    return { kind: "call", name: rateOfFunction, args };
  }
  const one = entryOf(unary, name);
  if (one !== undefined) return (expect(1), operation(one, arg(0)));
  const two = entryOf(binary, name);
  if (two !== undefined) return (expect(2), operation(two, arg(0), arg(1)));
  const several = entryOf(many, name);
  if (several !== undefined) {
    const [op, empty] = several;
    if (args.length === 0)
      return empty === undefined ? invalid(at, `arguments of <${name}>`, "none") : number(empty);
    if (args.length === 1 && (op === "and" || op === "or"))
      return operation("ne", args[0]!, number(0));
    return inPairs(op, args);
  }
  const relation = entryOf(chains, name);
  if (relation !== undefined) {
    if (args.length < 2) return invalid(at, `at least 2 arguments of <${name}>`, `${args.length}`);
    // a < b < c means a < b and b < c
    return args
      .slice(1)
      .map((b, i) => operation(relation, arg(i), b))
      .reduce((a, b) => operation("and", a, b));
  }
  const reciprocal = entryOf(reciprocals, name);
  if (reciprocal !== undefined)
    return (expect(1), operation("div", number(1), operation(reciprocal, arg(0))));
  const inner = entryOf(ofReciprocal, name);
  if (inner !== undefined)
    return (expect(1), operation(inner, operation("div", number(1), arg(0))));
  return readNamed(name, { args, arg, expect, qualifier, unsupported });
}

/** The operands of an <apply>, and how to take them. */
interface Operands {
  readonly args: readonly Expression[];
  arg(i: number): Expression;
  expect(count: number): void;
  /** The formula in a qualifier such as <degree>. */
  qualifier(name: string): Expression | undefined;
  unsupported(what: string): never;
}

/** The operators with a reading of their own: qualifiers, one or two arguments, logic. */
function readNamed(
  name: string,
  { args, arg, expect, qualifier, unsupported }: Operands,
): Expression {
  switch (name) {
    case "minus":
      if (args.length === 1) return operation("neg", arg(0));
      expect(2);
      return operation("sub", arg(0), arg(1));
    case "root": {
      expect(1);
      const degree = qualifier("degree");
      return degree === undefined
        ? operation("sqrt", arg(0))
        : operation("pow", arg(0), operation("div", number(1), degree));
    }
    case "log": {
      expect(1);
      const base = qualifier("logbase");
      return base === undefined
        ? operation("log10", arg(0))
        : operation("div", operation("ln", arg(0)), operation("ln", base));
    }
    case "quotient":
      expect(2);
      return operation("div", operation("sub", arg(0), operation("rem", arg(0), arg(1))), arg(1));
    case "xor":
      return args.length === 0
        ? number(0)
        : args.map((a) => operation("ne", a, number(0))).reduce((a, b) => operation("ne", a, b));
    case "implies":
      expect(2);
      return operation("or", operation("not", arg(0)), arg(1));
    default:
      return unsupported(`<${name}>`);
  }
}

/** The last part of a csymbol's definition, which alone says what it means. */
function symbolOf(element: XmlElement): string {
  const url = element.attributes.get("definitionURL")?.trim() ?? "";
  return url.slice(url.lastIndexOf("/") + 1) || "without a definitionURL";
}

function readNumber(element: XmlElement, at: string): number {
  const type = element.attributes.get("type") ?? "real";
  const parts = element.text.trim().split(/\s+/);
  const separated = element.children.some((child) => child.name === "sep");
  const decimal = (text: string | undefined): number =>
    text !== undefined && isDecimal(text) ? Number(text) : Number.NaN;
  const [first, second] = parts;
  const valueOf = (): number => {
    if ((element.attributes.get("base") ?? "10") !== "10") return Number.NaN;
    if (!separated)
      return parts.length === 1 && (type === "real" || type === "integer")
        ? decimal(first)
        : Number.NaN;
    if (parts.length !== 2) return Number.NaN;
    if (type === "e-notation") return decimal(`${first}e${second}`);
    return type === "rational" ? decimal(first) / decimal(second) : Number.NaN;
  };
  const value = valueOf();
  if (Number.isNaN(value) || (type === "rational" && !Number.isFinite(value)))
    return invalid(at, `a ${type} number in <cn>`, `"${element.text.trim()}"`);
  return value;
}

function invalid(at: string, expected: string, received: string): never {
  throw new CoupletError({ code: "FILE_INVALID", where: at, expected, received });
}
