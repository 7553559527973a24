/** Rows completed by a proposal and weighed by the joint model. */
import { type CellNoise, cellNoise } from "../../table/encode/cell-noise.ts";
import { type GivenCells, completeRows } from "../../table/encode/complete-rows.ts";
import type { LatentRows } from "../../table/encode/decode-columns.ts";
import type { ReadableColumns } from "../../table/encode/readable-columns.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { equationsOf } from "./equations.ts";
import { type GivenRows, closeGap } from "./given-rows.ts";
import { type Proposal, drawProposals } from "./proposal.ts";

/** Completed rows. */
export interface ProposedRows {
  readonly z: Float64Array;
  /** Per modelled column: codes. */
  readonly codes: readonly Float64Array[];
  /** log of the weights: log p(row) - log q(unknown cells | given ones); their mean estimates the probability of the given cells. */
  readonly log: Float64Array;
}

/**
 * Completes rows: each from the proposal q(. | given cells), with the weight
 *
 *     w = p(z) N(noise) / q(y | mask, z_O),
 *
 * in which the joint model p has the last word: draws by weight are draws of p(unknown | given), and the mean weight is p(given), whatever q is. A
 * poor q shows in uneven weights.
 *
 * Where an equation between columns has its result given and several terms unknown, the last term is computed from the others.
 *
 * @param given rows with gaps, as many copies of each as are wanted; not changed
 */
export async function proposeRows(
  { flow, codec }: { readonly flow: FlowModel; readonly codec: TableCodec },
  proposal: Proposal,
  given: GivenRows,
  options: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<ProposedRows> {
  const { seed } = options;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const { readable, dims } = codec;
  const count = given.codes[0]!.length;
  const noise = cellNoise(seed, 0);
  // Where relations tie a given cell to unknown ones, their medians stand in: a proposal may be inexact.
  const guess = { z: new Float64Array(count * dims), rows: count, dims };
  completeRows(readable, guess, cellsOf(given), noise);
  const { groups } = proposal;
  const width = groups.length + dims;
  const context = new Float64Array(count * width);
  for (const [g, { index }] of readable.placed.entries()) {
    const known = given.known[index]!;
    for (let row = 0; row < count; row++) {
      if (known[row] === 0) continue;
      context[row * width + g] = 1;
      for (const d of groups[g]!)
        context[row * width + groups.length + d] = guess.z[row * dims + d]!;
    }
  }
  const { y, logProb } = await drawProposals(proposal, context, {
    rows: count,
    seed,
    signal: options.signal,
  });
  const z = Float64Array.from(y);
  const latent = { z, rows: count, dims };
  const all = withPivots(given, readable, latent, noise);
  const { codes, correction } = completeRows(readable, latent, cellsOf(all), noise);
  const log = logProb.map((value, row) => correction[row]! - value);
  // Coordinates that the given cells have overwritten were noise.
  for (const [g, { index }] of readable.placed.entries())
    for (let row = 0; row < count; row++)
      if (all.known[index]![row] === 1)
        for (const d of groups[g]!) log[row]! += logNormalDensity(y[row * dims + d]!);
  const density = await flow.logProb(z, signal);
  for (let row = 0; row < count; row++) {
    const value = log[row]! + density[row]!;
    log[row] = Number.isNaN(value) || value === Infinity ? -Infinity : value;
  }
  return { z, codes, log };
}

/** The given cells, and in each row one more of each equation that has several unknown: computed from the others as they were proposed. */
function withPivots(
  given: GivenRows,
  readable: ReadableColumns,
  latent: LatentRows,
  noise: CellNoise,
): GivenRows {
  const { order } = readable.plan;
  const open = equationsOf(readable).flatMap((equation) => {
    const rows: number[] = [];
    for (let row = 0; row < latent.rows; row++) {
      const gaps = equation.columns.filter((column) => given.known[column]![row] === 0);
      if (gaps.length > 1 && given.known[equation.result]![row] === 1) rows.push(row);
    }
    return rows.length === 0 ? [] : [{ equation, rows }];
  });
  if (open.length === 0) return given;
  const { codes: proposed } = completeRows(
    readable,
    { ...latent, z: latent.z.slice() },
    cellsOf(given),
    noise,
  );
  const known = given.known.map((own) => own.slice());
  const codes = proposed.map((own) => own.slice());
  for (const { equation, rows } of open)
    for (const row of rows) closeGap(equation, { codes, known }, row, Infinity, order);
  return { codes, known };
}

function cellsOf({ codes, known }: GivenRows): ReadonlyMap<number, GivenCells> {
  return new Map(
    codes.map((own, index) => [
      index,
      { codes: own, isGiven: (row: number) => known[index]![row] === 1 },
    ]),
  );
}
