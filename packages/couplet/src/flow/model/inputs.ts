/** A call's rows and context, checked and in the units that a model's graphs take. */
import { CoupletError } from "../../error.ts";
import { checkOptions } from "../../options.ts";
import { callOptionNames } from "./call-options.ts";
import type { CallOptions } from "./call-options.ts";
import type { ModelView } from "./view.ts";
import { standardise } from "./preprocess.ts";
import { checkLevels } from "./levels.ts";
import { toBatch } from "./rows.ts";
import type { Rows } from "./rows.ts";
import type { Floats } from "./runner.ts";

interface WithContext {
  readonly context?: Rows;
}

/** The inputs of a graph by the names of its ports, and how many rows they have. */
export interface ModelInputs {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, Floats>>;
}

/**
 * Rows of data or of latent values, with the context that goes with them.
 *
 * @param where the call, for messages
 * @param port `x`: data in the user's own units, which are standardised; `z`: latent values as they are
 * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH, USAGE for an option that there is not
 */
export function modelInputs(
  model: ModelView,
  where: string,
  port: "x" | "z",
  rows: Rows,
  options: CallOptions<boolean> | undefined,
  oneForAll = false,
): ModelInputs {
  checkOptions(where, options, callOptionNames);
  const batch = toBatch(where, rows, model.spec.dims, port === "x" ? model.columns : undefined);
  if (port === "x") checkLevels(where, model.spec, batch);
  const values = model.runner.floats(batch.data.length);
  if (port === "x") standardise(batch, model.standardiser, values);
  else values.set(batch.data);
  return {
    rows: batch.rows,
    inputs: { [port]: values, ...contextInput(model, where, options, batch.rows, oneForAll) },
  };
}

/**
 * The context of `rows` rows, standardised; nothing for a model that has none.
 *
 * @param oneForAll repeats a context of one row for every row
 * @throws CoupletError CONTEXT_MISMATCH, NON_FINITE_INPUT
 */
export function contextInput(
  model: ModelView,
  where: string,
  options: WithContext | undefined,
  rows: number,
  oneForAll = false,
): Readonly<Record<string, Floats>> {
  const wanted = model.spec.context as number;
  const given = options?.context;
  if ((wanted === 0) !== (given === undefined)) {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where,
      expected:
        wanted === 0
          ? "no context: the model is not conditional"
          : `options.context of ${wanted} columns, one row per row`,
      received: wanted === 0 ? "a context" : "none",
    });
  }
  if (given === undefined) return {};
  const batch = toBatch(`${where}: context`, given, wanted);
  if (batch.rows !== rows && !(oneForAll && batch.rows === 1)) {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: `${where}: context`,
      expected: `${rows} rows, one per row${oneForAll ? ", or one row for all" : ""}`,
      received: String(batch.rows),
    });
  }
  const values = standardise(
    batch,
    model.contextStandardiser,
    model.runner.floats(batch.data.length),
  );
  if (batch.rows === rows) return { context: values };
  const repeated = model.runner.floats(rows * wanted);
  for (let r = 0; r < rows; r++) repeated.set(values, r * wanted);
  return { context: repeated };
}
