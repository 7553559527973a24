/** Design: rows that have a wanted property, from a model of rows given the property. */
import { CoupletError } from "../error.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { checkInteger } from "../check-integer.ts";
import { selectRows } from "../table/table.ts";
import type { Cell, Table } from "../table/table.ts";
import type { Given } from "../table-model/condition/given.ts";
import type { SampledTable, TableModel } from "../table-model/table-model.ts";
import { keptRows } from "./constraints.ts";
import type { Bounds, Constraint } from "./constraints.ts";
import { evidence } from "./evidence.ts";
import { propertyAxes } from "./property-axes.ts";
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
import { rangeWarnings } from "./range-warnings.ts";

/** Options of {@link design}. */
export interface DesignOptions extends CandidateOptions {
  /** The wanted value of each property: columns of numbers, that the model was fitted given or that it is a model of. */
  readonly target: Readonly<Record<string, number>>;
  /** Values of the other columns that the model was fitted given; of a model of all columns, of any others. */
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
  likely: 0,
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
  /** log p(x | y) of each, as `model.score` gives it; of a model of all columns with the error of `sample`'s log P(y). */
  readonly nats: Float64Array;
}

/**
 * Draws rows x from p(x | y) at the wanted property y, keeps those inside bounds and constraints, and ranks them by
 *
 *     log p(x | y) - log p(x) = log p(y | x) - log p(y),   p(x) = E_y p(x | y),
 *
 * the evidence that x has the property and not another. p(x | y) is exact; the expectation is over the properties of the training rows as
 * the table's encoder has them, which takes them to a standard normal, and is computed by adaptive quadrature for one property (to
 * about a thousandth of a nat), by importance sampling for several (to a few hundredths).
 *
 * A model that was fitted without `context` answers any condition: its rows are drawn given the properties (`model.sample` with `given`, at
 * temperature 1; quicker for a model fitted with `anyCondition`), and p(x) is the integral of p(x, y) over y.
 *
 * @param model a model of a table, fitted with the properties as `context` or with them among its columns
 * @throws CoupletError CONTEXT_MISMATCH for a target that the model does not know; NOT_SUPPORTED for one that a relation ties to other columns of
 *   a model of all; USAGE for options and bounds that contradict each other; DATA_INVALID when no row that was drawn is inside; NOT_CONVERGED for a
 *   condition that no row meets
 * @example
 * import { design } from "couplet/design";
 * const { rows, nats } = await design(modelOfPeople, { target: { income: 60 }, count: 20 });
 */
export async function design(model: TableModel, options: DesignOptions): Promise<Designs> {
  checkOptions("design", options, designOptionNames);
  const { target, context = {}, count = 100, seed = 0, signal } = options;
  checkInteger("design: count", count, 1);
  const candidates = options.candidates ?? 50 * count;
  checkInteger("design: candidates", candidates, count);
  const share = likelyShare("design", options.likely);
  checkTarget(model, target, context);
  const given = { ...context, ...target };
  const stop = signal === undefined ? {} : { signal };
  const axes = propertyAxes(model, given, Object.keys(target));
  const drawn: SampledTable = await model.sample(candidates, {
    seed,
    ...stop,
    ...(axes.inRows
      ? {
          given: given as Given,
          ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
        }
      : { context: given, temperature: options.temperature ?? usualTemperature(model.flow) }),
  });
  const kept = keptRows(model.codec, drawn, options.bounds, options.constraints);
  if (kept.rows.length === 0) throw noneInside("design", candidates, kept);
  const inside = selectRows(drawn, kept.rows);
  const scoring = { seed, impossible: "zero", ...stop } as const;
  const densities = (await model.score(inside, scoring)).nats;
  const among = selectRows(inside, Int32Array.from(likeliest(densities, share, count)));
  // One draw of the noise of discrete cells: the same for all properties, so that its correction cancels.
  const { z } = model.codec.encode(among, { seed, impossible: "zero" });
  const information = await evidence(model.flow, z, axes, signal);
  const best = Int32Array.from(ranked(information).slice(0, count));
  const rows = selectRows(among, best);
  const { nats: scored } = await model.score(rows, scoring);
  const logGiven = drawn.condition?.logProbability ?? 0;
  const nats = scored.map((value) => value - logGiven);
  const predicted = options.judge && judged("design", await options.judge(rows), best.length);
  const warnings = rangeWarnings(model, axes, target);
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
  const numeric = codec.schema.columns.filter(
    ({ type }) => type === "number" || type === "integer",
  );
  const isGiven = (name: string) => codec.contextNames.includes(name);
  const wrong = (expected: string, received: string) =>
    new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: "design: target",
      expected,
      received,
      hint: "A target is a column of numbers; with several, all or none are those that the model was fitted given (fitTable's context, couplet fit --given).",
    });
  if (names.length === 0) throw wrong("a value of a property", "none");
  for (const name of names) {
    if (!numeric.some((column) => column.name === name))
      throw wrong(
        numeric.length === 0
          ? "a model with a column of numbers"
          : `one of ${numeric.map((column) => column.name).join(", ")}`,
        JSON.stringify(name),
      );
    if (typeof target[name] === "number" && Number.isFinite(target[name])) continue;
    throw new CoupletError({
      code: "USAGE",
      where: `design: target: ${name}`,
      expected: "a finite number",
      received: String(target[name]),
    });
  }
  if (new Set(names.map(isGiven)).size > 1)
    throw wrong(
      "properties of one kind",
      `${names.filter(isGiven).join(", ")}, which the model was fitted given, beside ${names.filter((name) => !isGiven(name)).join(", ")}`,
    );
  // A model of other columns draws nothing without those that it was fitted given.
  const absent = codec.contextNames.filter(
    (name) => !isGiven(names[0]!) && !Object.hasOwn(context, name),
  );
  if (absent.length > 0)
    throw wrong(
      `one of ${absent.join(", ")}, which the model was fitted given, or values of these as context`,
      JSON.stringify(names[0]),
    );
  const twice = names.find((name) => Object.hasOwn(context, name));
  if (twice === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: "design: context",
    expected: "other columns than the targets",
    received: twice,
  });
}
