import type { Declarations } from "./declarations.ts";
import type { ModelEvent } from "./events.ts";
import { type Expression, operation, symbol, symbolsOf } from "../formula/expression.ts";

/** The parts of a network that its events depend on. */
export interface EventSurroundings {
  readonly states: readonly string[];
  /** The compartment by which a name's amount is divided. */
  readonly dividedBy: (name: string) => string | undefined;
  /** A formula in terms of states and constants. */
  readonly meaning: (e: Expression) => Expression;
  /** Whether a state moves between events. */
  readonly moves: (state: string) => boolean;
}

/** Names that events set. @throws CoupletError DATA_INVALID for an unknown name, or one that a rule assigns */
export function namesSetByEvents(names: Declarations): Set<string> {
  const { spec, kinds, fail } = names;
  const set = new Set<string>();
  for (const [id, event] of Object.entries(spec.events ?? {})) {
    for (const name of Object.keys(event.assignments)) {
      const key = `events.${id}.${name}`;
      if (!kinds.has(name) || kinds.get(name) === "reactions")
        fail(key, "a species, parameter or compartment", `"${name}"`);
      if (Object.hasOwn(spec.assignmentRules ?? {}, name))
        fail(key, "a quantity without an assignment rule", `"${name}"`);
      set.add(name);
    }
  }
  return set;
}

/**
 * The events of a network in terms of its states.
 * @throws CoupletError DATA_INVALID for unknown names, and for a trigger that asks whether quantities that move are equal
 */
export function assembleEvents(names: Declarations, around: EventSurroundings): ModelEvent[] {
  const { states, dividedBy, meaning } = around;
  return Object.entries(names.spec.events ?? {}).map(([id, event]) => {
    const key = `events.${id}`;
    const read = (formula: Parameters<Declarations["read"]>[1]): Expression =>
      meaning(names.read(key, formula));
    return {
      name: id,
      trigger: condition(read(event.trigger), around, (what) =>
        names.fail(key, "a trigger that turns true for some time", what),
      ),
      before: event.before !== false,
      persistent: event.persistent !== false,
      delay: event.delay === undefined ? undefined : read(event.delay),
      priority: event.priority === undefined ? undefined : read(event.priority),
      valuesAtTrigger: event.valuesAtTrigger !== false,
      assignments: Object.keys(event.assignments).map((name) => {
        const home = dividedBy(name);
        return {
          state: states.indexOf(name),
          value: read(event.assignments[name]!),
          size: home === undefined ? undefined : meaning(symbol(home)),
        };
      }),
    };
  });
}

/** A trigger that changes in jumps only. */
function condition(
  e: Expression,
  around: EventSurroundings,
  refuse: (what: string) => never,
): Expression {
  const found = withoutEquality(e, around, refuse);
  return isDiscrete(found, around) ? found : refuse("a number that moves");
}

/**
 * A trigger whose equalities an integrator can find: a = b as a <= b and a >= b, where only the time moves in it. Equal values of
 * states that move last for no time and cannot be told from a near miss.
 */
function withoutEquality(
  e: Expression,
  around: EventSurroundings,
  refuse: (what: string) => never,
): Expression {
  if (e.kind !== "op") return e;
  const args = e.args.map((arg) => withoutEquality(arg, around, refuse));
  if (e.op !== "eq" && e.op !== "ne") return operation(e.op, ...args);
  const [a, b] = args as [Expression, Expression];
  if (isDiscrete(a, around) && isDiscrete(b, around)) return operation(e.op, a, b);
  const moving = [...symbolsOf(e)].filter((name) => around.moves(name));
  if (moving.length > 0) refuse(`an equality of ${moving.join(", ")}`);
  return e.op === "eq"
    ? operation("and", operation("le", a, b), operation("ge", a, b))
    : operation("or", operation("lt", a, b), operation("gt", a, b));
}

/** Whether a formula changes in jumps only: relations, whole parts, and what is constant between events. */
function isDiscrete(e: Expression, around: EventSurroundings): boolean {
  switch (e.kind) {
    case "number":
      return true;
    case "symbol":
      return !around.moves(e.name);
    case "op":
      // relations and whole parts jump whatever they are made of
      return jumping.has(e.op) || e.args.every((arg) => isDiscrete(arg, around));
    default:
      return false;
  }
}

const jumping: ReadonlySet<string> = new Set(["lt", "le", "gt", "ge", "floor", "ceil"]);
