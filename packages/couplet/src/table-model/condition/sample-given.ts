/** Rows of a table's model given what some columns are, and scores of rows under such a condition. */
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { decodeCodes, writeColumns } from "../../table/encode/decode-columns.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import { CoupletError } from "../../error.ts";
import type { Cell, Column, Table } from "../../table/table.ts";
import type { ConditionedModel } from "./conditioned-model.ts";
import { ConditionedFlow } from "./conditioned-flow.ts";
import { conditionalDraws } from "./conditional-draws.ts";
import type { ConditionalDraws, ConditionReport } from "./condition-report.ts";
import { fittedProposal, fittedScreen } from "./proposal-of.ts";
import { proposedDraws } from "./proposed-draws.ts";
import { screenedDraws } from "./screened-draws.ts";
import { strataOf } from "./strata.ts";
import {
  type ColumnCondition,
  type Given,
  checkKnown,
  columnConditions,
  describeGiven,
} from "./given.ts";

/** How rows are drawn under a condition. */
export interface SampleGivenOptions {
  /** Conditions; those of context columns among them are the context. */
  readonly given: Given;
  readonly context?: Readonly<Record<string, Cell>> | Table;
  readonly temperature?: number;
  readonly firstRow?: number;
  readonly signal?: AbortSignal;
}

/** Draws of one call; the next ones begin anew, so that rows of any number need no more memory. */
const BLOCK = 8192;

/**
 * Draws rows that meet conditions, from p(row | conditions) of the joint model.
 *
 * @throws CoupletError CONTEXT_MISMATCH for a condition that the model does not know; NOT_CONVERGED for one that no row meets; USAGE for
 *   another temperature than 1
 */
export async function sampleGiven(
  model: ConditionedModel,
  count: number,
  seed: number,
  options: SampleGivenOptions,
): Promise<{ readonly table: Table; readonly report: ConditionReport }> {
  const { codec } = model;
  const { temperature = 1, firstRow = 0, signal } = options;
  if (temperature !== 1)
    throw new CoupletError({
      code: "USAGE",
      where: "sample: temperature",
      expected: "1 with conditions, since another temperature draws from another distribution",
      received: String(temperature),
    });
  const { context, given } = splitGiven(options, codec);
  const { flow, conditions } = conditionedFlow(model, given, context, signal);
  const parts: ConditionalDraws[] = [];
  const z = new Float64Array(count * codec.dims);
  for (let row = 0; row === 0 || row < count; row += BLOCK) {
    const rows = Math.min(BLOCK, count - row);
    const numbers = { seed, firstRow: firstRow + row };
    const part = await drawsOf(model, flow, rows, numbers);
    z.set(part.z, row * codec.dims);
    parts.push(part);
  }
  const latent = { z, rows: count, dims: codec.dims };
  const codes = await betweenEvents(decodeCodes(codec.readable, latent), signal);
  // The wanted values to the last bit: a latent coordinate has single precision.
  for (const { index, isExact, allowed } of conditions)
    if (isExact && allowed.kind === "range") codes[index]!.fill(allowed.low);
  const writing = writeColumns(codec.readable, codes, count, repeated(context, count));
  const columns = await betweenEvents(writing, signal);
  return { table: { rows: count, columns }, report: reportOf(model, given, parts) };
}

/** The probability of a condition, from a block of draws. */
export async function conditionReport(
  model: ConditionedModel,
  given: Given,
  options: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly report: ConditionReport; readonly conditions: readonly ColumnCondition[] }> {
  const { flow, conditions } = conditionedFlow(model, given, undefined, options.signal);
  const part = await drawsOf(model, flow, BLOCK, { seed: options.seed, firstRow: 0 });
  return { report: reportOf(model, given, [part]), conditions };
}

