/** What conditional draws give and say. */
import { CoupletError } from "../../error.ts";

/** What a condition's draws say of it. */
export interface ConditionReport {
  /** For people: "sex=F, age=30..40". */
  readonly condition: string;
  /**
   * "rejection": rows of the joint that meet it; "screened": the same, with most rows that miss it discarded before they are computed, and drawn again by
   * weight; "proposal": rows of the flow that `anyCondition` learnt, drawn again by the joint model's weights; "levels": rows that were moved there
   * step by step, for what is rare or a value of a continuous column.
   */
  readonly method: "rejection" | "screened" | "proposal" | "levels";
  /** Rows that went through the flow. */
  readonly evaluated: number;
  /** Independent draws that the rows given back are worth: their own number where all were drawn afresh. */
  readonly effective: number;
  /** log of the condition's probability, nats; of values of continuous columns the log of a density, in their units. */
  readonly logProbability: number;
  readonly standardError: number;
  /** Training rows that meet it, by the model: its probability times their number; of values of continuous columns, rows within half a deviation. */
  readonly expectedRows: number;
}

/** Latent rows that meet the conditions. */
export interface ConditionalDraws {
  readonly z: Float64Array;
  readonly report: Omit<ConditionReport, "condition" | "expectedRows">;
  /** Share of the model's rows that meet the condition, or come near it where it is exact. */
  readonly share: number;
}

/** No row came near the conditions. */
export function notMet(nearest: number): CoupletError {
  return new CoupletError({
    code: "NOT_CONVERGED",
    where: "given",
    expected: "rows of the model that meet the conditions",
    received: `none: the nearest miss them by ${nearest.toPrecision(2)} standard deviations`,
    hint: "The conditions exclude each other, or no training row was near them: widen a range or drop one.",
  });
}
