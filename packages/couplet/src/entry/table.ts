/**
 * `couplet/table`: exact-likelihood models of tables of mixed types.
 *
 * Tables (`table` and its other makers), schemas (`inferSchema`, `parseSchema`), the exact encoders (`fitTableCodec`),
 * models (`fitTable`, `TableModel`), simple models to compare with (`independentBaseline` and others) and measures of
 * the quality of samples (`shapesAndTrends` and others). Errors and flows are in `couplet`.
 */
export {
  column,
  columnNamed,
  selectRows,
  table,
  tableFromChunks,
  tableFromObjects,
  tableFromRows,
  toObjects,
} from "../table/table.ts";
export type {
  Cell,
  Column,
  ColumnValues,
  NumberColumn,
  Table,
  TextColumn,
} from "../table/table.ts";
export { DEFAULT_MISSING } from "../table/cell/missing-cell.ts";
export { reservoirSample } from "../table/reservoir.ts";
export type { ChunkedTable, ReservoirSample } from "../table/reservoir.ts";
export { tableFingerprint } from "../table/fingerprint.ts";
export { COLUMN_TYPES } from "../table/schema/schema.ts";
export { inferSchema, inferSchemaAsync } from "../table/infer/infer-schema.ts";
export type { InferSchemaAsyncOptions, InferSchemaOptions } from "../table/infer/infer-schema.ts";
export { parseSchema } from "../table/schema/parse-schema.ts";
export { confirmedRelations } from "../table/relations/confirmed-relations.ts";
export { findRelations } from "../table/relations/find-relations.ts";
export { brokenRelations } from "../table/relations/broken-relations.ts";
export type { BrokenRelation } from "../table/relations/broken-relations.ts";
export { describeRelation, parseRelation } from "../table/relations/kinds/index.ts";
export type {
  ExclusionRelation,
  OrderRelation,
  ParentRelation,
  ProductRelation,
  Relation,
  RelationCell,
  Rounding,
  SharesRelation,
  SumRelation,
  SumTerm,
} from "../table/schema/relation.ts";
export { describeSchema } from "../table/infer/describe-schema.ts";
export { withLeftOut, withMissingSpelled } from "../table/keys/complete-table.ts";
export { extendSchema } from "../table/infer/extend-schema.ts";
export { splitContext } from "../table/split-context.ts";
export type {
  CategoryColumnSchema,
  ColumnSchema,
  ColumnType,
  ConstantColumnSchema,
  DateColumnSchema,
  IntegerColumnSchema,
  KeyPattern,
  NumberColumnSchema,
  NumberFormat,
  OmittedColumnSchema,
  Schema,
  SentinelLists,
} from "../table/schema/schema.ts";
export { tableWarnings } from "../table/warnings.ts";
export type { TableWarning } from "../table/warnings.ts";
export { fitTableCodec, tableCodec } from "../table/encode/table-codec.ts";
export type {
  DimInfo,
  DrawOptions,
  EncodedRows,
  EncodeOptions,
  ReadOptions,
  TableCodec,
  TableCodecState,
  TableCodes,
} from "../table/encode/table-codec.ts";
export type { ImpossiblePolicy } from "../table/cell/read-column.ts";
export {
  copulaBaseline,
  gaussianBaseline,
  independentBaseline,
} from "../table/baseline/baselines.ts";
export { isDiscreteHeavy, jointFrequencyBaseline } from "../table/baseline/joint-frequencies.ts";
export type { BaselineOptions, TableBaseline } from "../table/baseline/baselines.ts";
export { shapesAndTrends } from "../table/quality/shapes-and-trends.ts";
export type {
  ColumnShape,
  PairTrend,
  ShapesAndTrends,
} from "../table/quality/shapes-and-trends.ts";
export { classifierTwoSample } from "../table/quality/two-sample.ts";
export type { TwoSampleOptions } from "../table/quality/two-sample.ts";
export { areaUnderCurve } from "../statistics/auc.ts";
export type { Auc } from "../statistics/auc.ts";
export { trainOnSyntheticTestOnReal } from "../table/quality/utility.ts";
export type { Utility } from "../table/quality/utility.ts";
export { nearestRows } from "../table/quality/nearest-rows.ts";
export type { NearestRows, NearestRowsOptions } from "../table/quality/nearest-rows.ts";
export { fitTable } from "../table-model/fit/fit-table.ts";
export { splitTable } from "../table-model/fit/split-table.ts";
export type { FitTableOptions, TableEvent } from "../table-model/fit/fit-table-options.ts";
export type { PartitionedTable, RowRange } from "../table-model/partitioned/partitioned-table.ts";
export { planTable } from "../table-model/fit/plan-table.ts";
export type { TablePlan } from "../table-model/fit/plan-table.ts";
export { defaultFlow } from "../table-model/fit/default-flow.ts";
export type { TableSize } from "../table-model/fit/default-flow.ts";
export { TableModel } from "../table-model/table-model.ts";
export type {
  SampledTable,
  SampleTableOptions,
  ScoreOptions,
  TableScores,
} from "../table-model/table-model.ts";
export type { CellCondition, CellRange, Given } from "../table-model/condition/given.ts";
export { impute, predict } from "../table-model/condition/ask.ts";
export type { FilledCell, ImputedTable, ImputeOptions } from "../table-model/condition/impute.ts";
export type { PredictOptions, Predictions } from "../table-model/condition/predict.ts";
export type { ConditionedModel } from "../table-model/condition/conditioned-model.ts";
export type { ConditionReport } from "../table-model/condition/condition-report.ts";
export type { LossShift, TableRecord, TableSource } from "../table-model/table-record.ts";
export type { Explanation, ExplainOptions } from "../table-model/explain/explain.ts";
export type { ExplainedModel } from "../table-model/explain/explained-model.ts";
export type { HeldOutReport, MeanScore } from "../table-model/fit/held-out.ts";
export { heldOutVerdict } from "../table-model/verdict.ts";
export type { Grade, Verdict } from "../table-model/verdict.ts";
export type {
  DateUnit,
  ModelledColumnSchema,
  NumberTransform,
  NumericColumnSchema,
  Storage,
} from "../table/schema/schema.ts";
export type { MixedPolicy } from "../table/infer/infer-text.ts";
export type { HeapState } from "../table/cell/heaped-steps.ts";
export type { AxisPiece, ColumnEncoder, ColumnEncoderState } from "../table/encode/encoder.ts";
export type { NarrowedCells } from "../table/encode/narrowed-cells.ts";
export type { DifferenceState } from "../table/encode/related-encoder.ts";
export type { DifferenceSchema } from "../table/relations/difference.ts";
export type { Interval } from "../table/encode/interval.ts";
export type { MonotoneMapState, Tail } from "../table/encode/monotone-map.ts";
export type { TableParts } from "../table-model/fit/split-table.ts";
export type { BoostedTreesOptions } from "../statistics/boosted-trees.ts";
