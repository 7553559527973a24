/** What a report of a table's model measures. */
import type { Environment } from "../../page/environment.ts";
import type { AssociationReport } from "./association.ts";
import type { CalibrationReport } from "./calibration.ts";
import type { ColumnScore } from "./chance-scores.ts";
import type { ColumnComparison } from "./column-comparison.ts";
import type { ConditionalReport } from "./conditional-report.ts";
import type { EvaluatedRows } from "./evaluated-rows.ts";
import type { LatentReport } from "./latent.ts";
import type { CopyingReport, TwoSampleReport } from "./two-sample.ts";
import type { LossReport } from "./losses.ts";
import type { NotableRows } from "./notable-rows.ts";
import type { PairComparison } from "./pair-comparison.ts";
import type { RelationsReport } from "./relations.ts";
import type { RoundTripReport } from "./round-trip.ts";
import type { ScoreReport } from "./scores.ts";

/** What a report measures, JSON-able: numbers that do not exist are `null` in JSON. */
export interface TableReportData {
  readonly schemaVersion: 1;
  /** Name of the data. */
  readonly name: string;
  /** The exact command or call. */
  readonly command: string;
  readonly evaluated: EvaluatedRows;
  readonly model: {
    /** Rows of the table that it was fitted on, and that table's name. */
    readonly rows: number;
    readonly name?: string;
    /** Fraction of its rows that was kept out of training as likely anomalies, where one was asked for. */
    readonly contamination?: number;
    readonly seed: number;
    readonly columns: number;
    readonly context: readonly string[];
    readonly dims: number;
    readonly parameters: number;
    readonly layers: number;
  };
  readonly scores: ScoreReport;
  readonly losses?: LossReport;
  /** Every modelled column: how alike samples and rows are. */
  readonly shapes: readonly ColumnScore[];
  /** Means over columns and over pairs, SDMetrics' column shapes and pair trends. */
  readonly shapeScore: number;
  readonly trendScore: number;
  /** The columns that are drawn. */
  readonly columns: readonly ColumnComparison[];
  /** Modelled columns that are not drawn, for lack of room: the best matched ones. */
  readonly columnsNotDrawn: readonly string[];
  /** Columns that the model leaves out. */
  readonly columnsLeftOut: readonly { readonly column: string; readonly why: string }[];
  /** Of a schema with relations: whether samples keep them. */
  readonly relations?: RelationsReport;
  readonly association: AssociationReport;
  readonly pairs: readonly PairComparison[];
  readonly calibration: CalibrationReport;
  /** Of a model with context columns. */
  readonly conditional?: ConditionalReport;
  readonly latent?: LatentReport;
  readonly twoSample?: TwoSampleReport;
  readonly rows: NotableRows;
  readonly roundTrip: RoundTripReport;
  readonly copying?: CopyingReport;
  /** Samples drawn for the comparisons. */
  readonly samples: number;
  readonly environment: Environment;
  readonly elapsedMs: number;
}
