/** What a layer-wise training is told, checked and with its defaults. */
import { checkInteger } from "../../../check-integer.ts";
import { usageError } from "../../../usage-error.ts";
import { checkOptions, checkWord, requireOptions } from "../../../options.ts";
import { shown } from "../../../shown.ts";
import type { SweepRecord } from "./sweep-record.ts";

/**
 * How the visits of a sweep become its end.
 *
 * - `gaussSeidel`: each block is visited with the newest values of the others.
 * - `jacobi`: each with the values from before the sweep; `factor` w (default 1) relaxes: x <- x + w (visited - x).
 * - `sor`: Gauss-Seidel with each visit relaxed by `factor` in (0, 2).
 * - `anderson`: sweeps (`sweep`, default Gauss-Seidel) accelerated by the secants of the last `depth` (default 5, at most 100) of them.
 */
export type LayerwiseScheme =
  | { readonly kind: "gaussSeidel" }
  | { readonly kind: "jacobi"; readonly factor?: number }
  | { readonly kind: "sor"; readonly factor: number }
  | {
      readonly kind: "anderson";
      readonly depth?: number;
      readonly sweep?: "gaussSeidel" | "jacobi";
    };

/**
 * What a visit's step is.
 *
 * - `adam`: the training's own step, with its rate, clipping and decay; a block's moments rest while others are visited.
 * - `gradient`: x <- x - rate g, of the blocks' own gradient, without decay. What `convergence` predicts is of such steps.
 */
export type LayerwiseRule =
  | { readonly kind: "adam" }
  | { readonly kind: "gradient"; readonly rate: number };

/** Options of `layerwise`. */
export interface LayerwiseOptions {
  /**
   * The blocks of a sweep, in turn: `forward` (default, from the data on), `backward`, `symmetric` (there and back), or block
   * numbers from 0, each at least once.
   */
  readonly order?: "forward" | "backward" | "symmetric" | readonly number[];
  /** Steps of a visit, from 1 to 10,000; default 1. */
  readonly steps?: number;
  /** Default Gauss-Seidel. */
  readonly scheme?: LayerwiseScheme | "gaussSeidel" | "jacobi" | "anderson";
  /** Default `{ kind: "adam" }`. */
  readonly rule?: LayerwiseRule;
  /**
   * Visits that each block gets alone before the first sweep, in the order of the sweep, those after it being the
   * identity that they start from: a greedy start. From 0 (default) to 10,000.
   */
  readonly greedy?: number;
  /** Called after each sweep. */
  readonly onSweep?: (record: SweepRecord) => void;
}

/** {@link LayerwiseOptions} with every default; plain data but for the callback. */
export interface LayerwiseSettings {
  readonly order: "forward" | "backward" | "symmetric" | readonly number[];
  readonly steps: number;
  readonly scheme: CompleteScheme;
  readonly rule: LayerwiseRule;
  readonly greedy: number;
}

/** A scheme with its defaults. */
export interface CompleteScheme {
  readonly kind: LayerwiseScheme["kind"];
  readonly sweep: "gaussSeidel" | "jacobi";
  readonly factor: number;
  /** Secants kept; 0 without acceleration. */
  readonly depth: number;
}

const KINDS = ["gaussSeidel", "jacobi", "sor", "anderson"] as const;
const ORDERS = ["forward", "backward", "symmetric"] as const;

/** Steps of a visit, and visits of a block before the first sweep: a training looks at the clock and its signal between sweeps. */
export const MOST_STEPS = 10_000;

/** Each secant is as large as the parameters. */
const MOST_SECANTS = 100;

/** Visits of one sweep. */
const MOST_VISITS = 10_000;

/**
 * What can be known of an order before the blocks are: a word, or a list of block numbers.
 *
 * @throws CoupletError USAGE
 */
export function checkOrder(
  where: string,
  order: LayerwiseSettings["order"],
  sweep: "gaussSeidel" | "jacobi",
): void {
  if (!Array.isArray(order)) checkWord(where, order, ORDERS);
  else {
    if (order.length > MOST_VISITS)
      throw usageError(where, `at most ${MOST_VISITS} blocks in turn`, String(order.length));
    for (const block of order as readonly number[])
      checkInteger(where, block, 0, Number.MAX_SAFE_INTEGER);
  }
  if (sweep === "jacobi" && order === "symmetric")
    throw usageError(where, "each block once a sweep, as the scheme is Jacobi's", '"symmetric"');
}

/**
 * The rate of gradient steps.
 *
 * @throws CoupletError USAGE unless it is a finite number above 0
 */
