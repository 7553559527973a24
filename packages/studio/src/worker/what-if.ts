/** What the rest of a row looks like when some columns are set. */
import type { Given, Table, TableModel } from "couplet/table";
import type { ColumnOutlook, ModelColumn, WhatIfAnswer } from "./answers.ts";
import { textRows } from "./cells.ts";
import { modelColumns } from "./model-answer.ts";
import { axisIn, tablePlaces } from "./pictures.ts";
import type { Places } from "./pictures.ts";

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
const SHOWN_ROWS = 8;

/** How rows are drawn. */
export interface WhatIfOptions {
  readonly seed: number;
  readonly draws: number;
  readonly signal: AbortSignal;
}

/**
 * Draws rows under a condition, and says what each column looks like under it and without.
 *
 * @param set the columns that are set, as text; a conditional model's given columns among them
 * @param draws rows that are drawn under the condition
 * @param before places of rows without the condition
 */
export async function whatIf(
  model: TableModel,
  set: Readonly<Record<string, string>>,
  before: Places,
  { seed, draws, signal }: WhatIfOptions,
): Promise<WhatIfAnswer> {
  const started = performance.now();
  const contextNames = model.codec.contextNames;
  const entries = Object.entries(set);
  const context = Object.fromEntries(
    entries
      .filter(([name]) => contextNames.includes(name))
      .map(([name, text]) => [name, text === "" ? null : text]),
  );
  const given: Given = Object.fromEntries(entries.filter(([name]) => !contextNames.includes(name)));
  const drawn = await model.sample(draws, {
    seed,
    signal,
    ...(contextNames.length === 0 ? {} : { context }),
    ...(Object.keys(given).length === 0 ? {} : { given }),
  });
  const after = tablePlaces(withContext(drawn, model, context), model.schema);
  return {
    report: drawn.condition,
    columns: modelColumns(model).map((column) => outlook(column, model, before, after)),
    names: drawn.columns.map(({ name }) => name),
    sample: textRows(
      drawn,
      Uint32Array.from({ length: Math.min(SHOWN_ROWS, drawn.rows) }, (_, i) => i),
    ),
    drawn: drawn.rows,
    milliseconds: performance.now() - started,
  };
}

/**
 * Asks a question whose answer nobody sees. The rows of the model that conditions are tried on, most of the time of a question, are the same for the
 * next questions with its seed, and the model keeps them.
 */
export async function prepareConditions(model: TableModel, seed: number): Promise<void> {
  if (model.codec.contextNames.length > 0) return;
  const columns = modelColumns(model).filter(({ role }) => role === "modelled");
  const number = columns.find(({ axis, mayBeMissing }) => axis === "number" && !mayBeMissing);
  const category = columns.find(({ values }) => values !== undefined);
  const middle = Number(
    (await model.sample(1, { seed })).columns.find(({ name }) => name === number?.name)?.values[0],
  );
  const given: Given =
    number !== undefined && Number.isFinite(middle)
      ? { [number.name]: { from: middle } }
      : category === undefined
        ? {}
        : { [category.name]: category.values![0]! };
  // Whatever is wrong, a question that somebody asks says it.
  if (Object.keys(given).length > 0) await model.sample(1, { seed, given }).catch(() => undefined);
}

/** Rows come without the context's columns where every row has the same. */
function withContext(
  drawn: Table,
  model: TableModel,
  context: Readonly<Record<string, string | null>>,
): Table {
  const absent = model.codec.contextNames.filter(
    (name) => !drawn.columns.some((c) => c.name === name),
  );
  return {
    rows: drawn.rows,
    columns: [
      ...drawn.columns,
      ...absent.map((name) => ({
        kind: "text" as const,
        name,
        values: Array.from({ length: drawn.rows }, () => context[name] ?? null),
      })),
    ],
  };
}

function outlook(
  column: ModelColumn,
  model: TableModel,
  before: Places,
  after: Places,
): ColumnOutlook {
  const axis = axisIn(model.schema, column.name, before);
  const [now, then] = [after.get(column.name)!, before.get(column.name)!];
  return axis.labels === undefined
    ? { column, axis, now: quantiles(now), before: quantiles(then) }
    : {
        column,
        axis,
        sharesNow: shares(now, axis.labels.length),
        sharesBefore: shares(then, axis.labels.length),
      };
}

function quantiles(values: Float64Array): number[] {
  const sorted = values.filter(Number.isFinite).sort();
  return QUANTILES.map((q) => sorted[Math.round(q * (sorted.length - 1))] ?? NaN);
}

function shares(values: Float64Array, count: number): number[] {
  const sums = Array.from({ length: count }, () => 0);
  for (const value of values) if (value >= 0 && value < count) sums[value]! += 1;
  return sums.map((one) => one / Math.max(1, values.length));
}
