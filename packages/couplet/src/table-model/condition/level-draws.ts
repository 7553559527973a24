/** Rows of a joint model moved step by step until they meet conditions: rare ones, and values that have only a density. */
import { logMean } from "../../statistics/log-sum-exp.ts";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { type ConditionalDraws, notMet } from "./condition-report.ts";
import type { ConditionedFlow, Distances } from "./conditioned-flow.ts";
import { exchangeWeights } from "./exchange-weights.ts";
import { byWeight, drawAgain, effectiveOf, rowsOf } from "./resample.ts";

/** Rows that are moved together. */
const LEAST_ROWS = 1024;
const MOST_ROWS = 8192;
/** Levels after which conditions count as impossible: each keeps about half of the rows. */
const MOST_LEVELS = 100;
/** Steps of a level: at least so many, and until the mean row has moved once. */
const LEAST_STEPS = 4;
const MOST_STEPS = 24;
/** Share of the rows that the last level has to keep, and the share that its weights have to be worth. */
const ENOUGH = 0.3;
/** Within so many deviations a value of a continuous column is as good as met: no density of a flow changes much over it. */
const NEAR = 0.01;
/** What counts as near to such a value in `expectedRows`. */
const AROUND = 0.5;

/** Rows under way. */
interface Particles {
  u: Float64Array;
  z: Float64Array;
  distances: Distances;
  /** log of the base's density of `u`, where it is no standard normal. */
  baseLog: Float64Array | undefined;
  /** Equal for rows that are copies of each other. */
  ids: Float64Array;
}

/**
 * Subset simulation (Au & Beck 2001) in the base of the flow. Level by level the largest distance from the conditions that a row may have
 * falls to the median of those left; survivors are drawn again in place of the others and moved by steps that leave the base
 * invariant (Neal 1999; Cotter et al. 2013),
 *
 *     u' = sqrt(1 - beta^2) u + beta xi,   xi ~ N(0, I),
 *
 * which are taken where the row stays within the level, adding the ratio of densities where the base is no normal. The probability of the conditions is the product of the levels' shares. Values of
 * continuous columns, of probability 0, are put in at the end: {@link exchangeWeights}.
 *
 * @throws CoupletError NOT_CONVERGED when levels do not reach the conditions
 */
export async function levelDraws(
  flow: ConditionedFlow,
  first: { readonly z: Float64Array; readonly distances: Distances },
  count: number,
  seed: number,
): Promise<ConditionalDraws> {
  const { dims } = flow.codec;
  const exact = flow.conditions.filter(({ isExact }) => isExact).length;
  const size = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, exact > 0 ? 4 * count : count));
  const walk = { seed, step: 0.5, draws: 0, evaluated: first.distances.all.length };
  let particles: Particles = {
    u: new Float64Array(0),
    z: first.z,
    distances: first.distances,
    baseLog: undefined,
    ids: Float64Array.from(first.distances.all, (_, i) => i),
  };
  let [level, logShare, variance, around] = [Infinity, 0, 0, NaN];
  for (let round = 0; round < MOST_LEVELS; round++) {
    const { all } = particles.distances;
    const lower = levelOf(all, level);
    const survivors = within(all, lower);
    if (lower >= level || survivors.length === 0) throw notMet(lower);
    if (Number.isNaN(around) && lower <= AROUND)
      around = Math.exp(logShare) * (within(all, AROUND).length / all.length);
    level = lower;
    logShare += Math.log(survivors.length / all.length);
    variance += (1 - survivors.length / all.length) / survivors.length;
    particles = pick(particles, drawAgain(survivors, size, seed, round), dims);
    if (particles.u.length === 0) {
      particles.u = await flow.toBase(particles.z);
      if (!flow.isNormal) particles.baseLog = await baseLogOf(flow, particles.z, particles.u);
    }
    await wander(flow, particles, level, walk);
    const met = within(particles.distances.events, 0);
    if (met.length < ENOUGH * size) continue;
    const rows = pick(particles, met, dims);
    const { z, log } =
      exact === 0
        ? { z: rows.z, log: new Float64Array(met.length) }
        : await exchangeWeights(flow, rows.z);
    if (exact > 0) walk.evaluated += 2 * met.length;
    if (exact > 0 && level > NEAR && effectiveOf(log) < ENOUGH * size) continue;
    const weights = log.map((value) => value - exact * Math.log(2 * level));
    const logProbability =
      logShare + Math.log(met.length / size) + logMean(exact > 0 ? weights : log);
    const worth = effectiveOf(log, rows.ids);
    return {
      z: rowsOf(z, byWeight(log, count, seed), dims),
      share: exact > 0 ? around : Math.exp(logProbability),
      report: {
        method: "levels",
        evaluated: walk.evaluated,
        effective: Math.min(count, worth),
        logProbability,
        standardError: Math.sqrt(variance + Math.max(0, 1 / worth - 1 / size)),
      },
    };
  }
  throw notMet(level);
}

