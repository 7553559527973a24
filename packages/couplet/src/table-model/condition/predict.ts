/** One column of new rows predicted from the others. */
import { checkInteger } from "../../check-integer.ts";
import { CoupletError, nearest } from "../../error.ts";
import { checkOptions } from "../../options.ts";
import type { OptionNames } from "../../options.ts";
import { isCategorical, isModelled } from "../../table/schema/schema.ts";
import type { ModelledColumnSchema } from "../../table/schema/schema.ts";
import { writeColumn } from "../../table/cell/write-column.ts";
import { checkTable, selectRows } from "../../table/table.ts";
import type { Column, Table } from "../../table/table.ts";
import type { ConditionedModel } from "./conditioned-model.ts";
import { equationsOf } from "./equations.ts";
import { completions } from "./complete-table.ts";
import { readGivenRows } from "./given-rows.ts";
import { refuseContext } from "./impute.ts";
import { type CellLaw, lawsOf, mixedLaw, pointLaw } from "./cell-law.ts";
import { proposalOf } from "./proposal-of.ts";

/** Options of {@link predict}. */
export interface PredictOptions {
  /** The column to predict. New rows need not have it; where they do, its cells are not looked at. */
  readonly target: string;
  /** Of numbers and dates: the shares at which quantiles are given. Default 0.05, 0.25, 0.5, 0.75, 0.95. */
  readonly quantiles?: readonly number[];
  /** Draws of the noise that fills the other columns' discrete cells. Default 4. */
  readonly samples?: number;
  /** Completions of the other columns' missing cells that predictions are averaged over. Default 16. */
  readonly completions?: number;
  /** Default 0: the same rows, the same predictions. */
  readonly seed?: number;
  /** For messages: a file's name, say. */
  readonly where?: string;
  readonly signal?: AbortSignal;
  /** As `impute`'s: rows with missing cells need the flow that proposes completions. */
  readonly onLearn?: (done: number, all: number) => void;
}

const predictOptionNames: OptionNames<PredictOptions> = {
  target: "",
  quantiles: true,
  samples: 0,
  completions: 0,
  seed: 0,
  where: "",
  signal: "AbortSignal",
  onLearn: "function",
};

/** What {@link predict} gives: p(target | the other columns) of each row, the target being present. */
export type Predictions =
  | {
      readonly kind: "category";
      readonly target: string;
      readonly values: readonly (string | number)[];
      /** Rows x values: they sum to 1 in each row; NaN in a row that the model holds impossible whatever the target. */
      readonly probabilities: Float64Array;
      /** The likeliest value of each row; null for a row without a prediction. */
      readonly best: readonly (string | number | null)[];
    }
  | {
      readonly kind: "number";
      readonly target: string;
      readonly shares: readonly number[];
      /** One column for each share, as the table would have it. */
      readonly quantiles: readonly Column[];
      /** Numbers as they are, dates in units since 1970; NaN in a row that the model holds impossible whatever the target. */
      readonly mean: Float64Array;
    };

const DEFAULT_SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** What `predict` of couplet/table does. */
export async function predict(
  model: ConditionedModel,
  rows: Table,
  options: PredictOptions,
): Promise<Predictions> {
  checkOptions("predict", options, predictOptionNames);
  checkTable("predict", rows);
  refuseContext(model, "predict");
  const { samples = 4, completions: copies = 16, seed = 0, where = "table", signal } = options;
  checkInteger("predict: samples", samples, 1);
  checkInteger("predict: completions", copies, 1);
  const { codec } = model;
  const { readable } = codec;
  const target = targetOf(model, options.target);
  const index = readable.modelled.indexOf(target);
  const blanked = withoutTarget(rows, target);
  const given = readGivenRows(blanked, readable, where);
  const isWhole = (row: number): boolean =>
    given.known.every((known, j) => j === index || known[row] === 1);
  const isPlaced = readable.placed.some((placed) => placed.index === index);
  const laws = Array.from<CellLaw | undefined>({ length: rows.rows });
  const direct: number[] = [];
  const gappy: number[] = [];
  for (let row = 0; row < rows.rows; row++)
    // A relation may have closed the gap already.
    if (given.known[index]![row] === 1) laws[row] = pointLaw(given.codes[index]![row]!);
    else if (isWhole(row) && isPlaced) direct.push(row);
    else gappy.push(row);
  const call = { samples, seed, where, signal };
  const whole = selectRows(blanked, Int32Array.from(direct));
  const isRelated = equationsOf(readable).some(({ columns }) => columns.includes(index));
  for (const [i, law] of (await lawsOf(model, whole, target, call)).entries()) {
    laws[direct[i]!] = law;
    // A rounded result leaves a narrow part of the axis, which nodes may all miss.
    if (law === undefined && isRelated) gappy.push(direct[i]!);
  }
  if (gappy.length > 0) {
    const proposal = await proposalOf(model, { signal, onLearn: options.onLearn });
    const wanted = Int32Array.from(gappy);
    for await (const { row, codes, weights } of completions(model, proposal, given, wanted, {
      copies: 8 * copies,
      seed,
      signal,
      isWanted: (all, k) => !Number.isNaN(all[index]![k]),
    })) {
      if (!isPlaced || isWhole(row) || weights.every((weight) => weight === 0)) {
        laws[row] = mixedLaw(
          Array.from(codes[index]!, (code, k) => ({ law: pointLaw(code), weight: weights[k]! })),
        );
        continue;
      }
      const some = evenly(weights, copies);
      const completed: Table = {
        rows: some.length,
        columns: readable.modelled.map((schema, j) =>
          j === index
            ? blankColumn(target, some.length)
            : writeColumn(
                schema,
                Float64Array.from(some, (k) => codes[j]![k]!),
              ),
        ),
      };
      const parts = await lawsOf(model, completed, target, call);
      laws[row] = mixedLaw(
        parts.flatMap((law) => (law === undefined ? [] : [{ law, weight: 1 / some.length }])),
      );
    }
  }
  return isCategorical(target)
    ? ofCategories(target, laws)
    : ofNumbers(target, laws, options.quantiles ?? DEFAULT_SHARES);
}

