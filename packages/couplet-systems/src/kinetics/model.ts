import { CoupletError, nearest } from "couplet/kit";
import { derive } from "./derive.ts";
import { type Expression, symbolsOf } from "../formula/expression.ts";
import { conservedMoieties, type Moiety } from "./moieties.ts";
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
}

/** Compiles the rates, their exact derivatives and the observables of an assembled network. */
export function kineticModel(parts: Parts): KineticModel {
  const { states, processes } = parts;
  const [n, m] = [states.length, processes.length];
  if (n === 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: parts.name,
      expected: "at least one species that a reaction or a rule changes",
      received: "none",
    });
  }
  const stoichiometry = new Float64Array(n * m);
  processes.forEach((p, j) => {
    for (const [name, count] of p.change) stoichiometry[states.indexOf(name) * m + j] = count;
  });

  const inputs = [...states, ...parts.constants.map(([name]) => name)];
  const rateTape = compileTape(
    processes.map((p) => p.rate),
    inputs,
  );
  // only the derivatives that are not identically zero are computed
  const places: number[] = [];
  const derivatives: Expression[] = [];
  processes.forEach((p, j) => {
    for (const name of symbolsOf(p.rate)) {
      const i = states.indexOf(name);
      if (i < 0) continue;
      places.push(j * n + i);
      derivatives.push(derive(p.rate, name));
    }
  });
  const jacobianTape = compileTape(derivatives, inputs);
  const observableTapes = new Map(
    [...parts.observables].map(([name, e]): [string, Tape] => [name, compileTape([e], inputs)]),
  );
  const moieties = conservedMoieties(
    states,
    processes.map((_, j) => states.map((_, i) => stoichiometry[i * m + j])),
  );

  const build = (constants: readonly number[]): KineticModel => {
    const values = new Float64Array(inputs.length);
    values.set(constants, n);
    const v = new Float64Array(m);
    const dv = new Float64Array(derivatives.length);
    const one = new Float64Array(1);
    const rates = (t: number, y: Float64Array, out: Float64Array): void => {
      values.set(y);
      rateTape.run(t, values, out);
    };
    return {
      name: parts.name,
      states,
      initial: Float64Array.from(parts.initial),
      processes,
      parameters: Object.fromEntries(parts.constants.map(([name], i) => [name, constants[i]])),
      stoichiometry,
      moieties,
      observables: [...observableTapes.keys()],
      rates,
      rhs(t, y, out): void {
        rates(t, y, v);
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < m; j++) {
            const count = stoichiometry[i * m + j];
            if (count !== 0) sum += count * v[j];
          }
          out[i] = sum;
        }
      },
      rateJacobian(t, y, out): void {
        values.set(y);
        jacobianTape.run(t, values, dv);
        out.fill(0);
        for (let k = 0; k < places.length; k++) out[places[k]] = dv[k];
      },
      jacobian(t, y, out): void {
        values.set(y);
        jacobianTape.run(t, values, dv);
        out.fill(0);
        for (let k = 0; k < places.length; k++) {
          const j = Math.floor(places[k] / n);
          const column = places[k] % n;
          for (let i = 0; i < n; i++) {
            const count = stoichiometry[i * m + j];
            if (count !== 0) out[i * n + column] += count * dv[k];
          }
        }
      },
      observe(name, t, y): number {
        const tape = observableTapes.get(name);
        if (tape === undefined) {
          const at = parts.constants.findIndex(([c]) => c === name);
          if (at >= 0) return constants[at];
          throw unknown("observe", name, [...observableTapes.keys()]);
        }
        values.set(y);
        tape.run(t, values, one);
        return one[0];
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
