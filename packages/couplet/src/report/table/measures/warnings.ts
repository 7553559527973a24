import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import type { Schema } from "../../../table/schema/schema.ts";
import { tableWarningsInPieces } from "../../../table/warnings.ts";
import type { Table } from "../../../table/table.ts";
import { FEW_JUDGED_ROWS } from "../../../table-model/verdict.ts";
import { fixedText, percentText, withError } from "../../page/number-text.ts";
import { excessCopies, lostAssociations, widestCoverageGap } from "./faults.ts";
import { FAIR_GAP, FAIR_RATIO } from "./report-verdict.ts";
import { someNames, tableWarningLines } from "./table-warning-lines.ts";
import type { TableReportData } from "./table-report-data.ts";

/** Something that a reader should know before believing the report or using the model. */
export interface ReportWarning {
  readonly message: string;
  readonly advice: string;
}

/** Columns far enough from the rows' that the eye sees it. */
const POOR_SHAPE = 0.8;

/** Examples of a broken relation in its warning: the data have more. */
const MOST_EXAMPLES = 2;

/**
 * What the figures of a report say in plain words, by damage: broken relations, lost associations, coverage, privacy, then scores,
 * columns, training, and what the table itself has. In pieces.
 */
export function* reportWarnings(
  report: TableReportData,
  table: Table,
  schema: Schema,
): InPieces<ReportWarning[]> {
  return [
    ...aboutRelations(report),
    ...aboutAssociations(report),
    ...aboutCoverage(report),
    ...aboutConditional(report, schema),
    ...aboutPrivacy(report),
    ...aboutScores(report),
    ...aboutAnomalies(report),
    ...aboutSamples(report),
    ...aboutTraining(report),
    ...tableWarningLines(yield* tableWarningsInPieces(table, schema)),
  ];
}

function aboutRelations({ relations }: TableReportData): ReportWarning[] {
  return (relations?.broken ?? []).map(({ text, kept, sampled, real, examples }) => {
    const shown = examples
      .slice(0, MOST_EXAMPLES)
      .map((cells) => cells.map(([name, cell]) => `${name} = ${cell ?? "missing"}`).join(", "));
    return {
      message: `${percentText(sampled)} of the samples break ${text} (${percentText(real)} of the rows), such as ${shown.join("; or ")}`,
      advice: kept
        ? "The model should keep it: fit again with this version, or leave such samples out."
        : 'It is listed and not kept: set "keep" to true in the schema and fit again, if it must hold in every sample.',
    };
  });
}

function aboutAssociations({ association }: TableReportData): ReportWarning[] {
  const lost = lostAssociations(association);
  if (lost.length === 0) return [];
  const named = lost.map(
    ({ columns, real, sampled }) =>
      `${columns.join(" and ")} (${fixedText(real, 2)} in rows, ${fixedText(sampled, 2)} in samples)`,
  );
  return [
    {
      message: `samples lose associations beyond chance: ${someNames(named)}`,
      advice: "Train longer or bring more rows; the figures of pairs show the lost associations.",
    },
  ];
}

function aboutCoverage({ calibration, model }: TableReportData): ReportWarning[] {
  // Of a model without the least usual rows the coverage of all rows is off by design.
  const widest = model.contamination === undefined ? widestCoverageGap(calibration) : undefined;
  if (widest === undefined || widest.gap < FAIR_GAP) return [];
  const { of, nominal, observed } = widest;
  const held = of === "regions" ? "rows" : "cells";
  return [
    {
      message: `${of} that promise ${percentText(nominal)} of the ${held} hold ${percentText(observed)}`,
      advice:
        observed < nominal
          ? "The model is too sure of itself: fit with fewer epochs, or bring more rows."
          : "The model spreads too widely: train longer.",
    },
  ];
}

