/** Scores of rows under a condition. */
import { CoupletError } from "../../error.ts";
import { columnNamed } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";
import { readColumn } from "../../table/cell/read-column.ts";
import type { ImpossiblePolicy } from "../../table/cell/read-column.ts";
import type { ConditionReport } from "./condition-report.ts";
import { type ConditionedModel, conditionReport } from "./sample-given.ts";
import type { Given } from "./given.ts";

/**
 * log p(row | condition) = log p(row) - log P(condition) of each row that meets it, and -Infinity of the others.
 *
 * @param nats log p(row)
 * @throws CoupletError DATA_INVALID for a row that does not meet it, unless `impossible` is "zero"; as `sampleGiven`
 */
export async function scoreGiven(
  model: ConditionedModel,
  rows: Table,
  nats: Float64Array,
  options: {
    readonly given: Given;
    readonly seed?: number;
    readonly firstRow?: number;
    readonly impossible?: ImpossiblePolicy;
    readonly where?: string;
    readonly signal?: AbortSignal;
  },
): Promise<{ readonly nats: Float64Array; readonly report: ConditionReport }> {
  const { given, seed = 0, firstRow = 0, impossible = "error", where = "table", signal } = options;
  const { codec } = model;
  if (codec.contextDims > 0)
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "score: given",
      expected: "a model without context columns",
      received: `one given ${codec.contextNames.join(", ")}`,
      hint: "Its scores are already conditional on these columns; fit a model without them to condition on others.",
    });
  const { report, conditions } = await keptReport(model, given, seed, signal);
  const conditional = nats.map((value) => value - report.logProbability);
  const { missingValues } = codec.schema;
  for (const { schema, holds, text } of conditions) {
    const column = columnNamed(rows, schema.name);
    const { codes } = readColumn(column, schema, { missingValues, impossible: "zero", where });
    for (const [row, code] of codes.entries()) {
      if (holds(code)) continue;
      if (impossible === "error")
        throw new CoupletError({
          code: "DATA_INVALID",
          where: `${where}: row ${firstRow + row + 1}`,
          expected: `a row with ${text}, as the condition says`,
          received: `${schema.name}=${String(column.values[row] ?? "")}`,
          hint: "Score such rows as impossible, or drop them.",
        });
      conditional[row] = -Infinity;
    }
  }
  return { nats: conditional, report };
}

type Reported = ReturnType<typeof conditionReport>;

/** A table that is scored in chunks asks for the same probability again and again. */
const kept = new WeakMap<ConditionedModel, { readonly key: string; readonly reported: Reported }>();

function keptReport(
  model: ConditionedModel,
  given: Given,
  seed: number,
  signal: AbortSignal | undefined,
): Reported {
  const key = JSON.stringify([given, seed]);
  const last = kept.get(model);
  if (last?.key === key) return last.reported;
  const reported = conditionReport(model, given, { seed, signal });
  kept.set(model, { key, reported });
  // One that failed or was aborted is no answer for the next call.
  reported.catch(() => kept.delete(model));
  return reported;
}
