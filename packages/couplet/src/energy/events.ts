/** What training from an energy tells while it runs. Everything in nats. */
import type { ImportanceSummary } from "../statistics/importance.ts";

/** The model against the target at temperature 1, from draws of the model. */
export interface EnergyEvaluation extends ImportanceSummary {
  /** Steps done. */
  readonly step: number;
  /** Rows of the evaluation without a finite energy: weight 0. */
  readonly nonFinite: number;
}

/** An event of `fitEnergy`. */
export type EnergyEvent =
  | {
      readonly type: "start";
      readonly steps: number;
      readonly batch: number;
      readonly parameters: number;
      /** Before the first step. */
      readonly evaluation: EnergyEvaluation;
    }
  | {
      readonly type: "progress";
      /** Steps done and to do. */
      readonly step: number;
      readonly steps: number;
      readonly temperature: number;
      /**
       * KL(q || p) - log Z at this temperature, mean of log q + u / T over the rows since the last event; NaN in steps that learn
       * from resampled draws.
       */
      readonly reverseKl: number;
      /** Rows since the last event whose energy was compressed, and rows without a finite energy. */
      readonly clipped: number;
      readonly nonFinite: number;
      readonly learningRate: number;
      readonly gradientNorm: number;
      readonly rowsPerSecond: number;
      readonly elapsedMs: number;
      readonly etaMs: number;
    }
  | { readonly type: "evaluation"; readonly evaluation: EnergyEvaluation }
  | { readonly type: "warning"; readonly message: string }
  | {
      readonly type: "end";
      /** All steps done, `stop` aborted, or `maxMinutes` over. */
      readonly reason: "steps" | "stopped" | "time";
      /** Of the model that comes back, from draws that no earlier evaluation had: those had a part in choosing its parameters. */
      readonly evaluation: EnergyEvaluation;
      /** Rows of the whole run without a finite energy. */
      readonly nonFinite: number;
      readonly elapsedMs: number;
    };
