/** The questions that a table's model answers beside densities and samples. What answers them is loaded when a program asks. */
import type { Table } from "../../table/table.ts";
import type { ConditionedModel } from "./conditioned-model.ts";
import type { ImputedTable, ImputeOptions } from "./impute.ts";
import type { Predictions, PredictOptions } from "./predict.ts";

/**
 * Fills the missing cells of rows by p(missing cells | the others of the row): completions from the flow that `anyCondition` learnt (or that is learnt
 * now), weighed by the joint model, so that a poor proposal costs draws and not truth. What a relation computes is computed; a drawn row keeps all
 * relations. A cell that may be missing in the model's eyes, too, is filled as if it were not.
 *
 * @throws CoupletError DATA_INVALID for a table that does not fit the schema; NOT_SUPPORTED for a model with context columns
 * @example
 * import { impute } from "couplet/table";
 * const { table, cells } = await impute(modelOfPeople, people, { seed: 1 });
 * for (const { column, low, high } of cells) console.log(column, low, high);
 */
export async function impute(
  model: ConditionedModel,
  rows: Table,
  options: ImputeOptions = {},
): Promise<ImputedTable> {
  return (await import("./impute.ts")).impute(model, rows, options);
}

/**
 * Predicts a column: the joint density along this column with the others held fixed, normalised over its values: no training of its own, no
 * draws of the target. A category's probabilities are exact up to the noise of other discrete cells; numbers of up to 64 values
 * likewise, others on nodes along their axis, closest where the mass is. Missing cells of the other columns are averaged over.
 *
 * @throws CoupletError USAGE for a target that the model does not describe; DATA_INVALID for a table that does not fit the schema;
 *   NOT_SUPPORTED for a model with context columns
 * @example
 * import { predict } from "couplet/table";
 * const homes = await predict(modelOfPeople, people, { target: "home" });
 * if (homes.kind === "category") console.log(homes.best, homes.probabilities);
 */
export async function predict(
  model: ConditionedModel,
  rows: Table,
  options: PredictOptions,
): Promise<Predictions> {
  return (await import("./predict.ts")).predict(model, rows, options);
}
