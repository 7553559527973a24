/** What a fit learns after the model: to propose rows under any condition. */
import { CoupletError } from "../../error.ts";
import { TableModel } from "../table-model.ts";
import type { FitTableOptions } from "./fit-table-options.ts";

/** @throws CoupletError NOT_SUPPORTED for `anyCondition` beside context columns */
export function checkAnyCondition({ anyCondition, context, from, schema }: FitTableOptions): void {
  if (anyCondition !== true) return;
  const known = from instanceof TableModel ? from.schema : schema;
  const given = context ?? known?.columns.flatMap((c) => (c.role === "context" ? [c.name] : []));
  if (given === undefined || given.length === 0) return;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where: "fitTable: anyCondition",
    expected: "no context columns: any column can be a condition",
    received: `context ${given.join(", ")}`,
    hint: "Leave `context` out, or `anyCondition`.",
  });
}

/** The model, with a flow that proposes rows under any condition where the options ask for one. */
export async function withConditions(
  model: TableModel,
  options: FitTableOptions,
  stop: AbortSignal,
): Promise<TableModel> {
  if (options.anyCondition !== true) return model;
  try {
    // Loaded when wanted: other fits start sooner.
    const { learnConditions } = await import("../condition/learn-conditions.ts");
    const anyCondition = await learnConditions(model, {
      seed: options.seed ?? 0,
      stop: options.stop === undefined ? stop : AbortSignal.any([options.stop, stop]),
      signal: options.signal,
      onEpoch: (epoch, epochs) => options.onEvent?.({ type: "conditions", epoch, epochs }),
    });
    return new TableModel(model.flow, model.codec, { ...model.record, anyCondition });
  } catch (error) {
    model.dispose();
    throw error;
  }
}
