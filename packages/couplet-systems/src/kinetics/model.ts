import { CoupletError, nearest } from "couplet/kit";
import { requireLength } from "./check-integration.ts";
import { derive } from "./derive.ts";
import { modelEvents, type Events, type ModelEvent } from "./events.ts";
import { type Expression, symbolsOf } from "../formula/expression.ts";
import { conservedMoieties, type Moiety } from "./moieties.ts";
import { collectSwitches } from "./switches.ts";
import { compileTape, type Tape } from "../formula/tape.ts";

/** A reaction or a rate rule: `rate` of change, times the integer `change` of each state. */
export interface Process {
  readonly name: string;
  readonly kind: "reaction" | "rule";
  readonly fast: boolean;
  readonly change: ReadonlyMap<string, number>;
  readonly rate: Expression;
}

/** Ordinary differential equations `dy/dt = f(t, y)` with their Jacobian; what the integrator works on. */
export interface OdeSystem {
  readonly states: readonly string[];
  readonly initial: Float64Array;
  /** Writes f(t, y) into `out`. */
  rhs(t: number, y: Float64Array, out: Float64Array): void;
  /** Writes df/dy into `out`, row-major n x n. */
  jacobian(t: number, y: Float64Array, out: Float64Array): void;
  /** Where f jumps or has a kink; an integrator stops there. */
  readonly switching?: Switching;
  /** Jumps of the state; an integrator carries them out. */
  readonly events?: Events;
  /** For a system whose fast part is in balance at all times: what an integrator follows instead, from a time and a state. */
  readonly balance?: (t: number, y: Float64Array) => Balanced;
}

/** The slow motion of a system whose fast part is in balance. */
export interface Balanced {
  readonly slow: OdeSystem;
  /** The whole state that belongs to a slow one, near another whole state. */
  expand(t: number, slow: Float64Array, guess: Float64Array): Float64Array;
  /** The whole state at the start: in balance. */
  readonly initial: Float64Array;
  /** Checks that the balance is stable. @throws CoupletError NOT_CONVERGED if the fast part does not return to it */
  check(t: number, whole: Float64Array): void;
}

/** Conditions, floors and ceilings in the right-hand side: switches, whose values are constant between jumps. */
export interface Switching {
  readonly count: number;
  /** Writes the values of all switches at a point. */
  actual(t: number, y: Float64Array, out: Float64Array): void;
  /** Writes the values at a point while the switches that they depend on keep `values`: smooth up to the first that turns. */
  held(t: number, y: Float64Array, values: Float64Array, out: Float64Array): void;
  /** Number of switches that depend on more than a linear function of the time, and may turn several times. */
  readonly wandering: number;
  /** Writes the two sides of the relations of the `wandering` switches, while all switches keep `values`. */
  sides(t: number, y: Float64Array, values: Float64Array, out: Float64Array): void;
  /** The system with `values` in their place, smooth in t and y; `values` is read at each call. */
  system(values: Float64Array): OdeSystem;
}

/** Parameter values to use instead of the model's own. */
export type ParameterValues = Readonly<Record<string, number>>;

/** The rate equations of a reaction network; built by `reactionNetwork` or `readSbml`. */
export interface KineticModel extends OdeSystem {
  readonly name: string;
  /** The reactions, then the rate rules. */
  readonly processes: readonly Process[];
  /** Constants of the model (parameters, constant compartments and species) with their values. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Stoichiometric matrix, row-major: states x processes. */
  readonly stoichiometry: Float64Array;
  /** Sums of species that no reaction changes (exact, from the stoichiometric matrix). */
  readonly moieties: readonly Moiety[];
  /** Names that `observe` understands: states (in the unit that formulas use) and assigned quantities. */
  readonly observables: readonly string[];
  /** The same model with other parameter values. The initial state stays. */
  withParameters(values: ParameterValues): KineticModel;
  /** Writes the rates v(t, y), one per process. */
  rates(t: number, y: Float64Array, out: Float64Array): void;
  /** Writes dv/dy, row-major processes x states. */
  rateJacobian(t: number, y: Float64Array, out: Float64Array): void;
  /** The value of an observable at a state. */
  observe(name: string, t: number, y: Float64Array): number;
}

