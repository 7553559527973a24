/** Rows into a training and a validation part. */
import { CoupletError } from "../error.ts";
import { checksum } from "../file/checksum.ts";
import { shuffled } from "../random/shuffle.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { checkLevels } from "../flow/model/levels.ts";
import { takeRows, toBatch } from "../flow/model/rows.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";
import { columnName, contextColumn } from "./column-name.ts";
import type { TrainOptions } from "./options.ts";
import { checkEnoughRows } from "../statistics/enough-rows.ts";
import { sentinelWarnings } from "./scale-warnings.ts";
import { wildRows, wildWarning } from "./wild-rows.ts";

export interface Portion {
  readonly rows: Batch;
  readonly context: Batch | undefined;
  /** In units of the portion's mean weight: any factor on all weights gives the same fit. */
  readonly weights: Float64Array | undefined;
  /** The rows' numbers among those that were given; undefined where these are all of them. */
  readonly numbers?: Int32Array;
}

export interface SplitData {
  readonly training: Portion;
  readonly validation: Portion;
  /** What tells the weights that were given from others; `none` without. */
  readonly weightDigest: string;
  /** What looks wrong with the values: marks of missing ones, rows that are left out. */
  readonly warnings: readonly string[];
}

/** Fewer held-out rows than this say nothing. */
const LEAST_VALIDATION = 30;

export function splitData(
  spec: FlowSpec,
  rows: Rows,
  context: Rows | undefined,
  options: TrainOptions,
): SplitData {
  const all = portion("fit", spec, rows, context, options);
  checkEnoughRows("fit", all.rows.rows);
  const { validation = 0.1 } = options;
  if (typeof validation !== "number") {
    const held = portion("fit: validation", spec, validation.rows, validation.context, {
      ...options,
      weights: undefined,
    });
    if (held.rows.rows === 0) {
      throw new CoupletError({
        code: "USAGE",
        where: "fit: validation",
        expected: "at least one row",
        received: "none",
        hint: "Without validation a tenth of the rows is held out.",
      });
    }
    const { kept, warnings } = withoutWild(all, options);
    return { ...inMeanWeights(kept, held), warnings };
  }
  if (!(validation > 0 && validation < 1)) {
    throw new CoupletError({
      code: "USAGE",
      where: "fit: validation",
      expected: "a fraction between 0 and 1, or rows",
      received: String(validation),
    });
  }
  const count = all.rows.rows;
  const held = Math.min(
    Math.floor(count / 3),
    Math.max(Math.round(count * validation), LEAST_VALIDATION),
  );
  const order = shuffled(count, options.seed ?? 0);
  const { isWild, warnings } = lookAt(all, options);
  const ordinary = (numbers: Int32Array): Int32Array => numbers.filter((row) => !isWild(row));
  const training = take(all, ordinary(order.subarray(held)));
  const heldOut = take(all, ordinary(order.subarray(0, held)));
  for (const { weights } of [training, heldOut]) {
    if (weights === undefined || weights.some((w) => w > 0)) continue;
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "fit: weights",
      expected: "rows of positive weight both to train on and held out",
      received: `${all.weights!.filter((w) => w > 0).length} such rows of ${count}, all on one side`,
      hint: "Leave rows of weight 0 out, or give validation as rows.",
    });
  }
  return { ...inMeanWeights(training, heldOut), warnings };
}

/** Which rows are wild, and what to say of the values. Who standardises columns himself has looked at them. */
function lookAt(
  { rows, context }: Portion,
  { standardise = true, rowsOfEpoch, columns }: TrainOptions,
): { readonly isWild: (row: number) => boolean; readonly warnings: readonly string[] } {
  if (!standardise) return { isWild: () => false, warnings: [] };
  // Rows that are new in each epoch have the places of those that were given.
  const wild = rowsOfEpoch === undefined ? wildRows(rows, context) : [];
  const numbers = new Set(wild.map(({ row }) => row));
  return {
    isWild: (row) => numbers.has(row),
    warnings: [
      ...sentinelWarnings(rows, columnName(columns)),
      ...(context === undefined ? [] : sentinelWarnings(context, contextColumn)),
      ...wildWarning(wild, columns),
    ],
  };
}

