/** Hamiltonian Monte Carlo: many chains side by side, on any density that has a gradient. */
import { throwIfAborted } from "../abort.ts";
import { CoupletError } from "../error.ts";
import { usageError } from "../usage-error.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Rows } from "../flow/model/rows.ts";
import { philoxNormal, philoxUniform } from "../random/philox.ts";
import { checkInteger } from "../check-integer.ts";

/** A density up to a constant, on batches of rows. */
export interface ChainTarget {
  readonly dims: number;
  /** log density of each row, up to a constant (-Infinity or NaN where it is 0), and its gradient, rows x dims. */
  evaluate(
    rows: Float64Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<{ readonly logDensity: Float64Array; readonly gradient: Float64Array }>;
}

/** Options of {@link hamiltonianChains}. */
export interface ChainOptions {
  /** Moves of each chain. Default 100. */
  readonly moves?: number;
  /** Leapfrog steps a move. Default 10. */
  readonly leapfrogs?: number;
  /** Size of a leapfrog step at the start, in units of `scale`; it is adapted to an acceptance of 0.7. Default 0.1. */
  readonly stepSize?: number;
  /** Moves that adapt the step; from there it is fixed, so that the chains keep the density. Default half of the moves. */
  readonly adapt?: number;
  /** Length scale of each variable. Default 1. */
  readonly scale?: number | readonly number[];
  /** Temperature of move m (from 0): the chains see density^(1/T). Default 1. */
  readonly temperatureAt?: (move: number) => number;
  /** Fixes the momenta and the acceptances. Default 0. */
  readonly seed?: number;
  /** Called after each move with all chains, chains x dims: for averages along the way. */
  readonly onMove?: (rows: Float64Array<ArrayBuffer>, move: number) => void;
  readonly signal?: AbortSignal;
}

const chainOptionNames: OptionNames<ChainOptions> = {
  moves: 0,
  leapfrogs: 0,
  stepSize: 0,
  adapt: 0,
  scale: true,
  temperatureAt: "function",
  seed: 0,
  onMove: "function",
  signal: "AbortSignal",
};

/** Where chains end. */
export interface Chains {
  /** The last state of each chain, chains x dims. */
  readonly rows: Float64Array<ArrayBuffer>;
  /** log density of each, up to the target's constant. */
  readonly logDensity: Float64Array;
  /** Share of the moves that were accepted, those of the adaptation apart. */
  readonly acceptance: number;
  /** The step that the adaptation ended with. */
  readonly stepSize: number;
}

/** Acceptance that the step is adapted to: near the best of long trajectories (Beskos et al. 2013: 0.651). */
const WANTED_ACCEPTANCE = 0.7;

/**
 * Hamiltonian chains (Duane et al. 1987; Neal 2011, MCMC using Hamiltonian dynamics, section 3.2) from `start`, one a row, all
 * moved at once: momenta p ~ N(0, 1) in units of 1 / scale, `leapfrogs` steps, accepted with probability min(1, exp(-dH)).
 *
 * @param start chains x dims
 * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, USAGE; DATA_INVALID where the density of a start is 0
 */
export async function hamiltonianChains(
  target: ChainTarget,
  start: Rows,
  options: ChainOptions = {},
): Promise<Chains> {
  checkOptions("hamiltonianChains", options, chainOptionNames);
  const { dims } = target;
  const { moves = 100, leapfrogs = 10, temperatureAt = () => 1, seed = 0, signal } = options;
  const { adapt = Math.floor(moves / 2), onMove } = options;
  checkInteger("hamiltonianChains: moves", moves, 0);
  checkInteger("hamiltonianChains: leapfrogs", leapfrogs, 1);
  checkInteger("hamiltonianChains: seed", seed, 0);
  const { data, rows: chains } = toBatch("hamiltonianChains", start, dims);
  const scale = scalesOf(options.scale ?? 1, dims);
  let stepSize = options.stepSize ?? 0.1;
  if (!(stepSize > 0 && stepSize < Infinity)) throw usage("stepSize", "a number above 0", stepSize);
  let state = Float64Array.from(data);
  let { logDensity, gradient } = await target.evaluate(state, signal);
  const outside = logDensity.findIndex((value) => !Number.isFinite(value));
  if (outside !== -1) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: `hamiltonianChains: start: row ${outside}`,
      expected: "a finite log density",
      received: String(logDensity[outside]),
    });
  }
  let accepted = 0;
  let tried = 0;
  for (let move = 0; move < moves; move++) {
    throwIfAborted(signal);
    const temperature = temperatureAt(move);
    const momentum = state.map((_, i) =>
      philoxNormal({ seed, row: Math.floor(i / dims), stream: i % dims, draw: move }),
    );
    const kinetic = energiesOf(momentum, dims);
    let proposal = state.slice();
    let at = { logDensity, gradient };
    for (let step = 0; step < leapfrogs; step++) {
      const half = 0.5 * stepSize;
      kick(momentum, at.gradient, scale, half / temperature);
      proposal = proposal.map((x, i) => x + stepSize * scale[i % dims]! * momentum[i]!);
      // A trajectory that has left the numbers is rejected below; the others go on.
      for (let i = 0; i < proposal.length; i++)
        if (!Number.isFinite(proposal[i]!)) proposal[i] = state[i]!;
      at = await target.evaluate(proposal, signal);
      kick(momentum, at.gradient, scale, half / temperature);
    }
    const after = energiesOf(momentum, dims);
    let now = 0;
    const next = state.slice();
    const nextLog = logDensity.slice();
    const nextGradient = gradient.slice();
    for (let c = 0; c < chains; c++) {
      const gain = (at.logDensity[c]! - logDensity[c]!) / temperature + kinetic[c]! - after[c]!;
      const u = philoxUniform({ seed, row: c, stream: dims, draw: move });
      if (!(Math.log(u) < gain)) continue;
      now++;
      next.set(proposal.subarray(c * dims, (c + 1) * dims), c * dims);
      nextLog[c] = at.logDensity[c]!;
      nextGradient.set(at.gradient.subarray(c * dims, (c + 1) * dims), c * dims);
    }
    [state, logDensity, gradient] = [next, nextLog, nextGradient];
    onMove?.(state.slice(), move);
    if (move < adapt) {
      stepSize *= Math.exp((now / chains - WANTED_ACCEPTANCE) / Math.sqrt(1 + move / 4));
    } else {
      accepted += now;
      tried += chains;
    }
  }
  return { rows: state, logDensity, acceptance: tried === 0 ? NaN : accepted / tried, stepSize };
}

