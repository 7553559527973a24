/** Design: rows that have a wanted property, from a model of rows given the property. */
import { CoupletError } from "../error.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { checkInteger } from "../check-integer.ts";
import { selectRows } from "../table/table.ts";
import type { Cell, Table } from "../table/table.ts";
import type { TableModel } from "../table-model/table-model.ts";
import { keptRows } from "./constraints.ts";
import type { Bounds, Constraint } from "./constraints.ts";
import { contextsOf, logMarginal } from "./marginal.ts";
import { fewerThan, judged, noneInside, ranked, usualTemperature } from "./ranking.ts";
import type { CandidateOptions, JudgedDesigns } from "./ranking.ts";
import { rangeWarnings } from "./range-warnings.ts";

/** Options of {@link design}. */
export interface DesignOptions extends CandidateOptions {
  /** The wanted value of each property: columns of numbers that the model was fitted given. */
  readonly target: Readonly<Record<string, number>>;
  /** Values of the other columns that the model was fitted given. */
  readonly context?: Readonly<Record<string, Cell>>;
  /** Ranges of columns, ends included; or a table, whose columns' ranges they are. */
  readonly bounds?: Bounds;
  /** What a design has to fulfil besides, row by row. */
  readonly constraints?: readonly Constraint[];
  /**
   * A regressor that knows nothing of the model: predicts the property of rows (in the order of a single target). Designs come with its
   * predictions.
   */
  readonly judge?: (rows: Table) => ArrayLike<number> | Promise<ArrayLike<number>>;
}

const designOptionNames: OptionNames<DesignOptions> = {
  target: true,
  context: true,
  count: 0,
  candidates: 0,
  temperature: 0,
  bounds: true,
  constraints: true,
  judge: "function",
  seed: 0,
  signal: "AbortSignal",
};

/** What {@link design} finds, best first. */
export interface Designs extends JudgedDesigns {
  /** The designs, with the columns of the table; the properties have their wanted values. */
  readonly rows: Table;
  /** log p(x | y) - log p(x) of each: the pointwise mutual information with the wanted property, nats. */
  readonly information: Float64Array;
  /** log p(x | y) of each, as `model.score` gives it. */
  readonly nats: Float64Array;
}

/**
 * Draws rows x from p(x | y) at the wanted property y, keeps those inside bounds and constraints, and ranks them by
 *
 *     log p(x | y) - log p(x) = log p(y | x) - log p(y),   p(x) = E_y p(x | y),
 *
 * the evidence that x has the property and not another: both densities are exact. The expectation is over the properties of the
 * training rows, which the table's encoder takes to a standard normal.
 *
 * @param model a model of a table, fitted with the properties as `context`
 * @throws CoupletError CONTEXT_MISMATCH for a target that the model was not fitted given; USAGE for options and bounds that
 *   contradict each other; DATA_INVALID when no row that was drawn is inside
 */
export async function design(model: TableModel, options: DesignOptions): Promise<Designs> {
  checkOptions("design", options, designOptionNames);
  const { target, context = {}, count = 100, seed = 0, signal } = options;
  checkInteger("design: count", count, 1);
  const candidates = options.candidates ?? 50 * count;
  checkInteger("design: candidates", candidates, count);
  checkTarget(model, target, context);
  const given = { ...context, ...target };
  const stop = signal === undefined ? {} : { signal };
  const drawn = await model.sample(candidates, {
    seed,
    context: given,
    temperature: options.temperature ?? usualTemperature(model.flow),
    ...stop,
  });
  const kept = keptRows(model.codec, drawn, options.bounds, options.constraints);
  if (kept.rows.length === 0) throw noneInside("design", candidates, kept);
  const inside = selectRows(drawn, kept.rows);
  const contexts = contextsOf(model, given, Object.keys(target));
  // One draw of the noise of discrete cells: the same for all properties, so that its correction cancels.
  const { z } = model.codec.encode(inside, { seed, impossible: "zero" });
  const { conditional, marginal } = await logMarginal(model.flow, z, contexts, signal);
  const information = conditional.map((value, i) => value - marginal[i]!);
  const best = Int32Array.from(ranked(information).slice(0, count));
  const rows = selectRows(inside, best);
  const { nats } = await model.score(rows, { seed, impossible: "zero", ...stop });
  const predicted = options.judge && judged("design", await options.judge(rows), best.length);
  const warnings = rangeWarnings(model, given, target);
  if (best.length < count) warnings.push(fewerThan(count, best.length, candidates, kept));
  return {
    rows,
    information: Float64Array.from(best, (i) => information[i]!),
    nats,
    predicted,
    drawn: candidates,
    outOfBounds: kept.outOfBounds,
    refused: kept.refused,
    warnings,
  };
}

function checkTarget(
  { codec }: TableModel,
  target: Readonly<Record<string, number>>,
  context: Readonly<Record<string, Cell>>,
): void {
  const names = Object.keys(target ?? {});
  const known = codec.contextNames;
  const numeric = codec.schema.columns.filter(
    ({ name, type }) => known.includes(name) && (type === "number" || type === "integer"),
  );
  const wrong = (expected: string, received: string, hint: string) =>
    new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: "design: target",
      expected,
      received,
      hint,
    });
  const hint =
    "Fit the model given the property: fitTable(rows, { context: [name] }), couplet fit --given name.";
  if (names.length === 0) throw wrong("a value of a property", "none", hint);
  for (const name of names) {
    if (!numeric.some((column) => column.name === name))
      throw wrong(
        numeric.length === 0
          ? "a model fitted given a column of numbers"
          : `one of ${numeric.map((column) => column.name).join(", ")}`,
        JSON.stringify(name),
        hint,
      );
    if (typeof target[name] === "number" && Number.isFinite(target[name])) continue;
    throw new CoupletError({
      code: "USAGE",
      where: `design: target: ${name}`,
      expected: "a finite number",
      received: String(target[name]),
    });
  }
  const twice = names.find((name) => Object.hasOwn(context, name));
  if (twice === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: "design: context",
    expected: "other columns than the targets",
    received: twice,
  });
}