/** Draws by the way that costs least of those that the model and the conditions allow. */
async function drawsOf(
  model: ConditionedModel,
  flow: ConditionedFlow,
  count: number,
  numbers: { readonly seed: number; readonly firstRow: number },
): Promise<ConditionalDraws> {
  const isExact = flow.conditions.some((condition) => condition.isExact);
  // A value of a continuous column is met by no draw.
  const screen = isExact ? undefined : await fittedScreen(model);
  const strata = screen && (await strataOf(flow, screen));
  if (screen !== undefined && strata !== undefined) {
    if (strata.cost >= 1 / strata.probability) return conditionalDraws(flow, count, numbers);
    const screened = await screenedDraws(flow, { screen, strata }, count, numbers);
    if (screened !== undefined) return screened;
  }
  const proposal = await fittedProposal(model);
  const proposed = proposal && (await proposedDraws(flow, proposal, count, numbers));
  return proposed ?? conditionalDraws(flow, count, numbers);
}

/** Conditions of context columns are the context of the call. */
function splitGiven(
  { given, context = {} }: SampleGivenOptions,
  codec: TableCodec,
): { readonly given: Given; readonly context: Table | undefined } {
  const isContext = ([name]: readonly [string, unknown]): boolean =>
    codec.contextNames.includes(name);
  const own = Object.fromEntries(Object.entries(given).filter((entry) => !isContext(entry)));
  // Before the context is asked for: a misspelt name is no reason to ask for other columns.
  checkKnown(Object.keys(own), codec.schema);
  const moved = Object.fromEntries(Object.entries(given).filter(isContext)) as Record<string, Cell>;
  if (Array.isArray(context["columns"]))
    throw new CoupletError({
      code: "USAGE",
      where: "sample: context",
      expected: "one value for each context column beside conditions",
      received: "a table of them",
      hint: "Call it once for each row of the table.",
    });
  const values = { ...(context as Readonly<Record<string, Cell>>), ...moved };
  const needed = codec.contextDims > 0 || Object.keys(values).length > 0;
  return { given: own, context: needed ? codec.contextTable(values, 1) : undefined };
}

function conditionedFlow(
  { flow, codec }: ConditionedModel,
  given: Given,
  context: Table | undefined,
  signal: AbortSignal | undefined,
): { readonly flow: ConditionedFlow; readonly conditions: readonly ColumnCondition[] } {
  const conditions = columnConditions(given, codec.schema, codec.readable.modelled);
  checkSolvable(conditions, codec);
  const options = {
    context: context === undefined ? undefined : codec.encodeContext(context),
    signal,
  };
  return { flow: new ConditionedFlow(flow, codec, conditions, options), conditions };
}

/** A continuous column that others compute has no coordinate that a value could be put into. */
function checkSolvable(conditions: readonly ColumnCondition[], { readable }: TableCodec): void {
  for (const { isExact, index, schema, text } of conditions) {
    if (!isExact || readable.plan.columns[index]!.value) continue;
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: "given",
      expected: `a range of ${JSON.stringify(schema.name)}, which a relation computes from other columns`,
      received: text,
      hint: "Give a range around the value, or values of the columns that it is computed from.",
    });
  }
}

/** The same context columns for every row. */
function repeated(
  context: Table | undefined,
  count: number,
): ReadonlyMap<string, Column> | undefined {
  if (context === undefined) return undefined;
  const again = (column: Column): Column =>
    column.kind === "text"
      ? { ...column, values: Array.from({ length: count }, () => column.values[0]!) }
      : { ...column, values: new Float64Array(count).fill(column.values[0]!) };
  return new Map(context.columns.map((column) => [column.name, again(column)]));
}

/** One report of all blocks: their estimates of the same probability, averaged. */
function reportOf(
  { source }: ConditionedModel,
  given: Given,
  parts: readonly ConditionalDraws[],
): ConditionReport {
  const mean = (of: (part: ConditionalDraws) => number): number =>
    parts.reduce((sum, part) => sum + of(part), 0) / parts.length;
  return {
    condition: describeGiven(given),
    // The least direct one of the blocks.
    method: (["levels", "proposal", "screened", "rejection"] as const).find((method) =>
      parts.some(({ report }) => report.method === method),
    )!,
    evaluated: mean(({ report }) => report.evaluated) * parts.length,
    effective: mean(({ report }) => report.effective) * parts.length,
    logProbability: Math.log(mean(({ report }) => Math.exp(report.logProbability))),
    standardError:
      Math.sqrt(mean(({ report }) => report.standardError ** 2)) / Math.sqrt(parts.length),
    expectedRows: source.rows * mean(({ share }) => share),
  };
}