/** p += size scale gradient; a gradient that is no number leaves the momentum. */
function kick(
  momentum: Float64Array,
  gradient: Float64Array,
  scale: Float64Array,
  size: number,
): void {
  const dims = scale.length;
  for (let i = 0; i < momentum.length; i++) {
    const force = size * scale[i % dims]! * gradient[i]!;
    if (Number.isFinite(force)) momentum[i]! += force;
  }
}

function energiesOf(momentum: Float64Array, dims: number): Float64Array {
  const energies = new Float64Array(momentum.length / dims);
  for (let i = 0; i < momentum.length; i++)
    energies[Math.floor(i / dims)]! += momentum[i]! ** 2 / 2;
  return energies;
}

function scalesOf(scale: number | readonly number[], dims: number): Float64Array {
  const scales = Float64Array.from({ length: dims }, (_, j) =>
    typeof scale === "number" ? scale : (scale[j] ?? NaN),
  );
  const fits = typeof scale === "number" || scale.length === dims;
  if (fits && scales.every((s) => s > 0 && s < Infinity)) return scales;
  throw usage("scale", `a number above 0, or ${dims} of them`, scale);
}

function usage(name: string, expected: string, received: unknown): CoupletError {
  return usageError(
    `hamiltonianChains: ${name}`,
    expected,
    typeof received === "number" ? String(received) : JSON.stringify(received),
  );
}
