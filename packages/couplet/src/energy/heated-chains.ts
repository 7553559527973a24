/** Chains that leave the modes they begin in: heated, and cooled again. */
import type { EnergyCaller } from "./energy.ts";
import { hamiltonianChains } from "./hamiltonian.ts";

/** Chains, moves and leapfrog steps: 200 x 60 x 5 energies. */
const CHAINS = 200;
const MOVES = 60;
const LEAPFROGS = 5;

/** A chain that moved in fewer of its last moves than this is stuck, and tells nothing of the mass where it is. */
const LEAST_MOVED = 0.25;

/** Where chains ended that still moved. */
export interface HeatedEnds {
  /** Chains that were begun. */
  readonly chains: number;
  /** Ends of those that moved in a quarter of their moves at temperature 1 or more, row-major. */
  readonly rows: Float64Array<ArrayBuffer>;
}

/**
 * Ends of chains that begin at draws of the model. The temperature is 1 for a tenth of the moves, rises geometrically to `heat`
 * in the next fifth, stays there, falls likewise, and is 1 for the last fifth, so that the ends are where the target has its
 * mass, in whatever mode they came to. Heat drives chains into narrow places (a funnel's neck) that the common step is too long to
 * move in: they stay however little mass is there, and are left out.
 *
 * @param scale of each column
 * @param rows draws of the model; the first 200 of weight above 0 are begun from
 */
export async function heatedChains(
  scale: readonly number[],
  rows: Float64Array<ArrayBuffer>,
  logWeights: Float64Array,
  {
    caller,
    contextOf,
    heat,
    seed,
    signal,
  }: {
    readonly caller: EnergyCaller;
    readonly contextOf: (n: number) => Float64Array | undefined;
    readonly heat: number;
    readonly seed: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<HeatedEnds> {
  const dims = scale.length;
  const chosen = Array.from(logWeights.keys())
    .filter((r) => Number.isFinite(logWeights[r]!))
    .slice(0, CHAINS);
  if (chosen.length === 0) return { chains: 0, rows: new Float64Array(0) };
  const start = rowsAt(rows, chosen, dims);
  const target = {
    dims,
    async evaluate(points: Float64Array<ArrayBuffer>, stop?: AbortSignal) {
      const { u, grad } = await caller.evaluate(points, contextOf(points.length / dims), stop);
      return { logDensity: u.map((v) => -v), gradient: grad.map((g) => -g) };
    },
  };
  const temperatureAt = (move: number) => {
    const share = move / MOVES;
    const rise = Math.min(1, Math.max(0, (share - 0.1) / 0.2));
    const fall = Math.min(1, Math.max(0, (share - 0.6) / 0.2));
    return heat ** Math.min(rise, 1 - fall);
  };
  const cooled = Math.ceil(0.8 * MOVES);
  const moved = new Float64Array(chosen.length);
  let before = start;
  const { rows: ends } = await hamiltonianChains(target, start, {
    moves: MOVES,
    leapfrogs: LEAPFROGS,
    // The right step changes with the temperature: it is adapted throughout, and no average is taken.
    adapt: MOVES,
    scale,
    temperatureAt,
    seed,
    onMove(states, move) {
      if (move >= cooled)
        for (const c of moved.keys())
          if (states[c * dims] !== before[c * dims]) moved[c]! += 1 / (MOVES - cooled);
      before = states;
    },
    ...(signal === undefined ? {} : { signal }),
  });
  const moving = Array.from(moved.keys()).filter((c) => moved[c]! >= LEAST_MOVED);
  return { chains: chosen.length, rows: rowsAt(ends, moving, dims) };
}

function rowsAt(
  rows: Float64Array<ArrayBuffer>,
  numbers: readonly number[],
  dims: number,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(numbers.length * dims);
  for (const [i, r] of numbers.entries())
    out.set(rows.subarray(r * dims, (r + 1) * dims), i * dims);
  return out;
}
