/**
 * Reports: pages of HTML that hold all they show. Needs the optional peers `@observablehq/plot` and,
 * outside browsers, `linkedom`.
 */
export { html, escapeHtml } from "./page/html.ts";
export type { Html, HtmlValue } from "./page/html.ts";
export { openCharts } from "./page/charts.ts";
export type { Charts, ChartsOptions } from "./page/charts.ts";
export { figure, figureGrid } from "./page/figure.ts";
export type { FigureOptions } from "./page/figure.ts";
export {
  dataTable,
  facts,
  headlines,
  legend,
  notice,
  paragraph,
  scaleLegend,
} from "./page/parts.ts";
export type { DataTableOptions, Headline, LegendEntry, TableColumn } from "./page/parts.ts";
export { csvAddress, csvOf } from "./page/csv.ts";
export type { CsvCell, CsvColumns } from "./page/csv.ts";
export {
  countText,
  durationText,
  fixedText,
  numberText,
  percentText,
  withError,
} from "./page/number-text.ts";
export {
  colours,
  diverging,
  divergingColour,
  sequential,
  sequentialColour,
  series,
} from "./page/palette.ts";
export { currentEnvironment } from "./page/environment.ts";
export type { Environment } from "./page/environment.ts";
export { renderPage } from "./page/page.ts";
export type { PageOptions, PageSection } from "./page/page.ts";
export { summariseSystems, systemsPage, systemsText } from "./systems/systems.ts";
export type { SystemsPageOptions, SystemsResult } from "./systems/systems.ts";
export type { SummaryTable, SystemsSummary } from "./systems/summary.ts";
export { tableReport } from "./table/table-report.ts";
export type { TableMeasures } from "./table/measures.ts";
export type { TableReport, TableReportOptions } from "./table/table-report.ts";
export { renderTableReport } from "./table/page/render.ts";
export type { RenderTableReportOptions } from "./table/page/render.ts";
export type { AssociationReport } from "./table/association.ts";
export type { CalibrationReport, CoverageCurve } from "./table/calibration.ts";
export type {
  CategoryComparison,
  ColumnComparison,
  NumberComparison,
  PointShare,
} from "./table/column-comparison.ts";
export type { EvaluatedRows } from "./table/evaluated-rows.ts";
export type { LatentDimension, LatentReport } from "./table/latent.ts";
export type { CopyingReport, TwoSampleReport } from "./table/likeness.ts";
export type { LossReport } from "./table/losses.ts";
export type { NotableRow, NotableRows } from "./table/notable-rows.ts";
export type {
  GroupsPair,
  NumbersPair,
  PairAxis,
  PairComparison,
  TablePair,
} from "./table/pair-comparison.ts";
export type { RoundTripReport } from "./table/round-trip.ts";
export type { ScoreEntry, ScoreReport } from "./table/scores.ts";
export type { ReportWarning } from "./table/warnings.ts";