/** Where the steps of all rows are: their size, and the numbers of the next ones. */
interface Walk {
  readonly seed: number;
  step: number;
  draws: number;
  evaluated: number;
}

/** Moves the rows within a level until the mean row has moved once. */
async function wander(
  flow: ConditionedFlow,
  particles: Particles,
  level: number,
  walk: Walk,
): Promise<void> {
  let moved = 0;
  for (let k = 0; k < MOST_STEPS && (k < LEAST_STEPS || moved < 1); k++) {
    const taken = await move(flow, particles, level, walk);
    walk.draws++;
    walk.evaluated += particles.ids.length;
    moved += taken;
    walk.step = Math.min(1, Math.max(0.01, walk.step * Math.exp(taken - 0.25)));
  }
}

/** The next level: the median distance; where half of the rows or more are equally far and none further, the largest below. */
function levelOf(distances: Float64Array, level: number): number {
  const sorted = distances.slice().sort();
  const median = sorted[sorted.length >> 1]!;
  const most = sorted[sorted.length - 1]!;
  if (median < level && median < most) return median;
  let best = -Infinity;
  for (const off of sorted) if (off < Math.min(level, most)) best = Math.max(best, off);
  return best === -Infinity ? Math.min(level, most) : best;
}

function within(distances: Float64Array, level: number): Int32Array {
  const rows: number[] = [];
  for (const [row, off] of distances.entries()) if (off <= level) rows.push(row);
  return Int32Array.from(rows);
}

function pick(particles: Particles, rows: Int32Array, dims: number): Particles {
  const take = (from: Float64Array): Float64Array =>
    from.length === 0 ? from : rowsOf(from, rows, dims);
  const one = (from: Float64Array): Float64Array => Float64Array.from(rows, (row) => from[row]!);
  const { all, events } = particles.distances;
  return {
    u: take(particles.u),
    z: take(particles.z),
    distances: { all: one(all), events: one(events) },
    baseLog: particles.baseLog && one(particles.baseLog),
    ids: one(particles.ids),
  };
}

/** One step of every row; gives the share of those that it took. */
async function move(
  flow: ConditionedFlow,
  particles: Particles,
  level: number,
  { seed, step, draws: draw, evaluated: fresh }: Walk,
): Promise<number> {
  const { dims } = flow.codec;
  const keep = Math.sqrt(1 - step * step);
  const proposed = particles.u.map(
    (value, i) =>
      keep * value +
      step *
        philoxNormal({ seed, row: Math.floor(i / dims), stream: 0x41000000 + (i % dims), draw }),
  );
  const { z } = await flow.fromBase(proposed);
  const distances = flow.distances(z);
  const baseLog = flow.isNormal ? undefined : await baseLogOf(flow, z, proposed);
  let taken = 0;
  for (const [row, off] of distances.all.entries()) {
    // Two distances of a level may differ by what the flow's single precision makes of the same row.
    if (!(off <= level)) continue;
    const [from, to] = [row * dims, (row + 1) * dims];
    if (baseLog !== undefined) {
      const gain =
        baseLog[row]! -
        normalLog(proposed.subarray(from, to)) -
        particles.baseLog![row]! +
        normalLog(particles.u.subarray(from, to));
      if (Math.log(philoxUniform({ seed, row, stream: 0x40000003, draw })) >= gain) continue;
      particles.baseLog![row] = baseLog[row]!;
    }
    particles.u.set(proposed.subarray(from, to), from);
    particles.z.set(z.subarray(from, to), from);
    particles.distances.all[row] = off;
    particles.distances.events[row] = distances.events[row]!;
    particles.ids[row] = fresh + row;
    taken++;
  }
  return taken / particles.ids.length;
}

/** log of a standard normal's density without its constant. */
function normalLog(u: Float64Array): number {
  return -0.5 * u.reduce((sum, value) => sum + value * value, 0);
}

/** log of the base's density: the model's less the volume that the flow adds. */
async function baseLogOf(
  flow: ConditionedFlow,
  z: Float64Array,
  u: Float64Array,
): Promise<Float64Array> {
  const [logProb, { logDet }] = await Promise.all([flow.logProb(z), flow.fromBase(u)]);
  return logProb.map((value, i) => value - logDet[i]!);
}
