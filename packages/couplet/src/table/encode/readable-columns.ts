/** The modelled columns of a codec: their schemas, encoders and places. */
import type { RelationPlan } from "../relations/plan-relations.ts";
import type { ModelledColumnSchema, Schema } from "../schema/schema.ts";
import type { ColumnEncoder } from "./encoder.ts";
import type { RelatedEncoder } from "./related-encoder.ts";

/** A modelled column with its encoder and its place among the latent dimensions. */
export interface PlacedColumn {
  readonly schema: ModelledColumnSchema;
  /** Its place among the modelled columns without context. */
  readonly index: number;
  /** The encoder of a cell that no relation narrows. */
  readonly encoder: ColumnEncoder;
  /** First latent dimension. */
  readonly offset: number;
  readonly dims: number;
  readonly roles: readonly string[];
  readonly contribution: ColumnEncoder["contribution"];
  /** The encoders of its cells, where relations narrow them. */
  readonly related?: RelatedEncoder;
}

/** The modelled columns of a codec. */
export interface ReadableColumns {
  readonly schema: Schema;
  /** All modelled columns, without context. */
  readonly modelled: readonly ModelledColumnSchema[];
  readonly placed: readonly PlacedColumn[];
  readonly plan: RelationPlan;
  /** Training rows, which every relation held in. */
  readonly relatedRows: number;
}
