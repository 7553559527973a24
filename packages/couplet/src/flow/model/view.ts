/** What the functions around a model see of it; `FlowModel` is one, conditional or not. */
import type { ParameterLayout } from "../../engine/graph.ts";
import type { Parameter } from "../../engine/value.ts";
import type { Standardiser } from "./preprocess.ts";
import type { Runner } from "./runner.ts";
import type { FlowSpec } from "../spec/types.ts";
import type { OtherRecords, TrainingRecord } from "./metadata.ts";

/** What a model is saved as, besides its parameters. */
export interface ModelDescription {
  readonly spec: FlowSpec;
  readonly standardiser: Standardiser;
  readonly contextStandardiser: Standardiser;
  /** Column names, when the model knows them. */
  readonly columns: readonly string[] | undefined;
  /** How the model was trained; `undefined` for one that was not. */
  readonly training: TrainingRecord | undefined;
  /** @internal Records of other kinds in the model's file. */
  readonly records: OtherRecords;
}

/** What a model is made from, as `createModel` and files give it. */
export interface ModelParts extends ModelDescription {
  readonly parameters: Float32Array;
}

/** A model, to be read. */
export interface ModelView extends ModelDescription {
  /** @internal Names, shapes and places of the parameters. */
  readonly parameterList: readonly Parameter[];
  /** @internal */
  readonly layout: ParameterLayout;
  /** @internal */
  readonly runner: Runner;
  /** The flat parameter buffer (a copy). */
  readonly parameters: Float32Array<ArrayBuffer>;
  /** Number of learned numbers. */
  readonly parameterCount: number;
}