function targetOf({ codec }: ConditionedModel, name: string): ModelledColumnSchema {
  const { modelled } = codec.readable;
  const found = modelled.find((column) => column.name === name);
  if (found !== undefined) return found;
  const other = codec.schema.columns.find((column) => column.name === name);
  const near = nearest(
    name,
    modelled.map((column) => column.name),
  );
  throw new CoupletError({
    code: "USAGE",
    where: "predict: target",
    expected: `one of the columns ${modelled.map((column) => column.name).join(", ")}`,
    received:
      other === undefined || isModelled(other)
        ? JSON.stringify(name)
        : `${JSON.stringify(name)}, of type ${other.type}`,
    ...(near === undefined || other !== undefined
      ? {}
      : { hint: `Did you mean ${JSON.stringify(near)}?` }),
  });
}

/** The rows with the target missing in all of them. */
function withoutTarget(rows: Table, target: ModelledColumnSchema): Table {
  return {
    rows: rows.rows,
    columns: [
      ...rows.columns.filter(({ name }) => name !== target.name),
      blankColumn(target, rows.rows),
    ],
  };
}

function blankColumn(target: ModelledColumnSchema, rows: number): Column {
  return writeColumn(target, new Float64Array(rows).fill(NaN));
}

/** `count` completions with even shares of the weight. */
function evenly(weights: Float64Array, count: number): number[] {
  const chosen: number[] = [];
  let [k, below] = [0, 0];
  for (let i = 0; i < count; i++) {
    const share = (i + 0.5) / count;
    while (k < weights.length - 1 && below + weights[k]! < share) below += weights[k++]!;
    chosen.push(k);
  }
  return chosen;
}

function ofCategories(
  target: ModelledColumnSchema & { readonly values: readonly (string | number)[] },
  laws: readonly (CellLaw | undefined)[],
): Predictions {
  const { values, name } = target;
  const probabilities = new Float64Array(laws.length * values.length).fill(NaN);
  const best = laws.map((law, row) => {
    if (law === undefined) return null;
    const own = values.map((_, code) => law.probability(code));
    probabilities.set(own, row * values.length);
    return values[own.indexOf(Math.max(...own))]!;
  });
  return { kind: "category", target: name, values, probabilities, best };
}

function ofNumbers(
  target: ModelledColumnSchema,
  laws: readonly (CellLaw | undefined)[],
  shares: readonly number[],
): Predictions {
  for (const share of shares)
    if (!(share > 0 && share < 1))
      throw new CoupletError({
        code: "USAGE",
        where: "predict: quantiles",
        expected: "shares between 0 and 1",
        received: String(share),
      });
  const quantiles = shares.map((share) => ({
    ...writeColumn(
      target,
      Float64Array.from(laws, (law) => law?.quantile(share) ?? NaN),
    ),
    name: `${target.name}_q${Number((100 * share).toPrecision(6))}`,
  }));
  const mean = Float64Array.from(laws, (law) => law?.mean() ?? NaN);
  return { kind: "number", target: target.name, shares, quantiles, mean };
}
