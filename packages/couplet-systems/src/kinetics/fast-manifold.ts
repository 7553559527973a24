import { CoupletError, tryLuFactor } from "couplet/kit";
import { luFactor } from "../linear-algebra/schur/lu.ts";
import { integrate } from "./integrate.ts";
import type { KineticModel, OdeSystem } from "./model.ts";
import { conservedMoieties } from "./moieties.ts";
import { Echelon, fromNumber, sparseRow } from "./rational.ts";

/** Which part of a model is fast: species that settle at once, or reactions that are always in balance. */
export type FastPart =
  | { readonly species: readonly string[] }
  | { readonly reactions: readonly string[] };

/**
 * The fast part of a model as equations for the whole state x, given slow coordinates s:
 *
 *   B v(x) = 0 (rows `balanced`),   L x = s
 *
 * Fast species: B is the stoichiometric matrix and L picks the slow species, and the sums of fast species
 * that nothing changes. Fast reactions: B has the fast columns only and L is their left null space, the pools.
 */
export interface FastManifold {
  /** Names of the slow coordinates: species, or sums such as `E + ES`. */
  readonly slow: readonly string[];
  /** L, one row per slow coordinate. */
  readonly pools: readonly Float64Array[];
  /** Slow coordinates of a whole state. */
  slowOf(x: ArrayLike<number>): Float64Array;
  /** Solves the fast equations for x near `guess`; `guess` is not changed. */
  solve(t: number, s: Float64Array, guess: Float64Array): Float64Array;
  /** The balance that the fast part alone leads to from a state. */
  settle(t: number, x: Float64Array): Float64Array;
  /** dx/ds at a point of the manifold: states x slow, row-major. */
  tangent(t: number, x: Float64Array): Float64Array;
  /** The Jacobian of the fast motion alone, in coordinates of the fast space: k x k, row-major. */
  fastJacobian(
    t: number,
    x: Float64Array,
  ): { readonly size: number; readonly values: Float64Array };
}

/** Newton iterations before the fast part is followed in time instead. */
const newtonLimit = 50;

