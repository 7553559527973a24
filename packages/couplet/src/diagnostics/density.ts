/** What the diagnostics ask of a model, so that a density of the user's own can be judged like a flow. */
import { CoupletError } from "../error.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";

/** What goes with the rows of a call. */
export interface DensityCall {
  /** One row of context per row, for conditional densities. */
  readonly context?: Float64Array;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** A density that can be evaluated and drawn from: a `FlowModel`, or one of the user's own with the same two methods. */
export interface Density {
  readonly spec: {
    /** Variables of a row. */
    readonly dims: number;
    /** Numbers of context per row; 0 for a density without conditions. */
    readonly context: number;
  };
  /** Names of the variables, for messages. */
  readonly columns?: readonly string[] | undefined;
  /** log p of each row, nats. */
  logProb(rows: Float64Array, options?: DensityCall): Promise<ArrayLike<number>>;
  /** `count` rows, row-major; a conditional density draws one per row of context. */
  sample(count: number, options?: DensityCall): Promise<ArrayLike<number>>;
}

/** Rows to judge a density by, with the context they belong to. */
export interface JudgedRows {
  readonly rows: number;
  readonly dims: number;
  readonly x: Batch;
  readonly context: Batch | undefined;
  /** Of the variables. */
  readonly names: readonly string[];
}

/**
 * @param where the call, for messages
 * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH; DATA_INVALID for fewer than ten rows
 */
export function judgedRows(
  where: string,
  model: Density,
  rows: Rows,
  context: Rows | undefined,
): JudgedRows {
  const { dims, context: conditions } = model.spec;
  const x = toBatch(where, rows, dims, model.columns);
  if (x.rows < LEAST_JUDGED_ROWS) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where,
      expected: `at least ${LEAST_JUDGED_ROWS} rows`,
      received: String(x.rows),
      hint: "Use at least a few hundred rows that training did not see, better a thousand.",
    });
  }
  if (conditions > 0 !== (context !== undefined)) {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where,
      expected:
        conditions > 0
          ? `options.context of ${conditions} columns, one row per row`
          : "no context: the model is not conditional",
      received: conditions > 0 ? "none" : "a context",
    });
  }
  const given =
    context === undefined ? undefined : toBatch(`${where}: context`, context, conditions);
  if (given !== undefined && given.rows !== x.rows) {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: `${where}: context`,
      expected: `${x.rows} rows, one per row`,
      received: String(given.rows),
    });
  }
  const names = model.columns ?? Array.from({ length: dims }, (_, j) => `x${j + 1}`);
  return { rows: x.rows, dims, x, context: given, names };
}

/** Fewer rows say nothing of a density. */
export const LEAST_JUDGED_ROWS = 10;

/** Row-major numbers in float64. */
export function float64(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}
