/** Design with a plain conditional flow: rows of numbers that have a wanted property. */
import { checkInteger } from "../check-integer.ts";
import { CoupletError } from "../error.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { philoxUniform } from "../random/philox.ts";
import { variance } from "../statistics/mean.ts";
import { logMarginal } from "./marginal.ts";
import type { Contexts } from "./marginal.ts";
import {
  fewerThan,
  judged,
  likeliest,
  likelyShare,
  noneInside,
  ranked,
  usualTemperature,
} from "./ranking.ts";
import type { CandidateOptions, JudgedDesigns } from "./ranking.ts";

/** Options of {@link designRows}. */
export interface DesignRowsOptions extends CandidateOptions {
  /** The wanted context: the property, or several. */
  readonly target: readonly number[];
  /** Properties that data have (contexts of training rows, say): what p(x) is averaged over, and the range that is known. */
  readonly properties: Rows;
  /** Of each column, ends included; undefined where any value will do. */
  readonly bounds?: readonly (readonly [low: number, high: number] | undefined)[];
  /** What a design has to fulfil besides, row by row. */
  readonly constraints?: readonly ((row: Float64Array) => boolean)[];
  /** A regressor that knows nothing of the model: predicts the property of rows (count x dims). */
  readonly judge?: (
    rows: Float64Array,
    count: number,
  ) => ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** Properties near to the wanted one, and as many of the others. */
const HALF = 256;

const designRowsOptionNames: OptionNames<DesignRowsOptions> = {
  target: true,
  properties: true,
  count: 0,
  candidates: 0,
  temperature: 0,
  likely: 0,
  bounds: true,
  constraints: true,
  judge: "function",
  seed: 0,
  signal: "AbortSignal",
};

/** What {@link designRows} finds, best first. */
export interface RowDesigns extends JudgedDesigns {
  /** Designs x dims. */
  readonly rows: Float64Array<ArrayBuffer>;
  readonly count: number;
  /** log p(x | y) - log p(x) of each, nats. */
  readonly information: Float64Array;
  /** log p(x | y) of each. */
  readonly logProb: Float64Array;
}

/**
 * `design` for a conditional flow of rows of numbers: draws x from p(x | y) at the wanted context y, keeps what is inside bounds and
 * constraints and has a high p(x | y), and ranks by log p(x | y) - log p(x), p(x) being the mean of p(x | y') over `properties`: all of up to 512, and of more the 256
 * nearest to y with 256 others at random, weighted for all of those.
 *
 * @throws CoupletError CONTEXT_MISMATCH for a flow without context; SHAPE_MISMATCH, NON_FINITE_INPUT for a target or properties of another
 *   width; USAGE for options and bounds that contradict each other; DATA_INVALID when no row that was drawn is inside
 */
export async function designRows(
  model: FlowModel<true>,
  options: DesignRowsOptions,
): Promise<RowDesigns> {
  checkOptions("designRows", options, designRowsOptionNames);
  const { count = 100, seed = 0, signal } = options;
  checkInteger("designRows: count", count, 1);
  const candidates = options.candidates ?? 50 * count;
  checkInteger("designRows: candidates", candidates, count);
  const share = likelyShare("designRows", options.likely);
  const { dims, context: width } = model.spec as { dims: number; context: number };
  if (width === 0) {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: "designRows",
      expected: "a flow of rows given the property",
      received: "a flow without context",
      hint: "Fit it with the property as context: fit(spec, rows, { context }).",
    });
  }
  const wanted = Float64Array.from(toBatch("designRows: target", [options.target], width).data);
  const properties = toBatch("designRows: properties", options.properties, width);
  const bounds = checkedBounds(options.bounds, dims);
  const stop = signal === undefined ? {} : { signal };
  const context = Float64Array.from({ length: candidates * width }, (_, i) => wanted[i % width]!);
  const drawn = Float64Array.from(
    await model.sample(candidates, {
      seed,
      context,
      temperature: options.temperature ?? usualTemperature(model),
      ...stop,
    }),
  );
  const kept = keptOf(drawn, dims, bounds, options.constraints ?? []);
  if (kept.rows.length === 0) throw noneInside("designRows", candidates, kept);
  const inside = selected(drawn, kept.rows, dims);
  const densities = await model.logProb(inside, {
    context: context.subarray(0, kept.rows.length * width),
    ...stop,
  });
  const among = selected(inside, likeliest(densities, share, count), dims);
  const contexts = { wanted, ...heldAgainst(properties, wanted, seed) };
  const { conditional, marginal } = await logMarginal(model, among, contexts, signal);
  const information = conditional.map((value, i) => value - marginal[i]!);
  const best = ranked(information).slice(0, count);
  const rows = selected(among, best, dims);
  const judge = options.judge && (await options.judge(rows.slice(), best.length));
  const warnings = outsideRange(wanted, properties);
  if (best.length < count) warnings.push(fewerThan(count, best.length, candidates, kept));
  return {
    rows,
    count: best.length,
    information: Float64Array.from(best, (i) => information[i]!),
    logProb: Float64Array.from(best, (i) => conditional[i]!),
    predicted: judge && judged("designRows", judge, best.length),
    drawn: candidates,
    outOfBounds: kept.outOfBounds,
    refused: kept.refused,
    warnings,
  };
}

