/**
 * Gradient-boosted trees on histograms: the classifier behind the two-sample test and the utility score. Second-order boosting with
 * shrinkage (Friedman 2001; Chen & Guestrin 2016); at most 64 bins a column, missing cells in a bin of their own.
 */
import type { OptionNames } from "../options.ts";
import type { InPieces } from "../threads/yield-to-event-loop.ts";

/** Size and regularisation of boosted trees. */
export interface BoostedTreesOptions {
  /** Rounds; one tree per class and round (one tree for two classes). Default 60. */
  readonly rounds?: number;
  readonly depth?: number;
  readonly learningRate?: number;
  /** Least sum of second derivatives in a leaf. Default 5. */
  readonly leastLeaf?: number;
  /** L2 penalty on leaf values. Default 1. */
  readonly penalty?: number;
}

export const treeOptionNames: OptionNames<BoostedTreesOptions> = {
  rounds: 0,
  depth: 0,
  learningRate: 0,
  leastLeaf: 0,
  penalty: 0,
};

/** A fitted classifier. */
export interface BoostedTrees {
  /** Class scores per row (softmax gives probabilities): rows x classes; for two classes the second is the log-odds, the first 0. */
  scores(columns: readonly Float64Array[]): Float64Array;
  /** The most probable class per row. */
  predict(columns: readonly Float64Array[]): Int32Array;
}

const BINS = 64;
const MISSING = BINS;

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
}
/** A complete binary tree: node i has the children 2i + 1 and 2i + 2. */
interface Tree {
  readonly splits: (Split | undefined)[];
  readonly values: Float64Array;
}

/**
 * Fits a classifier, in pieces.
 *
 * @param columns one array per column, NaN for missing; categories as codes
 * @param labels  class per row, 0 to classes - 1
 */
export function* boostedTreesInPieces(
  columns: readonly Float64Array[],
  labels: Int32Array,
  classes: number,
  options: BoostedTreesOptions = {},
): InPieces<BoostedTrees> {
  const { rounds = 60, depth = 4, learningRate = 0.2, leastLeaf = 5, penalty = 1 } = options;
  const rows = labels.length;
  const cuts: Float64Array[] = [];
  const binned: Uint8Array[] = [];
  for (const column of columns) {
    const own = quantileCuts(column);
    cuts.push(own);
    binned.push(bin(column, own));
    yield;
  }
  const outputs = classes === 2 ? 1 : classes;
  const score = new Float64Array(rows * outputs);
  const start = startingScores(labels, classes, outputs);
  for (let i = 0; i < rows; i++) score.set(start, i * outputs);
  const gradient = new Float64Array(rows);
  const hessian = new Float64Array(rows);
  const forest: Tree[][] = [];
  for (let round = 0; round < rounds; round++) {
    const probability = probabilities(score, rows, outputs);
    const trees: Tree[] = [];
    for (let k = 0; k < outputs; k++) {
      const positive = outputs === 1 ? 1 : k;
      for (let i = 0; i < rows; i++) {
        const p = probability[i * outputs + k]!;
        gradient[i] = p - (labels[i] === positive ? 1 : 0);
        hessian[i] = Math.max(p * (1 - p), 1e-6);
      }
      const grown = growTree(binned, gradient, hessian, depth, leastLeaf, penalty);
      const { tree, leafOf } = yield* grown;
      for (let i = 0; i < rows; i++)
        score[i * outputs + k]! += learningRate * tree.values[leafOf[i]!]!;
      trees.push(tree);
    }
    forest.push(trees);
  }
  const rawScores = (input: readonly Float64Array[]): Float64Array => {
    const n = input[0]!.length;
    const bins = input.map((column, j) => bin(column, cuts[j]!));
    const out = new Float64Array(n * outputs);
    for (let i = 0; i < n; i++) {
      out.set(start, i * outputs);
      for (const round of forest)
        round.forEach(
          (tree, k) => (out[i * outputs + k]! += learningRate * tree.values[leaf(tree, bins, i)]!),
        );
    }
    return out;
  };
  return {
    scores(input) {
      const raw = rawScores(input);
      if (outputs > 1) return raw;
      const both = new Float64Array(raw.length * 2);
      raw.forEach((v, i) => (both[2 * i + 1] = v));
      return both;
    },
    predict(input) {
      const raw = rawScores(input);
      const n = input[0]!.length;
      return Int32Array.from({ length: n }, (_, i) => {
        if (outputs === 1) return raw[i]! > 0 ? 1 : 0;
        let best = 0;
        for (let k = 1; k < outputs; k++)
          if (raw[i * outputs + k]! > raw[i * outputs + best]!) best = k;
        return best;
      });
    },
  };
}

/** Log-odds (or logarithms) of the class shares. */
function startingScores(labels: Int32Array, classes: number, outputs: number): Float64Array {
  const counts = new Float64Array(classes).fill(0.5);
  for (const label of labels) counts[label]!++;
  if (outputs === 1) return Float64Array.of(Math.log(counts[1]! / counts[0]!));
  return counts.map((count) => Math.log(count / labels.length));
}