interface Parts {
  readonly name: string;
  readonly states: readonly string[];
  readonly initial: readonly number[];
  readonly constants: readonly (readonly [string, number])[];
  readonly processes: readonly Process[];
  readonly observables: ReadonlyMap<string, Expression>;
  readonly events: readonly ModelEvent[];
}

/**
 * Refuses calls that need the right-hand side to be the whole model.
 * @throws CoupletError NOT_SUPPORTED for a model with events, or with fast reactions in balance
 */
export function requireRatesAlone(where: string, model: OdeSystem): void {
  const reason =
    model.events !== undefined
      ? `events (${model.events.names.slice(0, 3).join(", ")})`
      : model.balance !== undefined
        ? "fast reactions in balance"
        : undefined;
  if (reason === undefined) return;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where,
    expected: "a model of rates alone",
    received: reason,
    hint:
      model.events !== undefined
        ? "`integrate` carries out events."
        : 'Read it with `fast: "rates"` to give its fast reactions their own rates.',
  });
}

/** Compiles the rates, their exact derivatives and the observables of an assembled network. */
// oxlint-disable-next-line eslint/max-lines-per-function -- the tapes and index lists that every function of the model reads
export function kineticModel(parts: Parts): KineticModel {
  const { states, processes } = parts;
  const [n, m] = [states.length, processes.length];
  const stoichiometry = new Float64Array(n * m);
  processes.forEach((p, j) => {
    for (const [name, count] of p.change) {
      // Conserved sums are found in exact fractions, of which infinity is none.
      if (!Number.isFinite(count))
        throw new CoupletError({
          code: "DATA_INVALID",
          where: `reaction ${JSON.stringify(p.name)}`,
          expected: `a finite stoichiometry of ${JSON.stringify(name)}`,
          received: String(count),
        });
      stoichiometry[states.indexOf(name) * m + j] = count;
    }
  });

  const inputs = [...states, ...parts.constants.map(([name]) => name)];
  const switches = collectSwitches(new Set(states), [
    ...processes.map((p) => p.rate),
    ...parts.events.map((event) => event.trigger),
  ]);
  const count = switches.names.length;
  const smoothInputs = [...inputs, ...switches.names];
  const smoothRates = processes.map((p) => switches.smooth(p.rate));
  const rateTape = compileTape(smoothRates, smoothInputs);
  const actualTape = compileTape(switches.actual, inputs);
  const heldTape = compileTape(switches.held, smoothInputs);
  const sideTape = compileTape(switches.sides.flat(), smoothInputs);
  // only the derivatives that are not identically zero are computed
  const places: number[] = [];
  const derivatives: Expression[] = [];
  smoothRates.forEach((rate, j) => {
    for (const name of symbolsOf(rate)) {
      const i = states.indexOf(name);
      if (i < 0) continue;
      places.push(j * n + i);
      derivatives.push(derive(rate, name));
    }
  });
  const jacobianTape = compileTape(derivatives, smoothInputs);
  const observableTapes = new Map(
    [...parts.observables].map(([name, e]): [string, Tape] => [name, compileTape([e], inputs)]),
  );
  // what an event sets is not conserved, whatever reactions do
  const set = new Set(parts.events.flatMap((event) => event.assignments.map((a) => a.state)));
  const moieties = conservedMoieties(states, [
    ...processes.map((_, j) => states.map((_, i) => stoichiometry[i * m + j]!)),
    ...[...set].map((at) => states.map((_, i) => (i === at ? 1 : 0))),
  ]);

  // oxlint-disable-next-line eslint/max-lines-per-function -- rates, their derivatives and switches over one buffer of values
  const build = (constants: readonly number[]): KineticModel => {
    const values = new Float64Array(smoothInputs.length);
    values.set(constants, n);
    const base = inputs.length;
    const place = values.subarray(base);
    const v = new Float64Array(m);
    const dv = new Float64Array(derivatives.length);
    const one = new Float64Array(1);
    // constants stand behind the states: a longer state would change them for good
    const put = (y: Float64Array): void => {
      if (y.length !== n) requireLength(parts.name, y, n);
      values.set(y);
    };
    /** Puts a state in place, and the switches: at the given values, or as they are at that point. */
    const enter = (t: number, y: Float64Array, held?: Float64Array): void => {
      put(y);
      if (held !== undefined) place.set(held);
      else if (count > 0) actualTape.run(t, values, place);
    };
    const rates = (t: number, y: Float64Array, out: Float64Array, held?: Float64Array): void => {
      enter(t, y, held);
      rateTape.run(t, values, out);
    };
    const rhs = (t: number, y: Float64Array, out: Float64Array, held?: Float64Array): void => {
      rates(t, y, v, held);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < m; j++) {
          const amount = stoichiometry[i * m + j]!;
          if (amount !== 0) sum += amount * v[j]!;
        }
        out[i] = sum;
      }
    };
    const jacobian = (t: number, y: Float64Array, out: Float64Array, held?: Float64Array): void => {
      enter(t, y, held);
      jacobianTape.run(t, values, dv);
      out.fill(0);
      for (let k = 0; k < places.length; k++) {
        const j = Math.floor(places[k]! / n);
        const column = places[k]! % n;
        for (let i = 0; i < n; i++) {
          const amount = stoichiometry[i * m + j]!;
          if (amount !== 0) out[i * n + column]! += amount * dv[k]!;
        }
      }
    };
    const initial = Float64Array.from(parts.initial);
    const switching: Switching = {
      count,
      actual(t, y, out) {
        put(y);
        actualTape.run(t, values, out);
      },
      held(t, y, held, out) {
        enter(t, y, held);
        heldTape.run(t, values, out);
      },
      wandering: switches.sides.length,
      sides(t, y, held, out) {
        enter(t, y, held);
        sideTape.run(t, values, out);
      },
      system: (held) => ({
        states,
        initial,
        rhs: (t, y, out) => rhs(t, y, out, held),
        jacobian: (t, y, out) => jacobian(t, y, out, held),
      }),
    };
    return {
      ...(count === 0 ? {} : { switching }),
      ...(parts.events.length === 0
        ? {}
        : { events: modelEvents(parts.events, inputs, constants) }),
      name: parts.name,
      states,
      initial,
      processes,
      parameters: Object.fromEntries(parts.constants.map(([name], i) => [name, constants[i]!])),
      stoichiometry,
      moieties,
      observables: [...observableTapes.keys()],
      rates: (t, y, out) => rates(t, y, out),
      rhs: (t, y, out) => rhs(t, y, out),
      jacobian: (t, y, out) => jacobian(t, y, out),
      rateJacobian(t, y, out): void {
        enter(t, y);
        jacobianTape.run(t, values, dv);
        out.fill(0);
        for (let k = 0; k < places.length; k++) out[places[k]!] = dv[k]!;
      },
      observe(name, t, y): number {
        const tape = observableTapes.get(name);
        if (tape === undefined) {
          const at = parts.constants.findIndex(([c]) => c === name);
          if (at >= 0) return constants[at]!;
          throw unknown("observe", name, [...observableTapes.keys()]);
        }
        put(y);
        tape.run(t, values, one);
        return one[0]!;
      },
      withParameters(changes): KineticModel {
        const next = [...constants];
        for (const [name, value] of Object.entries(changes)) {
          const at = parts.constants.findIndex(([c]) => c === name);
          if (at < 0)
            throw unknown(
              "withParameters",
              name,
              parts.constants.map(([c]) => c),
            );
          if (typeof value !== "number")
            throw new CoupletError({
              code: "DATA_INVALID",
              where: `withParameters.${name}`,
              expected: "a number",
              received: JSON.stringify(value) ?? typeof value,
            });
          next[at] = value;
        }
        return build(next);
      },
    };
  };
  return build(parts.constants.map(([, value]) => value));
}

function unknown(where: string, name: string, allowed: readonly string[]): CoupletError {
  const near = nearest(name, allowed);
  return new CoupletError({
    code: "DATA_INVALID",
    where,
    expected: `one of ${allowed.join(", ")}`,
    received: `"${name}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  });
}
