import { derive } from "./derive.ts";
import {
  type Expression,
  number,
  operation,
  symbol,
  symbolsOf,
  time,
} from "../formula/expression.ts";

/**
 * Where formulas jump or have a kink: relations, whole parts, absolute values, extrema. Each such place is a switch whose value is
 * constant between jumps, so that formulas with the switches as named quantities are smooth. An integrator holds the values
 * during a step, and looks for the time at which one of them turns.
 */
export interface Switches {
  /** Names by which the smooth formulas refer to the switches. */
  readonly names: readonly string[];
  /** The value of each switch, in terms of states and constants alone. */
  readonly actual: readonly Expression[];
  /** The same in terms of states, constants and the switches before it: smooth until it turns. */
  readonly held: readonly Expression[];
  /**
   * The two sides of each relation among them in terms of states, constants and switches, of whole parts the number and 0: smooth. Only
   * of switches whose sides move otherwise than evenly with the time; the others turn once while switches are held.
   */
  readonly sides: readonly (readonly [Expression, Expression])[];
  /** A formula with its switches as named quantities. */
  smooth(e: Expression): Expression;
}

/**
 * Collects the switches of formulas. A part without states and without the time is constant, and not a switch.
 *
 * @param moving names of the states
 * @param formulas formulas to collect from; `smooth` adds those of further ones
 */
export function collectSwitches(
  moving: ReadonlySet<string>,
  formulas: readonly Expression[],
): Switches {
  const names: string[] = [];
  const actual: Expression[] = [];
  const held: Expression[] = [];
  const known = new Map<string, string>();
  const done = new Map<Expression, Expression>();

  const varies = (e: Expression): boolean =>
    hasTime(e) || [...symbolsOf(e)].some((name) => moving.has(name));
  const add = (whole: Expression, inner: Expression): Expression => {
    const key = JSON.stringify(inner);
    let name = known.get(key);
    if (name === undefined) {
      name = `switch ${names.length}`;
      known.set(key, name);
      names.push(name);
      actual.push(whole);
      held.push(inner);
    }
    return symbol(name);
  };
  const compute = (e: Expression): Expression => {
    if (e.kind !== "op" || !varies(e)) return e;
    const args = e.args.map(smooth);
    const [a, b] = args as [Expression, Expression];
    const [x, y] = e.args as [Expression, Expression];
    switch (e.op) {
      case "lt":
      case "le":
      case "gt":
      case "ge":
      case "floor":
      case "ceil":
        return add(e, operation(e.op, ...args));
      case "rem": {
        // a % b = a - q b, q the whole part of a / b towards zero
        const whole = (p: Expression, q: Expression): Expression =>
          operation(
            "floor",
            operation(
              "add",
              operation("div", operation("sub", p, operation("rem", p, q)), q),
              number(0.5),
            ),
          );
        return operation("sub", a, operation("mul", add(whole(x, y), whole(a, b)), b));
      }
      case "abs":
        return operation(
          "select",
          add(operation("lt", x, number(0)), operation("lt", a, number(0))),
          operation("neg", a),
          a,
        );
      case "min":
        return operation("select", add(operation("lt", y, x), operation("lt", b, a)), b, a);
      case "max":
        return operation("select", add(operation("gt", y, x), operation("gt", b, a)), b, a);
      default:
        return operation(e.op, ...args);
    }
  };
  const smooth = (e: Expression): Expression => {
    const ready = done.get(e);
    if (ready !== undefined) return ready;
    const result = compute(e);
    done.set(e, result);
    return result;
  };
  for (const e of formulas) smooth(e);
  const sides = held.flatMap((e): (readonly [Expression, Expression])[] => {
    if (e.kind !== "op") return [];
    const [a, b = number(0)] = e.args as [Expression, Expression?];
    return [a, b].every((side) => isEven(side, moving)) ? [] : [[a, b]];
  });
  return { names, actual, held, sides, smooth };
}

/** Whether a formula is linear in the time and free of states. */
function isEven(e: Expression, moving: ReadonlySet<string>): boolean {
  if ([...symbolsOf(e)].some((name) => moving.has(name))) return false;
  return !hasTime(derive(e, time));
}

function hasTime(e: Expression): boolean {
  return e.kind === "time" || (e.kind === "op" && e.args.some(hasTime));
}