function probabilities(score: Float64Array, rows: number, outputs: number): Float64Array {
  if (outputs === 1) return score.map((s) => 1 / (1 + Math.exp(-s)));
  const out = new Float64Array(score.length);
  for (let i = 0; i < rows; i++) {
    let top = -Infinity;
    for (let k = 0; k < outputs; k++) top = Math.max(top, score[i * outputs + k]!);
    let sum = 0;
    for (let k = 0; k < outputs; k++)
      sum += out[i * outputs + k] = Math.exp(score[i * outputs + k]! - top);
    for (let k = 0; k < outputs; k++) out[i * outputs + k]! /= sum;
  }
  return out;
}

/** At most BINS - 1 cuts at quantiles; a value goes right of every cut it is at least. */
function quantileCuts(column: Float64Array): Float64Array {
  const sorted = column.filter((v) => !Number.isNaN(v)).sort();
  const distinct = sorted.filter((v, i) => i === 0 || v !== sorted[i - 1]);
  if (distinct.length <= BINS) return distinct.slice(1);
  const cuts = Float64Array.from(
    { length: BINS - 1 },
    (_, b) => sorted[Math.floor(((b + 1) * sorted.length) / BINS)]!,
  );
  return cuts.filter((v, i) => v > sorted[0]! && (i === 0 || v !== cuts[i - 1]));
}

function bin(column: Float64Array, cuts: Float64Array): Uint8Array {
  return Uint8Array.from(column, (value) => {
    if (Number.isNaN(value)) return MISSING;
    let low = 0;
    let high = cuts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cuts[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

function leaf(tree: Tree, bins: readonly Uint8Array[], row: number): number {
  let node = 0;
  for (let split = tree.splits[0]; split !== undefined; split = tree.splits[node])
    node = 2 * node + (goesLeft(split, bins[split.feature]![row]!) ? 1 : 2);
  return node;
}

function goesLeft(split: Split, value: number): boolean {
  return value === MISSING ? split.missingLeft : value <= split.bin;
}

/** Grows a tree; in pieces, one a node. */
function* growTree(
  bins: readonly Uint8Array[],
  gradient: Float64Array,
  hessian: Float64Array,
  depth: number,
  leastLeaf: number,
  penalty: number,
): InPieces<{ tree: Tree; leafOf: Int32Array }> {
  const rows = gradient.length;
  const nodes = 2 ** (depth + 1) - 1;
  const splits: (Split | undefined)[] = Array.from({ length: nodes }, () => undefined);
  const values = new Float64Array(nodes);
  const leafOf = new Int32Array(rows);
  let level: { node: number; members: Int32Array }[] = [
    { node: 0, members: Int32Array.from({ length: rows }, (_, i) => i) },
  ];
  for (let d = 0; level.length > 0; d++) {
    const next: typeof level = [];
    for (const { node, members } of level) {
      yield;
      let g = 0;
      let h = 0;
      for (const i of members) {
        g += gradient[i]!;
        h += hessian[i]!;
      }
      values[node] = -g / (h + penalty);
      const split =
        d < depth && h >= 2 * leastLeaf
          ? bestSplit(bins, members, gradient, hessian, g, h, leastLeaf, penalty)
          : undefined;
      splits[node] = split;
      if (split === undefined) {
        for (const i of members) leafOf[i] = node;
        continue;
      }
      const feature = bins[split.feature]!;
      next.push({
        node: 2 * node + 1,
        members: members.filter((i) => goesLeft(split, feature[i]!)),
      });
      next.push({
        node: 2 * node + 2,
        members: members.filter((i) => !goesLeft(split, feature[i]!)),
      });
    }
    level = next;
  }
  return { tree: { splits, values }, leafOf };
}

function bestSplit(
  bins: readonly Uint8Array[],
  members: Int32Array,
  gradient: Float64Array,
  hessian: Float64Array,
  g: number,
  h: number,
  leastLeaf: number,
  penalty: number,
): Split | undefined {
  const gain = (a: number, b: number): number => (a * a) / (b + penalty);
  let best: Split | undefined;
  // A split must gain something beyond rounding.
  let bestGain = gain(g, h) + 1e-6;
  const gs = new Float64Array(BINS + 1);
  const hs = new Float64Array(BINS + 1);
  bins.forEach((feature, j) => {
    gs.fill(0);
    hs.fill(0);
    for (const i of members) {
      gs[feature[i]!]! += gradient[i]!;
      hs[feature[i]!]! += hessian[i]!;
    }
    for (const missingLeft of hs[MISSING]! > 0 ? [true, false] : [true]) {
      let left = missingLeft ? gs[MISSING]! : 0;
      let leftH = missingLeft ? hs[MISSING]! : 0;
      for (let b = 0; b < BINS - 1; b++) {
        left += gs[b]!;
        leftH += hs[b]!;
        if (leftH < leastLeaf || h - leftH < leastLeaf) continue;
        const total = gain(left, leftH) + gain(g - left, h - leftH);
        if (total > bestGain) [best, bestGain] = [{ feature: j, bin: b, missingLeft }, total];
      }
    }
  });
  return best;
}