/** @throws CoupletError DATA_INVALID for names that the model does not have; NOT_CONVERGED from `solve` */
// oxlint-disable-next-line eslint/max-lines-per-function -- one set of equations, B v = 0 and L x = s, whose solvers share its matrices and buffers
export function fastManifold(model: KineticModel, fast: FastPart): FastManifold {
  const n = model.states.length;
  const m = model.processes.length;
  const N = model.stoichiometry;
  const byName = (names: readonly string[], all: readonly string[], what: string): Set<number> =>
    new Set(
      names.map((name) => {
        const i = all.indexOf(name);
        if (i < 0)
          throw new CoupletError({
            code: "DATA_INVALID",
            where: "fast",
            expected: `${what} out of ${all.join(", ")}`,
            received: `"${name}"`,
          });
        return i;
      }),
    );
  const bySpecies = "species" in fast;
  const fastStates = bySpecies ? byName(fast.species, model.states, "species") : undefined;
  const fastProcesses = bySpecies
    ? undefined
    : byName(
        fast.reactions,
        model.processes.map((p) => p.name),
        "reactions",
      );
  const columns = Array.from({ length: m }, (_, j) => j).filter(
    (j) => fastProcesses?.has(j) ?? true,
  );
  const rows = Array.from({ length: n }, (_, i) => i).filter((i) => fastStates?.has(i) ?? true);

  // rows of B that are independent, and the conserved sums that replace the others
  const candidates = rows.map((i) => columns.map((j) => fromNumber(N[i * m + j]!)));
  const echelon = new Echelon();
  columns.forEach((_, c) => echelon.add(sparseRow(candidates.map((row) => row[c]!))));
  const balanced = echelon.reduced().map(({ pivot }) => rows[pivot]!);
  const moieties = conservedMoieties(
    rows.map((i) => model.states[i]!),
    columns.map((j) => rows.map((i) => N[i * m + j]!)),
  );
  const slow: string[] = [];
  const pools: Float64Array[] = [];
  const addPool = (label: string, weights: Readonly<Record<string, number>>): void => {
    slow.push(label);
    pools.push(Float64Array.from(model.states, (name) => weights[name] ?? 0));
  };
  if (fastStates !== undefined)
    model.states.forEach((name, i) => fastStates.has(i) || addPool(name, { [name]: 1 }));
  for (const moiety of moieties) addPool(moiety.label, moiety.weights);
  if (balanced.length === 0 || (slow.length === 0 && bySpecies)) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "fast",
      expected: "a fast part and a slow part",
      received: slow.length === 0 ? "a model that is fast as a whole" : "nothing fast",
    });
  }

  const k = balanced.length;
  const v = new Float64Array(m);
  const dv = new Float64Array(m * n);
  const balance = (t: number, x: Float64Array, of: readonly number[], out: Float64Array): void => {
    model.rates(t, x, v);
    of.forEach((i, r) => {
      out[r] = 0;
      for (const j of columns) out[r] += N[i * m + j]! * v[j]!;
    });
  };
  /** [d(B v)/dx; L], n x n. */
  const system = (t: number, x: Float64Array): Float64Array => {
    model.rateJacobian(t, x, dv);
    const a = new Float64Array(n * n);
    balanced.forEach((i, r) => {
      for (const j of columns) {
        const count = N[i! * m + j]!;
        if (count !== 0) for (let c = 0; c < n; c++) a[r * n + c]! += count * dv[j * n + c]!;
      }
    });
    pools.forEach((row, r) => a.set(row, (k + r) * n));
    return a;
  };
  const residual = (t: number, x: Float64Array, s: Float64Array): Float64Array => {
    const r = new Float64Array(n);
    balance(t, x, balanced, r);
    pools.forEach((row, p) => {
      r[k + p] = row.reduce((sum, w, i) => sum + w * x[i]!, 0) - s[p]!;
    });
    return r;
  };
  const newton = (t: number, s: Float64Array, guess: Float64Array): Float64Array | undefined => {
    let x = Float64Array.from(guess);
    let r = residual(t, x, s);
    for (let iteration = 0; iteration < newtonLimit; iteration++) {
      const lu = tryLuFactor({ size: n, re: system(t, x) });
      if (lu === undefined) return undefined;
      const step = lu.solve(r.map((value) => -value));
      if (!step.every(Number.isFinite)) return undefined;
      // stay positive: go at most 90 % of the way to where a positive species would vanish
      let factor = 1;
      for (let i = 0; i < n; i++)
        if (x[i]! > 0 && x[i]! + step[i]! < 0) factor = Math.min(factor, (-0.9 * x[i]!) / step[i]!);
      const next = x.map((value, i) => value + factor * step[i]!);
      const done =
        factor === 1 &&
        step.every((d, i) => Math.abs(d) <= 4 * Number.EPSILON * Math.abs(x[i]!) + 1e-300);
      const previous = x;
      x = next;
      r = residual(t, x, s);
      if (!r.every(Number.isFinite)) return undefined;
      // quadratic convergence: a relative step of 1e-9 leaves an error of about 1e-18
      if (
        done ||
        (factor === 1 &&
          step.every((d, i) => Math.abs(d) <= 1e-9 * Math.abs(previous[i]!) + 1e-300))
      )
        return x;
    }
    return undefined;
  };
  /** The fast part alone, at a fixed time. */
  const motion = (t: number): OdeSystem => {
    const moving = fastStates === undefined ? Array.from({ length: n }, (_, i) => i) : rows;
    const out = new Float64Array(moving.length);
    return {
      states: model.states,
      initial: model.initial,
      rhs: (_t, y, f) => {
        f.fill(0);
        balance(t, y, moving, out);
        moving.forEach((i, r) => {
          f[i] = out[r]!;
        });
      },
      jacobian: (_t, y, j) => {
        model.rateJacobian(t, y, dv);
        j.fill(0);
        for (const i of moving)
          for (const c of columns) {
            const count = N[i * m + c]!;
            if (count !== 0) for (let q = 0; q < n; q++) j[i * n + q]! += count * dv[c * n + q]!;
          }
      },
    };
  };
  const follow = (t: number, x0: Float64Array): Float64Array => {
    let x = x0;
    const size = Math.max(...x0.map(Math.abs));
    for (let horizon = 1e-3; horizon <= 1e9; horizon *= 100) {
      x = integrate(motion(t), { initial: x, until: horizon, relativeTolerance: 1e-6 }).end;
      const found = newton(t, slowOf(x), x);
      // another root than the one that the motion leads to is no answer
      if (
        found?.every(
          (value, i) => Math.abs(value - x[i]!) <= 0.05 * (Math.abs(x[i]!) + 1e-3 * size),
        )
      )
        return found;
    }
    throw new CoupletError({
      code: "NOT_CONVERGED",
      where: "fast part",
      expected: "to settle at fixed slow variables",
      received: "a fast part that still moves",
      hint: "It may oscillate, grow, or be no fast part of this model.",
    });
  };
  const slowOf = (x: ArrayLike<number>): Float64Array =>
    Float64Array.from(pools, (row) => row.reduce((sum, w, i) => sum + w * x[i]!, 0));

  return {
    slow,
    pools,
    slowOf,
    solve: (t, s, guess) => newton(t, s, guess) ?? follow(t, onPools(s, guess, pools)),
    settle: follow,
    tangent(t, x): Float64Array {
      const lu = luFactor(
        { kind: "dense", rows: n, cols: n, values: system(t, x) },
        "fast part: [d(B v)/dx; L]",
      );
      const p = pools.length;
      const out = new Float64Array(n * p);
      for (let c = 0; c < p; c++) {
        const e = new Float64Array(n);
        e[k + c] = 1;
        const column = lu.solve(e);
        for (let i = 0; i < n; i++) out[i * p + c] = column[i]!;
      }
      return out;
    },
    fastJacobian(t, x) {
      // motion z = B_balanced v along x = x0 + U z with L U = 0: columns of U from the bordered inverse
      const a = system(t, x);
      const selector = a.slice();
      balanced.forEach((i, r) => {
        selector.fill(0, r * n, (r + 1) * n);
        selector[r * n + i!] = 1;
      });
      const lu = luFactor(
        { kind: "dense", rows: n, cols: n, values: selector },
        "fast part: pools",
      );
      const values = new Float64Array(k * k);
      for (let c = 0; c < k; c++) {
        const e = new Float64Array(n);
        e[c] = 1;
        const u = lu.solve(e);
        for (let r = 0; r < k; r++) {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += a[r * n + i]! * u[i]!;
          values[r * k + c] = sum;
        }
      }
      return { size: k, values };
    },
  };
}

/** Moves a guess to the given slow coordinates along the pools (smallest change). */
function onPools(
  s: Float64Array,
  guess: Float64Array,
  pools: readonly Float64Array[],
): Float64Array {
  const p = pools.length;
  const gram = new Float64Array(p * p);
  const missing = Float64Array.from(
    pools,
    (row, a) => s[a]! - row.reduce((sum, w, i) => sum + w * guess[i]!, 0),
  );
  for (let a = 0; a < p; a++)
    for (let b = 0; b < p; b++)
      gram[a * p + b] = pools[a]!.reduce((sum, w, i) => sum + w * pools[b]![i]!, 0);
  const along = luFactor({ kind: "dense", rows: p, cols: p, values: gram }, "pools").solve(missing);
  return guess.map(
    (value, i) => value + pools.reduce((sum, row, a) => sum + row[i]! * along[a]!, 0),
  );
}
