/** Describes the condition that rows were drawn or scored under. */
import type { ConditionReport } from "couplet/table";
import { count } from "./quantities.ts";
import type { Reporter } from "./reporter.ts";

/** Fewer training rows than this say little of the rest of a row. */
const FEW_ROWS = 30;
/** A smaller share of independent draws is worth a word. */
const LEAST_WORTH = 0.5;

/** The reports of several chunks as one: they are of the same condition. */
export function wholeReport(parts: readonly ConditionReport[]): ConditionReport | undefined {
  const first = parts[0];
  if (first === undefined) return undefined;
  const sum = (of: (part: ConditionReport) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const mean = (of: (part: ConditionReport) => number): number => sum(of) / parts.length;
  return {
    condition: first.condition,
    method: (["levels", "rejection", "proposal"] as const).find((method) =>
      parts.some((part) => part.method === method),
    )!,
    evaluated: sum(({ evaluated }) => evaluated),
    effective: sum(({ effective }) => effective),
    logProbability: Math.log(mean(({ logProbability }) => Math.exp(logProbability))),
    standardError: mean(({ standardError }) => standardError) / Math.sqrt(parts.length),
    expectedRows: mean(({ expectedRows }) => expectedRows),
  };
}

/** Prints how many training rows a condition stands for, and what the draws are worth; warns where either is little. */
export function tellCondition(
  { condition, effective, expectedRows, logProbability, method }: ConditionReport,
  { trainingRows, drawn }: { readonly trainingRows: number; readonly drawn?: number },
  reporter: Reporter,
): void {
  const rows = expectedRows < 9.95 ? expectedRows.toFixed(1) : count(Math.round(expectedRows));
  const worth =
    drawn === undefined
      ? `log probability ${logProbability.toFixed(3)}`
      : `${count(drawn)} draws worth ${count(Math.round(effective))} independent ones`;
  const line = `given ${condition}: about ${rows} of ${count(trainingRows)} rows; ${worth}`;
  const isPoor = drawn !== undefined && drawn > 0 && effective < LEAST_WORTH * drawn;
  if (expectedRows < FEW_ROWS)
    reporter.warn(
      `${line}. The model has seen few such rows: their other columns may be no better than a guess`,
    );
  else if (isPoor && method !== "rejection")
    reporter.warn(`${line}. Draws repeat each other: draw more rows than you need`);
  else reporter.say(line);
}
