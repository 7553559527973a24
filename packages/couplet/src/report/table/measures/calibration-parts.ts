/** The calibration of a table's model: of cells, of whole rows, and under each row's own context. */
import { shareOfLowerDensity } from "../../../statistics/density-regions.ts";
import type { Table } from "../../../table/table.ts";
import type { TableModel } from "../../../table-model/table-model.ts";
import { calibrationReport, COVERAGE_LEVELS } from "./calibration.ts";
import type { RegionShares } from "./calibration.ts";
import type { ConditionalReport } from "./conditional-report.ts";
import { someRows } from "./evaluated-rows.ts";
import type { TableReportData } from "./table-report-data.ts";

/** Rows of the conditional transforms, and the densities that they may cost: 38 a cell. */
const PIT_ROWS = 400;
const PIT_CELLS = 3000;
const LEAST_PIT_ROWS = 100;

/** Calibration of single columns and whole rows, and of a model with context columns under each row's own context. */
export async function calibrationParts(
  model: TableModel,
  rows: Table,
  columns: readonly string[],
  { real, sampled }: { readonly real: Float64Array; readonly sampled: Float64Array },
  call: { readonly where: string; readonly seed: number; readonly signal?: AbortSignal },
): Promise<Pick<TableReportData, "calibration" | "conditional">> {
  const { seed, ...rest } = call;
  const conditional = await conditionalPart(model, rows, call);
  const regions = conditional?.regions ?? regionsAmong(real, sampled, seed);
  const some = someRows(rows, pitRows(columns.length), seed, 12);
  const calibration = await calibrationReport(model, some, columns, regions, rest);
  return { calibration, ...(conditional === undefined ? {} : { conditional: conditional.report }) };
}

/** Where the rows lie among all samples. */
function regionsAmong(real: Float64Array, sampled: Float64Array, seed: number): RegionShares {
  const below = shareOfLowerDensity(real, sampled.filter(Number.isFinite), seed);
  return { below, references: sampled.length };
}

/** Of a model with context columns: its calibration under each row's own context, and the rows' places in those regions; nothing of too few rows. */
async function conditionalPart(
  model: TableModel,
  rows: Table,
  call: { readonly where: string; readonly seed: number; readonly signal?: AbortSignal },
): Promise<{ report: ConditionalReport; regions: RegionShares } | undefined> {
  const { contextDims, contextNames, dims } = model.codec;
  if (contextDims === 0) return undefined;
  const { areEnough, conditionalDraws, conditionalReport, conditionalRows, variablesOf } =
    await import("./conditional-report.ts");
  const judged = someRows(rows, conditionalRows(dims), call.seed, 15);
  if (!areEnough(judged)) return undefined;
  const found = await conditionalDraws(model, judged, COVERAGE_LEVELS, call);
  return {
    report: conditionalReport(found, { variables: variablesOf(model.codec), given: contextNames }),
    regions: { below: found.regions.test.values, references: Number.POSITIVE_INFINITY },
  };
}

/** Rows whose calibration is measured: the fewer, the more columns. */
const pitRows = (columns: number): number =>
  Math.max(LEAST_PIT_ROWS, Math.min(PIT_ROWS, Math.floor(PIT_CELLS / columns)));