function checkedBounds(
  bounds: DesignRowsOptions["bounds"],
  dims: number,
): NonNullable<DesignRowsOptions["bounds"]> {
  if (bounds === undefined) return [];
  const wrong = (where: string, expected: string, received: string) =>
    new CoupletError({ code: "USAGE", where: `designRows: bounds${where}`, expected, received });
  if (!Array.isArray(bounds) || bounds.length !== dims)
    throw wrong("", `${dims} ranges, one per column`, `${bounds?.length ?? typeof bounds}`);
  for (const [j, range] of bounds.entries()) {
    const fits =
      range === undefined || (Array.isArray(range) && range.length === 2 && range[0] <= range[1]);
    if (!fits) throw wrong(`[${j}]`, "[low, high], low at most high", JSON.stringify(range));
  }
  return bounds;
}

function keptOf(
  drawn: Float64Array<ArrayBuffer>,
  dims: number,
  bounds: NonNullable<DesignRowsOptions["bounds"]>,
  constraints: NonNullable<DesignRowsOptions["constraints"]>,
): { rows: number[]; outOfBounds: number; refused: number } {
  const kept = { rows: [] as number[], outOfBounds: 0, refused: 0 };
  for (let r = 0; r < drawn.length / dims; r++) {
    const row = drawn.subarray(r * dims, (r + 1) * dims);
    const inside = bounds.every(
      (range, j) => range === undefined || (row[j]! >= range[0] && row[j]! <= range[1]),
    );
    if (!inside) kept.outOfBounds++;
    // Its own copy: a constraint may write into what it gets.
    else if (!constraints.every((holds) => holds(row.slice()))) kept.refused++;
    else kept.rows.push(r);
  }
  return kept;
}

function selected(
  rows: Float64Array,
  which: readonly number[],
  dims: number,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(which.length * dims);
  for (const [i, r] of which.entries()) out.set(rows.subarray(r * dims, (r + 1) * dims), i * dims);
  return out;
}

/**
 * The properties that p(x) is averaged over: all of up to 512; of more the 256 nearest to the wanted one, where rows that are ranked have their
 * mass, and 256 at random of the others, which stand for all of these.
 */
function heldAgainst(
  { data, rows, cols }: Batch,
  wanted: Float64Array,
  seed: number,
): Omit<Contexts, "wanted"> {
  const property = (r: number) => Float64Array.from(data.slice(r * cols, (r + 1) * cols));
  const all = Array.from({ length: rows }, (_, r) => r);
  if (rows <= 2 * HALF)
    return { others: all.map(property), weights: new Float64Array(rows).fill(1) };
  const scales = Array.from(wanted, (_, j) =>
    Math.sqrt(variance(all.map((r) => data[r * cols + j]!))),
  );
  const sortedBy = (numbers: readonly number[], of: (r: number) => number): number[] => {
    const places = new Map(numbers.map((r) => [r, of(r)]));
    return numbers.toSorted((a, b) => places.get(a)! - places.get(b)!);
  };
  const byDistance = sortedBy(all, (r) =>
    wanted.reduce((sum, value, j) => {
      const away = data[r * cols + j]! - value;
      return away === 0 ? sum : sum + (away / scales[j]!) ** 2;
    }, 0),
  );
  const rest = byDistance.slice(HALF);
  const far = sortedBy(rest, (row) => philoxUniform({ seed, row, stream: 0xde51 })).slice(0, HALF);
  const weights = new Float64Array(2 * HALF).fill(1);
  weights.fill(rest.length / HALF, HALF);
  return { others: [...byDistance.slice(0, HALF), ...far].map(property), weights };
}

/** A sentence for each wanted value beyond those of the properties, with the distance. */
function outsideRange(wanted: Float64Array, { data, rows, cols }: Batch): string[] {
  return Array.from(wanted).flatMap((value, j) => {
    const values = Array.from({ length: rows }, (_, r) => data[r * cols + j]!);
    const nearest = values.reduce((best, one) =>
      Math.abs(one - value) < Math.abs(best - value) ? one : best,
    );
    const beyond = values.every((one) => one < value) || values.every((one) => one > value);
    const digits = (number: number) => Number(number.toPrecision(3));
    return beyond
      ? [
          `target[${j}] = ${value} is outside the data's range, by ${digits(Math.abs(value - nearest))} (the properties end at ${digits(nearest)}): the model extrapolates`,
        ]
      : [];
  });
}