function withoutWild(
  all: Portion,
  options: TrainOptions,
): { readonly kept: Portion; readonly warnings: readonly string[] } {
  const { isWild, warnings } = lookAt(all, options);
  const numbers = Int32Array.from({ length: all.rows.rows }, (_, row) => row);
  const ordinary = numbers.filter((row) => !isWild(row));
  return { kept: ordinary.length === numbers.length ? all : take(all, ordinary), warnings };
}

function inMeanWeights(training: Portion, validation: Portion): Omit<SplitData, "warnings"> {
  const { weights } = training;
  return {
    training: byMeanWeight(training),
    validation: byMeanWeight(validation),
    weightDigest:
      weights === undefined
        ? "none"
        : checksum(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength)),
  };
}

/** Each part by its own mean: where one has 1e300 and the other 1e-300, quotients across parts leave the range of doubles. */
function byMeanWeight(portion: Portion): Portion {
  const { weights } = portion;
  if (weights === undefined) return portion;
  // By the largest first: sums of weights near the largest double, or below the least, stay numbers.
  const most = weights.reduce((a, b) => Math.max(a, b), 0);
  const mean = weights.reduce((sum, w) => sum + w / most, 0) / weights.length;
  return { ...portion, weights: weights.map((w) => w / most / mean) };
}

function portion(
  where: string,
  spec: FlowSpec,
  rows: Rows,
  context: Rows | undefined,
  options: {
    readonly weights?: ArrayLike<number> | undefined;
    readonly columns?: readonly string[];
  },
): Portion {
  const batch = toBatch(where, rows, spec.dims, options.columns);
  checkRange(where, batch, options.columns);
  checkLevels(where, spec, batch);
  const wanted = spec.context as number;
  if ((wanted === 0) !== (context === undefined)) {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where,
      expected:
        wanted === 0 ? "no context: the spec is not conditional" : `a context of ${wanted} columns`,
      received: wanted === 0 ? "a context" : "none",
    });
  }
  const contextBatch =
    context === undefined ? undefined : toBatch(`${where}: context`, context, wanted);
  if (contextBatch !== undefined) checkRange(`${where}: context`, contextBatch, undefined);
  if (contextBatch !== undefined && contextBatch.rows !== batch.rows) {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: `${where}: context`,
      expected: `${batch.rows} rows, one per row`,
      received: String(contextBatch.rows),
    });
  }
  return {
    rows: batch,
    context: contextBatch,
    weights: checkedWeights(where, options.weights, batch.rows),
  };
}

/** Beyond this a column's values near the largest double leave no room for sums and differences. */
const LARGEST = 1e305;

function checkRange(
  where: string,
  { data, cols }: Batch,
  names: readonly string[] | undefined,
): void {
  const at = data.findIndex((value) => Math.abs(value) > LARGEST);
  if (at === -1) return;
  const column = at % cols;
  throw new CoupletError({
    code: "DATA_INVALID",
    where: `${where}: row ${Math.floor(at / cols)}, column ${names?.[column] ?? column}`,
    expected: `a number within +-${LARGEST}`,
    received: String(data[at]),
    hint: "It looks like the mark of a missing value: drop such rows, or fill in the cells.",
  });
}

function checkedWeights(
  where: string,
  weights: ArrayLike<number> | undefined,
  rows: number,
): Float64Array | undefined {
  if (weights === undefined) return undefined;
  // Texts that look like numbers are no weights, and bigints no numbers.
  const values = Float64Array.from(weights, (w) => (typeof w === "number" ? w : NaN));
  const bad = values.findIndex((w) => !(w >= 0 && Number.isFinite(w)));
  if (values.length !== rows || bad !== -1 || !values.some((w) => w > 0)) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: `${where}: weights`,
      expected: `${rows} finite numbers from 0 up, not all 0`,
      received:
        values.length !== rows
          ? `${values.length} numbers`
          : bad !== -1
            ? `${typeof weights[bad] === "number" ? weights[bad] : typeof weights[bad]} at row ${bad}`
            : "zeros",
    });
  }
  return values;
}

function take({ rows, context, weights }: Portion, indices: Int32Array): Portion {
  return {
    rows: takeRows(rows, indices),
    context: context === undefined ? undefined : takeRows(context, indices),
    weights: weights === undefined ? undefined : Float64Array.from(indices, (i) => weights[i]!),
    numbers: indices,
  };
}