export function checkRate(where: string, rate: number): void {
  if (!(typeof rate === "number" && rate > 0 && rate < Infinity))
    throw usageError(where, "a number above 0", shown(rate));
}

/** @throws CoupletError USAGE */
export function layerwiseSettings(options: LayerwiseOptions): LayerwiseSettings {
  checkOptions("layerwise", options, {
    order: true,
    steps: 0,
    scheme: true,
    rule: true,
    greedy: 0,
    onSweep: "function",
  });
  const {
    order = "forward",
    steps = 1,
    greedy = 0,
    rule = { kind: "adam" },
    scheme: given = "gaussSeidel",
    onSweep,
  } = options;
  if (onSweep !== undefined && typeof onSweep !== "function")
    throw usageError("layerwise: onSweep", "a function", JSON.stringify(onSweep) ?? typeof onSweep);
  checkInteger("layerwise: steps", steps, 1, MOST_STEPS);
  checkInteger("layerwise: greedy", greedy, 0, MOST_STEPS);
  checkRule(rule);
  const scheme = completeScheme(given);
  checkOrder("layerwise: order", order, scheme.sweep);
  return { order, steps, scheme, rule, greedy };
}

/**
 * The scheme that options name, with its defaults.
 *
 * @throws CoupletError USAGE
 */
export function completeScheme(
  given: LayerwiseScheme | "gaussSeidel" | "jacobi" | "anderson",
  where = "layerwise: scheme",
): CompleteScheme {
  const scheme = typeof given === "string" ? ({ kind: given } as LayerwiseScheme) : given;
  checkWord(where, (scheme as Partial<LayerwiseScheme> | null)?.kind, KINDS);
  const { kind } = scheme;
  if (kind === "anderson") {
    requireOptions(where, scheme, {
      kind: ["anderson"],
      depth: 0,
      sweep: ["gaussSeidel", "jacobi"],
    });
    const { depth = 5, sweep = "gaussSeidel" } = scheme;
    checkInteger(`${where}: depth`, depth, 1, MOST_SECANTS);
    return { kind, sweep, factor: 1, depth };
  }
  if (kind === "gaussSeidel") requireOptions(where, scheme, { kind: ["gaussSeidel"] });
  else if (kind === "jacobi") requireOptions(where, scheme, { kind: ["jacobi"], factor: 0 });
  else requireOptions(where, scheme, { kind: ["sor"], factor: 0 });
  const factor =
    kind === "gaussSeidel" ? 1 : kind === "jacobi" ? (scheme.factor ?? 1) : scheme.factor;
  if (!(typeof factor === "number" && factor > 0 && factor < 2))
    throw usageError(
      `${where}: factor`,
      "a number between 0 and 2",
      String(factor),
      "Outside of that no sweep over relaxed blocks converges.",
    );
  return { kind, sweep: kind === "jacobi" ? "jacobi" : "gaussSeidel", factor, depth: 0 };
}

/**
 * The blocks of a sweep, in turn.
 *
 * @param names of the blocks, for the message
 * @throws CoupletError USAGE for an order that leaves a block out, names one that is not there, or visits one twice in a Jacobi sweep
 */
export function visitsOf(
  order: LayerwiseSettings["order"],
  names: readonly string[],
  sweep: "gaussSeidel" | "jacobi",
  where = "layerwise: order",
): readonly number[] {
  const all = names.map((_, i) => i);
  if (order === "forward") return all;
  if (order === "backward") return all.reverse();
  if (order === "symmetric") return [...all, ...all.slice(0, -1).reverse()];
  const list = `0 to ${names.length - 1} (${names.join(", ")})`;
  const beyond = order.find((block) => block >= names.length);
  if (beyond !== undefined) throw usageError(where, `blocks ${list}`, String(beyond));
  const missing = all.filter((block) => !order.includes(block));
  if (missing.length > 0)
    throw usageError(
      where,
      `each block of ${list}`,
      `${order.join(", ")}, without ${missing.join(", ")}`,
      "A block that no sweep visits would never be trained.",
    );
  if (sweep === "jacobi" && order.length > names.length)
    throw usageError(where, "each block once a sweep, as the scheme is Jacobi's", order.join(", "));
  return order;
}

function checkRule(rule: LayerwiseRule): void {
  const where = "layerwise: rule";
  checkWord(where, (rule as Partial<LayerwiseRule> | null)?.kind, ["adam", "gradient"]);
  if (rule.kind === "adam") return requireOptions(where, rule, { kind: ["adam"] });
  requireOptions(where, rule, { kind: ["gradient"], rate: 0 });
  checkRate(`${where}: rate`, rule.rate);
}
