/** What a fit of a table can be told, and what it tells. */
import type { OptionNames } from "../../options.ts";
import type { CpuOptions } from "../../engine/device/options.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import type { InferSchemaOptions } from "../../table/infer/infer-schema.ts";
import type { Relation } from "../../table/schema/relation.ts";
import type { Schema } from "../../table/schema/schema.ts";
import type { TableWarning } from "../../table/warnings.ts";
import type { TrainEvent } from "../../train/events.ts";
import { trainOptionNames } from "../../train/options.ts";
import type { TrainOptions } from "../../train/options.ts";
import type { TableModel } from "../table-model.ts";
import type { TableSize } from "./default-flow.ts";

/** Options of `fitTable`: those of training, and what a table needs. */
export interface FitTableOptions
  extends
    Omit<
      TrainOptions,
      | "validation"
      | "weights"
      | "standardise"
      | "columns"
      | "rowsOfEpoch"
      | "contextOfEpoch"
      | "onEpoch"
      | "onEvent"
    >,
    CpuOptions {
  /** What each column is; inferred when left out. */
  readonly schema?: Schema;
  /** How it is inferred: other spellings of missing cells, say. */
  readonly infer?: InferSchemaOptions;
  /**
   * What holds between the columns of every row, and so of every sample: "auto" (default) takes the schema's relations, and where it
   * has none looks for some in the training rows; "none" keeps none; a list keeps these.
   */
  readonly relations?: "auto" | "none" | readonly Relation[];
  /** Columns to condition on: the model is then of the other columns given these. */
  readonly context?: readonly string[];
  /**
   * A model to go on from, on its own table or on another one with the same columns: the new model has its schema, its encoders, its relations
   * and its flow, whose training starts from its parameters. Not beside `schema`, `infer`, `relations`, `context` and `flow`, which it decides, and
   * not for tables read in parts. A value that the model knows nothing of (a category never seen, a number beyond a bound) is an error. On the
   * table that it was fitted on, the same rows are held out, whatever the seed; a table that has old rows beside new ones is split anew, and
   * its held-out figures are too good. `smoothing` is 0 unless given; what `anyCondition` learnt is not taken over.
   */
  readonly from?: TableModel;
  /** Another flow than the default one. */
  readonly flow?: (size: TableSize) => FlowSpec;
  /** Fraction of rows kept for the closing report; as many again choose the best epoch. Default 0.1. */
  readonly heldOut?: number;
  /**
   * Bandwidth of the noise that blurs continuous columns at the start of training, in their deviations, at most; it follows the
   * directions in which a row's nearest rows lie, and falls to 0 by the last epoch. It keeps a flow from learning few rows by heart. 0 switches it off. Default: min(0.5, sqrt(175 / rows)), none from
   * 10,000 rows on. Has no effect on tables read in parts.
   */
  readonly smoothing?: number;
  /**
   * Fraction of the rows that may be anomalies, for data to find them in: as many that independent normals and frequencies find
   * least likely are kept out of training, so that the flow does not learn clusters of them. "auto" finds the fraction, a quarter at
   * most, by a first flow that is fitted without the rows that simple models find odd; it takes a quarter more time. Held-out rows all
   * report. Default 0: the density of the rows as they are. Not for tables read in parts.
   */
  readonly contamination?: number | "auto";
  /**
   * Whether to learn, after the model, a flow that proposes rows under any condition. The model stays the same; conditions, filling in and
   * predictions are faster with it. It takes a quarter more time on thousands of rows; more on hundreds. Not beside `context`. Default false.
   */
  readonly anyCondition?: boolean;
  /** Where the rows came from, for the report. */
  readonly name?: string;
  /** Called with every event. */
  readonly onEvent?: (event: TableEvent) => void;
}

const {
  validation: _validation,
  weights: _weights,
  standardise: _standardise,
  columns: _columns,
  rowsOfEpoch: _rowsOfEpoch,
  contextOfEpoch: _contextOfEpoch,
  onEpoch: _onEpoch,
  ...ofTraining
} = trainOptionNames;

export const fitTableOptionNames: OptionNames<FitTableOptions> = {
  ...ofTraining,
  threads: 0,
  blas: false,
  relaxedSimd: false,
  schema: true,
  infer: true,
  relations: true,
  context: true,
  from: true,
  flow: "function",
  heldOut: 0,
  smoothing: 0,
  contamination: true,
  anyCondition: false,
  name: "",
};

/** Training events with losses in nats per row of the table, and what comes before training. */
export type TableEvent =
  | {
      readonly type: "schema";
      readonly schema: Schema;
      readonly dims: number;
      readonly flow: FlowSpec;
    }
  | { readonly type: "tableWarning"; readonly warning: TableWarning }
  /** With `anyCondition`: a pass of the flow that proposes rows, after the training has ended. Told to `onEvent` alone. */
  | { readonly type: "conditions"; readonly epoch: number; readonly epochs: number }
  /** With `contamination: "auto"`: a pass of the first flow, before the training. Told to `onEvent` alone. */
  | { readonly type: "usualRows"; readonly epoch: number; readonly epochs: number }
  | TrainEvent;
