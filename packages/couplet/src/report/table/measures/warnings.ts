import type { Schema } from "../../../table/schema/schema.ts";
import { tableWarnings } from "../../../table/warnings.ts";
import type { Table } from "../../../table/table.ts";
import type { TableReportData } from "./table-report-data.ts";

/** Something that a reader should know before believing the report or using the model. */
export interface ReportWarning {
  readonly message: string;
  readonly advice: string;
}

/** Columns far enough from the rows' that the eye sees it. */
const POOR_SHAPE = 0.8;

/** Held-out rows below this leave every figure to chance. */
const FEW_ROWS = 100;

/** What the figures of a report say in plain words, and what was to be said of the table itself. */
export function reportWarnings(
  report: TableReportData,
  table: Table,
  schema: Schema,
): ReportWarning[] {
  return [
    ...aboutScores(report),
    ...aboutAnomalies(report),
    ...aboutTraining(report),
    ...aboutSamples(report),
    ...tableWarnings(table, schema).map(({ message, advice }) => ({ message, advice })),
  ];
}

function aboutScores({ scores, evaluated }: TableReportData): ReportWarning[] {
  const out: ReportWarning[] = [];
  if (evaluated.rows < FEW_ROWS)
    out.push({
      message: `only ${evaluated.rows} rows are compared: intervals are wide, and small faults stay hidden`,
      advice: "Bring more rows.",
    });
  if (scores.impossible > 0)
    out.push({
      message: `${scores.impossible} of ${evaluated.rows} rows have probability 0 under the model and are excluded from every mean`,
      advice:
        "They hold a category never seen in training or a value beyond a hard bound: fit again with such rows, or widen the schema.",
    });
  for (const { name, advantage, advantageError } of scores.entries) {
    if (advantage === undefined || advantageError === undefined) continue;
    if (advantage < 2 * advantageError)
      out.push({
        message: `the model does not clearly beat the simple model "${name}": ${advantage.toFixed(3)} +- ${advantageError.toFixed(3)} nats a row`,
        advice:
          "Train longer or bring more rows; with few rows the simple model may be the right one.",
      });
  }
  return out;
}

/** Every comparison below is with the whole table: a reader must know that the model is of a part. */
function aboutAnomalies({ model: { contamination } }: TableReportData): ReportWarning[] {
  if (contamination === undefined) return [];
  return [
    {
      message: `the model was fitted without the least usual ${(100 * contamination).toFixed(1)} % of the training rows (contamination)`,
      advice:
        "It is of the ordinary rows, to find others with: its samples and its calibration differ from the whole table by as much.",
    },
  ];
}

function aboutTraining({ losses }: TableReportData): ReportWarning[] {
  if (losses === undefined) return [];
  const out: ReportWarning[] = [];
  const epochs = losses.validation.length;
  if (epochs > 0 && losses.best.epoch === epochs)
    out.push({
      message: `the last epoch was the best (${epochs}): the model was still getting better`,
      advice: "Fit with more epochs.",
    });
  if (losses.skippedSteps > 0)
    out.push({
      message: `${losses.skippedSteps} training steps had no finite gradient and were skipped`,
      advice: "Fit with a smaller learning rate.",
    });
  return out;
}

function aboutSamples(report: TableReportData): ReportWarning[] {
  const out: ReportWarning[] = [];
  const poor = report.shapes.filter(({ score }) => score < POOR_SHAPE);
  if (poor.length > 0)
    out.push({
      message: `samples of ${poor.map(({ column }) => column).join(", ")} differ visibly from the rows (score below ${POOR_SHAPE})`,
      advice:
        "Look at these columns' figures; a column with few distinct numbers may be better as a category.",
    });
  if (report.copying !== undefined && report.copying.interval[1] < 0.8)
    out.push({
      message: `samples lie nearer to training rows than held-out rows do (ratio ${report.copying.ratio.toFixed(2)})`,
      advice:
        "The model may remember rows: do not publish its samples as anonymous; fit with fewer epochs or a smaller flow.",
    });
  if (report.roundTrip.changedCells > 0)
    out.push({
      message: `${report.roundTrip.changedCells} of ${report.roundTrip.discreteCells} discrete cells do not survive the round trip through the latent space (${report.roundTrip.changedColumns.join(", ")})`,
      advice:
        "These columns have so many values that one is as narrow as single precision. Scores and samples hold; encodings of such rows decode to a neighbouring value.",
    });
  return out;
}
