import { type Expression, number, operation, time } from "../formula/expression.ts";

const op = operation;

/**
 * The derivative of a formula by one named quantity, or by the time where it stands in the formula itself; exact and simplified.
 *
 * Where a formula has a kink (abs, min, max, piecewise) the derivative of the branch in force is
 * taken; floor, ceil, factorial and relations have derivative 0.
 * The formula must be free of user function calls (see `inlineCalls`).
 */
export function derive(e: Expression, by: string | typeof time): Expression {
  switch (e.kind) {
    case "number":
      return number(0);
    case "time":
      return number(by === time ? 1 : 0);
    case "symbol":
      return number(e.name === by ? 1 : 0);
    case "call":
      throw new Error(`derive: a call of ${e.name} was not inlined`);
    case "op":
      return deriveOperation(e, by);
  }
}

// oxlint-disable-next-line eslint/max-lines-per-function -- a table of laws: one derivative rule for each operator
function deriveOperation(e: Expression & { kind: "op" }, by: string | typeof time): Expression {
  const [a, b, c] = e.args as [Expression, Expression, Expression];
  const da = derive(a, by);
  switch (e.op) {
    case "add":
    case "sub":
      return op(e.op, da, derive(b, by));
    case "mul":
      return op("add", op("mul", da, b), op("mul", a, derive(b, by)));
    case "div": {
      const db = derive(b, by);
      if (isZero(db)) return op("div", da, b);
      // (da - (a / b) db) / b shares a / b with the value itself
      return op("div", op("sub", da, op("mul", e, db)), b);
    }
    case "pow": {
      const db = derive(b, by);
      const power = op("mul", op("mul", b, op("pow", a, op("sub", b, number(1)))), da);
      if (isZero(db)) return isZero(da) ? number(0) : power;
      const exponent = op("mul", op("mul", e, op("ln", a)), db);
      return isZero(da) ? exponent : op("add", power, exponent);
    }
    case "neg":
      return op("neg", da);
    case "exp":
      return op("mul", e, da);
    case "ln":
      return op("div", da, a);
    case "log10":
      return op("div", da, op("mul", a, number(Math.LN10)));
    case "sqrt":
      return op("div", da, op("mul", number(2), e));
    case "abs":
      return op("select", op("lt", a, number(0)), op("neg", da), da);
    case "sin":
      return op("mul", op("cos", a), da);
    case "cos":
      return op("neg", op("mul", op("sin", a), da));
    case "tan":
      return op("mul", op("add", number(1), op("mul", e, e)), da);
    case "asin":
      return op("div", da, op("sqrt", op("sub", number(1), op("mul", a, a))));
    case "acos":
      return op("neg", op("div", da, op("sqrt", op("sub", number(1), op("mul", a, a)))));
    case "atan":
      return op("div", da, op("add", number(1), op("mul", a, a)));
    case "sinh":
      return op("mul", op("cosh", a), da);
    case "cosh":
      return op("mul", op("sinh", a), da);
    case "tanh":
      return op("mul", op("sub", number(1), op("mul", e, e)), da);
    case "asinh":
      return op("div", da, op("sqrt", op("add", op("mul", a, a), number(1))));
    case "acosh":
      return op("div", da, op("sqrt", op("sub", op("mul", a, a), number(1))));
    case "atanh":
      return op("div", da, op("sub", number(1), op("mul", a, a)));
    case "min":
      return op("select", op("lt", b, a), derive(b, by), da);
    case "max":
      return op("select", op("gt", b, a), derive(b, by), da);
    case "rem": {
      // a % b = a - q b with a whole q
      const db = derive(b, by);
      return op("sub", da, op("mul", op("div", op("sub", a, e), b), db));
    }
    case "select":
      return op("select", a, derive(b, by), derive(c, by));
    case "floor":
    case "ceil":
    case "factorial":
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
    case "and":
    case "or":
    case "not":
      return number(0);
  }
}

const isZero = (e: Expression): boolean => e.kind === "number" && e.value === 0;
