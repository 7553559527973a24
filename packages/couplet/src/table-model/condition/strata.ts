/** How likely a guessed row is to meet conditions, by its distance from them. */
import type { ConditionedFlow } from "./conditioned-flow.ts";
import { rowsOf } from "./resample.ts";
import type { Screen } from "./screen.ts";

/** Strata of guessed rows: the first are those that meet the conditions, the others are farther and farther off. */
export interface Strata {
  /** The largest distance in each stratum but the last. */
  readonly edges: Float64Array;
  /** Per stratum: the share of its rows that goes through the flow. */
  readonly share: Float64Array;
  /** Rows that meet the conditions, for each guess. */
  readonly rate: number;
  /** Passes through the flow for each independent draw. */
  readonly cost: number;
  /** About the conditions' probability. */
  readonly probability: number;
}

/** Guesses that strata are made of, and those of them that go through the flow. */
const GUESSED = 16_384;
const TRIED = 2048;
/** The seed of both: no row of a draw depends on them. */
const SEED = 0x57a7a;
/** Strata halve in size towards the conditions so many times. */
const HALVINGS = 11;
/** A guess in passes through the flow. */
const GUESS_COST = 0.1;
/** Rows that met the conditions, below which nothing is known. */
const FEW = 6;

/** The strata of the conditions that were asked last. */
const kept = new WeakMap<
  Screen,
  { readonly key: string; readonly strata: Promise<Strata | undefined> }
>();

/** The strata of a flow's conditions; `undefined` where hardly a row meets them. The same in every call. */
export function strataOf(flow: ConditionedFlow, screen: Screen): Promise<Strata | undefined> {
  const key = flow.conditions.map(({ text }) => text).join("\n");
  const last = kept.get(screen);
  if (last?.key === key) return last.strata;
  const strata = measured(flow, screen);
  kept.set(screen, { key, strata });
  // One that failed or was aborted is no answer for the next call.
  strata.catch(() => kept.delete(screen));
  return strata;
}

/** The stratum of a distance. */
export function stratumOf({ edges }: Pick<Strata, "edges">, distance: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (distance <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

async function measured(flow: ConditionedFlow, screen: Screen): Promise<Strata | undefined> {
  const { u, off } = await flow.guess(screen, GUESSED, SEED, 0);
  const edges = edgesOf(off);
  const count = edges.length + 1;
  const sizes = new Float64Array(count);
  const chosen: number[] = [];
  for (const [row, distance] of off.entries()) {
    const stratum = stratumOf({ edges }, distance);
    if (sizes[stratum]! < TRIED / count) chosen.push(row);
    sizes[stratum]!++;
  }
  const { z } = await flow.fromBase(rowsOf(u, Int32Array.from(chosen), flow.codec.dims));
  const { all } = flow.distances(z);
  const [met, tried] = [new Float64Array(count), new Float64Array(count)];
  for (const [k, row] of chosen.entries()) {
    const stratum = stratumOf({ edges }, off[row]!);
    tried[stratum]!++;
    met[stratum]! += Number(all[k] === 0);
  }
  if (met.reduce((sum, own) => sum + own, 0) < FEW) return undefined;
  const chances = falling(met, tried);
  // Of all shares those that make weighted draws cheapest are as the roots of the chances.
  const most = Math.sqrt(chances[0]!);
  const share = chances.map((chance) => Math.sqrt(chance) / most);
  let [rate, passes, probability, uneven] = [0, 0, 0, 0];
  for (let k = 0; k < count; k++) {
    const part = sizes[k]! / GUESSED;
    rate += part * share[k]! * chances[k]!;
    passes += part * share[k]!;
    probability += part * chances[k]!;
    uneven += (part * chances[k]!) / share[k]!;
  }
  return {
    edges,
    share,
    rate,
    probability,
    cost: ((GUESS_COST + passes) * uneven) / probability ** 2,
  };
}

/** Quantiles of the distances that are not 0, closer and closer to the conditions. */
function edgesOf(off: Float64Array): Float64Array {
  const sorted = off.filter((distance) => distance > 0).sort();
  const edges = [0];
  for (let k = HALVINGS; k > 0; k--)
    for (const times of [1, 1.5]) {
      const edge = sorted[Math.floor((times * sorted.length) / 2 ** k)];
      if (edge !== undefined && edge > edges[edges.length - 1]!) edges.push(edge);
    }
  return Float64Array.from(edges);
}

/** Chances that do not rise with the distance (isotonic regression: neighbours that would are pooled), none of them 0. */
function falling(met: Float64Array, tried: Float64Array): Float64Array {
  const pools: { met: number; tried: number; count: number }[] = [];
  for (const [k, own] of met.entries()) {
    let pool = { met: own, tried: tried[k]!, count: 1 };
    for (;;) {
      const before = pools[pools.length - 1];
      if (before === undefined || pool.met * before.tried < before.met * pool.tried) break;
      pools.pop();
      pool = {
        met: before.met + pool.met,
        tried: before.tried + pool.tried,
        count: before.count + pool.count,
      };
    }
    pools.push(pool);
  }
  return Float64Array.from(
    pools.flatMap((pool) => {
      const chance = (pool.met + 0.3) / (pool.tried + 1);
      return Array.from({ length: pool.count }, () => chance);
    }),
  );
}
