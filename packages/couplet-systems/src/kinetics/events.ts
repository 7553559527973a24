import { CoupletError, philoxUniform } from "couplet/kit";
import type { Expression } from "../formula/expression.ts";
import { compileTape, type Tape } from "../formula/tape.ts";

/** An event in terms of states and constants. */
export interface ModelEvent {
  readonly name: string;
  /** Fires when this turns from false to true. */
  readonly trigger: Expression;
  /** Value of the trigger before the start. */
  readonly before: boolean;
  /** Whether it is carried out although its trigger turned false in the meantime. */
  readonly persistent: boolean;
  /** Time from firing to execution. */
  readonly delay: Expression | undefined;
  /** Of events due at one time the highest comes first. */
  readonly priority: Expression | undefined;
  /** Whether values are those at the time of firing, not of execution. */
  readonly valuesAtTrigger: boolean;
  readonly assignments: readonly EventAssignment[];
}

/** A state's new value: `value`, times a size where the state is an amount and the value a concentration. */
export interface EventAssignment {
  readonly state: number;
  readonly value: Expression;
  /** The size, just before the execution. */
  readonly size: Expression | undefined;
}

/** The events of one integration: the integrator tells it the time reached, and gets the changed state. */
export interface EventQueue {
  /** When the next delayed event is due; Infinity if none waits. */
  readonly next: number;
  /** Fires and carries out the events that are due; returns the new state, or undefined if no event was carried out. */
  at(t: number, y: Float64Array): Float64Array | undefined;
}

/** The events of a model. */
export interface Events {
  readonly names: readonly string[];
  /** A queue at the start of an integration; call its `at` there first. */
  open(): EventQueue;
}

/** Executions at one time after which events count as triggering each other without end. */
const mostAtOnce = 10_000;

/**
 * Events as SBML defines them: each time a trigger turns true, the assignments are carried out, after the delay; of several that
 * are due, the one with the highest priority comes first, and triggers are looked at again before the next one. Among equal
 * priorities, and among events without any, SBML asks for a draw: its numbers are the same in each integration. A compartment that an
 * event sets keeps the amounts in it; a concentration that it sets becomes an amount by the size before.
 *
 * @param inputs names of states and constants, states first
 * @param constants their values
 * @see SBML Level 3 Version 2 Core, section 4.11
 */
// oxlint-disable-next-line eslint/max-lines-per-function -- the queue is closures over the compiled events and one buffer of values
export function modelEvents(
  events: readonly ModelEvent[],
  inputs: readonly string[],
  constants: readonly number[],
): Events {
  const n = inputs.length - constants.length;
  const tapeOf = (e: Expression | undefined): Tape | undefined =>
    e === undefined ? undefined : compileTape([e], inputs);
  const compiled = events.map((event) => ({
    ...event,
    triggerTape: compileTape([event.trigger], inputs),
    delayTape: tapeOf(event.delay),
    priorityTape: tapeOf(event.priority),
    valuesTape: compileTape(
      event.assignments.map((a) => a.value),
      inputs,
    ),
    sizeTapes: event.assignments.map((a) => tapeOf(a.size)),
  }));
  const values = new Float64Array(inputs.length);
  values.set(constants, n);
  const one = new Float64Array(1);
  const evaluate = (tape: Tape, t: number, y: Float64Array): number => {
    values.set(y);
    tape.run(t, values, one);
    return one[0]!;
  };
  const fail = (name: string, expected: string, received: string): never => {
    throw new CoupletError({ code: "DATA_INVALID", where: `events.${name}`, expected, received });
  };

  const open = (): EventQueue => {
    interface Waiting {
      readonly event: number;
      readonly due: number;
      readonly values: Float64Array | undefined;
    }
    let waiting: Waiting[] = [];
    let draws = 0;
    const last = compiled.map((event) => event.before);
    const valuesOf = (i: number, t: number, y: Float64Array): Float64Array => {
      const out = new Float64Array(compiled[i]!.assignments.length);
      values.set(y);
      compiled[i]!.valuesTape.run(t, values, out);
      return out;
    };
    const look = (t: number, y: Float64Array): void => {
      const now = compiled.map((event) => evaluate(event.triggerTape, t, y) !== 0);
      compiled.forEach((event, i) => {
        if (last[i] && !now[i] && !event.persistent)
          waiting = waiting.filter((one) => one.event !== i);
        if (!last[i] && now[i]) {
          const delay = event.delayTape === undefined ? 0 : evaluate(event.delayTape, t, y);
          if (!(delay >= 0)) fail(event.name, "a delay from 0 on", `${delay}`);
          const early = event.valuesAtTrigger ? valuesOf(i, t, y) : undefined;
          waiting.push({ event: i, due: t + delay, values: early });
        }
        last[i] = now[i]!;
      });
    };
    const first = (t: number, y: Float64Array): Waiting | undefined => {
      let best: Waiting[] = [];
      let highest = Number.NEGATIVE_INFINITY;
      for (const one of waiting) {
        if (one.due > t) continue;
        const tape = compiled[one.event]!.priorityTape;
        const priority = tape === undefined ? Number.NEGATIVE_INFINITY : evaluate(tape, t, y);
        if (best.length === 0 || priority > highest) [best, highest] = [[one], priority];
        else if (priority === highest) best.push(one);
      }
      return best.length < 2
        ? best[0]
        : best[Math.floor(philoxUniform({ seed: 0, row: draws++ }) * best.length)];
    };
    const carryOut = (one: Waiting, t: number, y: Float64Array): Float64Array => {
      const { assignments, sizeTapes, name } = compiled[one.event]!;
      const fresh = one.values ?? valuesOf(one.event, t, y);
      const next = y.slice();
      assignments.forEach(({ state }, k) => {
        const tape = sizeTapes[k];
        const factor = tape === undefined ? 1 : evaluate(tape, t, y);
        next[state] = fresh[k]! * factor;
        if (!Number.isFinite(next[state]))
          fail(name, "finite values", `${inputs[state]!} = ${next[state]}`);
      });
      return next;
    };
    return {
      get next() {
        return waiting.reduce((least, one) => Math.min(least, one.due), Number.POSITIVE_INFINITY);
      },
      at(t, y) {
        let state = y;
        for (let count = 0; ; count++) {
          look(t, state);
          const one = first(t, state);
          if (one === undefined) return state === y ? undefined : state;
          if (count >= mostAtOnce)
            fail(
              compiled[one.event]!.name,
              "events that come to an end",
              `${mostAtOnce} at time ${t}`,
            );
          waiting = waiting.filter((other) => other !== one);
          state = carryOut(one, t, state);
        }
      },
    };
  };
  return { names: events.map((event) => event.name), open };
}
