/** Scores of rows under a condition. */
import { CoupletError } from "../../error.ts";
import { columnNamed } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";
import { readColumn } from "../../table/cell/read-column.ts";
import type { ImpossiblePolicy } from "../../table/cell/read-column.ts";
import type { ConditionReport } from "./condition-report.ts";
import type { ConditionedModel } from "./conditioned-model.ts";
import { conditionReport } from "./sample-given.ts";
import { completions } from "./complete-table.ts";
import { type Given, checkNames } from "./given.ts";
import { refuseContext } from "./impute.ts";
import { proposalOf } from "./proposal-of.ts";

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
  refuseContext(model, "score: given");
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

/** Completions of each row. */
const COPIES = 64;

/**
 * log p(other columns | named columns) of each row, at the row's own values: its log density less that of the named cells, which the mean
 * weight of completions estimates. Relations may leave a row without any completion: such a row has the score NaN.
 *
 * @param nats log p(row)
 * @throws CoupletError CONTEXT_MISMATCH for a column that the model does not describe
 */
export async function scoreGivenOwn(
  model: ConditionedModel,
  rows: Table,
  nats: Float64Array,
  options: {
    readonly given: readonly string[];
    readonly seed?: number;
    readonly where?: string;
    readonly signal?: AbortSignal;
  },
): Promise<Float64Array> {
  const { given: names, seed = 0, where = "table", signal } = options;
  refuseContext(model, "score: given");
  const { codec } = model;
  const { readable } = codec;
  checkNames(names, codec.schema, readable.modelled);
  const { missingValues } = codec.schema;
  const own = readable.modelled.map((schema) => {
    const isGiven = names.includes(schema.name);
    const { codes } = readColumn(columnNamed(rows, schema.name), schema, {
      missingValues,
      impossible: "zero",
      where,
    });
    return { codes, known: new Uint8Array(rows.rows).fill(Number(isGiven)) };
  });
  const cells = { codes: own.map(({ codes }) => codes), known: own.map(({ known }) => known) };
  const proposal = await proposalOf(model, { signal });
  const conditional = new Float64Array(rows.rows).fill(NaN);
  const all = Int32Array.from({ length: rows.rows }, (_, row) => row);
  for await (const { row, logGiven } of completions(model, proposal, cells, all, {
    copies: COPIES,
    seed,
    signal,
  }))
    conditional[row] = nats[row] === -Infinity ? -Infinity : nats[row]! - logGiven;
  return conditional.map((value) => (value === Infinity ? NaN : value));
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
