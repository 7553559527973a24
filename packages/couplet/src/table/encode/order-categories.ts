import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import type { ModelledColumnSchema } from "../schema/schema.ts";
import { isCategorical } from "../schema/schema.ts";

const MOST_ROWS = 5000;
const BINS = 6;
const SWEEPS = 30;

/**
 * The order in which a category's values lie on its latent axis. Values that keep the same company lie side by side: their
 * scores on the first axis of a multiple correspondence analysis of the whole table, by reciprocal averaging (Hill 1973).
 * Numbers enter by sixths. An ordered column keeps its declared order, with missing cells below. In pieces.
 *
 * @param codes one array per column of `schemas`; categories as indices, NaN for missing
 * @returns per column the order of its value indices (`values.length` is a missing cell); empty for numbers
 */
export function* orderCategories(
  schemas: readonly ModelledColumnSchema[],
  codes: readonly Float64Array[],
): InPieces<number[][]> {
  const rows = codes[0]?.length ?? 0;
  const stride = Math.max(1, Math.ceil(rows / MOST_ROWS));
  const picked = Array.from({ length: Math.ceil(rows / stride) }, (_, i) => i * stride);
  const groups: Groups[] = [];
  for (const [j, schema] of schemas.entries()) {
    groups.push(groupsOf(schema, codes[j]!, picked));
    yield;
  }
  const scores = yield* reciprocalAverages(groups, picked.length);
  return schemas.map((schema, j) => {
    if (!isCategorical(schema)) return [];
    const missing = schema.values.length;
    const indices = schema.values.map((_, i) => i);
    const all = schema.missing === true ? [...indices, missing] : indices;
    if (schema.type === "ordered") return schema.missing === true ? [missing, ...indices] : indices;
    const score = scores[j]!;
    return all.sort((a, b) => score[a]! - score[b]! || a - b);
  });
}

interface Groups {
  readonly of: Int32Array;
  readonly count: number;
}

function groupsOf(
  schema: ModelledColumnSchema,
  codes: Float64Array,
  picked: readonly number[],
): Groups {
  if (isCategorical(schema)) {
    const missing = schema.values.length;
    return {
      of: Int32Array.from(picked, (i) => (Number.isNaN(codes[i]!) ? missing : codes[i]!)),
      count: missing + 1,
    };
  }
  const sorted = Float64Array.from(picked, (i) => codes[i]!)
    .filter((v) => !Number.isNaN(v))
    .sort();
  const cuts = Array.from(
    { length: BINS - 1 },
    (_, b) => sorted[Math.floor(((b + 1) * sorted.length) / BINS)]!,
  );
  return {
    of: Int32Array.from(picked, (i) => (Number.isNaN(codes[i]!) ? BINS : sixthOf(codes[i]!, cuts))),
    count: BINS + 1,
  };
}

/** How many of the ascending cuts are not above a code. */
function sixthOf(code: number, cuts: readonly number[]): number {
  let group = 0;
  while (group < cuts.length && code >= cuts[group]!) group++;
  return group;
}

function* reciprocalAverages(groups: readonly Groups[], rows: number): InPieces<Float64Array[]> {
  const counts = groups.map(({ of, count }) => {
    const n = new Float64Array(count);
    for (const g of of) n[g]!++;
    return n;
  });
  // A fixed start that no table is orthogonal to in practice: an irrational rotation.
  let row = Float64Array.from({ length: rows }, (_, i) => ((i * 0.6180339887498949) % 1) - 0.5);
  let scores: Float64Array[] = [];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    scores = groups.map(({ of, count }, j) => {
      const sum = new Float64Array(count);
      for (let i = 0; i < rows; i++) sum[of[i]!]! += row[i]!;
      return sum.map((s, g) => (counts[j]![g]! > 0 ? s / counts[j]![g]! : 0));
    });
    const next = new Float64Array(rows);
    groups.forEach(({ of }, j) => {
      for (let i = 0; i < rows; i++) next[i]! += scores[j]![of[i]!]!;
    });
    row = standardised(next);
    yield;
  }
  return scores;
}

function standardised(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const n = values.length;
  let mean = 0;
  for (const v of values) mean += v / n;
  let square = 0;
  for (const v of values) square += (v - mean) ** 2 / n;
  const deviation = Math.sqrt(square) || 1;
  return values.map((v) => (v - mean) / deviation);
}