/** Of a model without the least usual rows it is off by design, as coverage is. */
function aboutConditional(
  { conditional, evaluated, model }: TableReportData,
  { columns }: Schema,
): ReportWarning[] {
  const given = columns.flatMap(({ name, role }) => (role === "context" ? [name] : []));
  if (conditional === undefined && given.length > 0)
    return [
      {
        message: `calibration given ${given.join(", ")} is not tested: ${evaluated.rows} rows are too few`,
        advice: "Bring at least 10 rows that the model gives a density, better a few hundred.",
      },
    ];
  if (conditional === undefined || conditional.calibrated || model.contamination !== undefined)
    return [];
  return [
    {
      message: conditional.text.replace(/\.$/u, ""),
      advice:
        "Its laws under a context are not to be trusted as they are: train longer, bring more rows, or fit a larger flow.",
    },
  ];
}

function aboutPrivacy({ copying }: TableReportData): ReportWarning[] {
  if (copying === undefined) return [];
  const advice =
    "The model may remember rows: do not publish its samples as anonymous; fit with fewer epochs or a smaller flow.";
  const out: ReportWarning[] = [];
  if (excessCopies(copying) > 0)
    out.push({
      message: `${percentText(copying.sampledCopies)} of the samples equal a training row, of held-out rows ${percentText(copying.heldOutCopies)}`,
      advice,
    });
  if (copying.interval[1] < FAIR_RATIO)
    out.push({
      message: `samples lie nearer to training rows than held-out rows do (ratio ${fixedText(copying.ratio, 2)})`,
      advice,
    });
  return out;
}

function aboutScores({ scores, evaluated }: TableReportData): ReportWarning[] {
  const out: ReportWarning[] = [];
  if (scores.impossible > 0)
    out.push({
      message: `${scores.impossible} of ${evaluated.rows} rows have probability 0 under the model and are excluded from every mean`,
      advice:
        "They hold a category never seen in training or a value beyond a hard bound: fit again with such rows, or widen the schema.",
    });
  const unbeaten = scores.entries.flatMap(({ name, advantage, advantageError }) =>
    advantage === undefined || advantageError === undefined || advantage >= 2 * advantageError
      ? []
      : [`"${name}": ${withError(advantage, advantageError)} nats a row`],
  );
  if (unbeaten.length > 0)
    out.push({
      message: `the model does not clearly beat ${unbeaten.length === 1 ? "the simple model" : "the simple models"} ${unbeaten.join(", ")}`,
      advice:
        "Train longer or bring more rows; with few rows the simple model may be the right one.",
    });
  if (evaluated.rows < FEW_JUDGED_ROWS)
    out.push({
      message: `only ${evaluated.rows} rows are compared: intervals are wide, and small faults stay hidden`,
      advice: "Bring more rows.",
    });
  return out;
}

/** Every comparison below is with the whole table: a reader must know that the model is of a part. */
function aboutAnomalies({ model: { contamination } }: TableReportData): ReportWarning[] {
  if (contamination === undefined) return [];
  return [
    {
      message: `the model was fitted without the least usual ${percentText(contamination)} of the training rows (contamination)`,
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
  // Many values on few rows score low by chance alone: two real samples would, too.
  const poor = report.shapes
    .filter(({ score, chanceLow }) => score < Math.min(POOR_SHAPE, chanceLow))
    .map(
      ({ column, score, chance }) =>
        `${column} (score ${fixedText(score, 2)}, by chance ${fixedText(chance, 2)})`,
    );
  if (poor.length > 0)
    out.push({
      message: `samples of ${someNames(poor)} differ visibly from the rows`,
      advice:
        "Look at these columns' figures; a column with few distinct numbers may be better as a category.",
    });
  if (report.roundTrip.changedCells > 0)
    out.push({
      message: `${report.roundTrip.changedCells} of ${report.roundTrip.discreteCells} discrete cells do not survive the round trip through the latent space (${someNames(report.roundTrip.changedColumns)})`,
      advice:
        "These columns have so many values that one is as narrow as single precision. Scores and samples hold; encodings of such rows decode to a neighbouring value.",
    });
  return out;
}
