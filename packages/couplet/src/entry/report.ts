/**
 * Reports: pages of HTML that hold all they show. Needs the optional peers `@observablehq/plot` and,
 * outside browsers, `linkedom`.
 */
export { html, escapeHtml } from "../report/page/html.ts";
export type { Html, HtmlValue } from "../report/page/html.ts";
export { openCharts } from "../report/page/charts.ts";
export type { Charts, ChartsOptions } from "../report/page/charts.ts";
export { figure, figureGrid } from "../report/page/figure.ts";
export type { FigureOptions } from "../report/page/figure.ts";
export {
  dataTable,
  facts,
  headlines,
  legend,
  notice,
  paragraph,
  scaleLegend,
} from "../report/page/parts.ts";
export type { DataTableOptions, Headline, LegendEntry, TableColumn } from "../report/page/parts.ts";
export { csvAddress, csvOf } from "../report/page/csv.ts";
export type { CsvCell, CsvColumns } from "../report/page/csv.ts";
export {
  countText,
  durationText,
  fixedText,
  numberText,
  percentText,
  withError,
} from "../report/page/number-text.ts";
export {
  colours,
  diverging,
  divergingColour,
  paletteStyle,
  sequential,
  sequentialColour,
  series,
} from "../report/page/palette.ts";
export { svgFile } from "../report/page/svg-file.ts";
export type { SvgFileOptions, SvgPanel } from "../report/page/svg-file.ts";
export type { Theme } from "../report/page/palette.ts";
export { currentEnvironment } from "../report/page/environment.ts";
export type { Environment } from "../report/page/environment.ts";
export { renderPage } from "../report/page/page.ts";
export type { PageOptions, PageSection } from "../report/page/page.ts";
export { featureMatrix } from "../table/quality/feature-matrix.ts";
export type { FeatureMatrix } from "../table/quality/feature-matrix.ts";
export { dateOfIndex } from "../table/cell/date-unit.ts";
export { correlation, ranks } from "../statistics/rank-correlation.ts";
export { tableReport } from "../report/table/table-report.ts";
export type { TableReportData } from "../report/table/measures/table-report-data.ts";
export type { ColumnScore } from "../report/table/measures/chance-scores.ts";
export type { TableReport, TableReportOptions } from "../report/table/table-report.ts";
export { renderTableReport } from "../report/table/figures/render.ts";
export type { RenderTableReportOptions } from "../report/table/figures/render.ts";
export type { AssociationReport } from "../report/table/measures/association.ts";
export type { CalibrationReport, CoverageCurve } from "../report/table/measures/calibration.ts";
export type {
  ConditionalReport,
  ConditionalTest,
} from "../report/table/measures/conditional-report.ts";
export type { Departure } from "../diagnostics/calibration-test.ts";
export type {
  CategoryComparison,
  ColumnComparison,
  NumberComparison,
  PointShare,
} from "../report/table/measures/column-comparison.ts";
export type { EvaluatedRows } from "../report/table/measures/evaluated-rows.ts";
export type { LatentDimension, LatentReport } from "../report/table/measures/latent.ts";
export type { CopyingReport, TwoSampleReport } from "../report/table/measures/two-sample.ts";
export type { LossReport } from "../report/table/measures/losses.ts";
export type { NotableRow, NotableRows } from "../report/table/measures/notable-rows.ts";
export type {
  GroupsPair,
  NumbersPair,
  PairAxis,
  PairComparison,
  TablePair,
} from "../report/table/measures/pair-comparison.ts";
export type { BrokenInSamples, RelationsReport } from "../report/table/measures/relations.ts";
export type { RoundTripReport } from "../report/table/measures/round-trip.ts";
export type { ScoreEntry, ScoreReport } from "../report/table/measures/scores.ts";
export type { ReportWarning } from "../report/table/measures/warnings.ts";
export { studyPage } from "../report/study/study-page.ts";
export type { StudyPageOptions } from "../report/study/study-page.ts";
export type { StudyCell, StudyResult } from "../study/result.ts";
export { imageReport } from "../report/images/image-measures.ts";
export type {
  ImageReport,
  ImageReportOptions,
  ImageRow,
  RankedImage,
} from "../report/images/image-measures.ts";
export { renderImageReport } from "../report/images/image-page.ts";
export { energyReport } from "../report/energy/energy-measures.ts";
export type {
  EnergyHistoryEntry,
  EnergyMarginal,
  EnergyReport,
  EnergyReportOptions,
} from "../report/energy/energy-measures.ts";
export { renderEnergyReport } from "../report/energy/energy-page.ts";
