/** From the data of a report to its page. */
import { checkOptions } from "../../../options.ts";
import { openCharts, type Charts } from "../../page/charts.ts";
import { figureGrid } from "../../page/figure.ts";
import { html, type Html, type HtmlValue } from "../../page/html.ts";
import {
  countText,
  durationText,
  fixedText,
  percentText,
  withError,
} from "../../page/number-text.ts";
import { renderPage, type PageSection } from "../../page/page.ts";
import { dataTable, headlines, notice, paragraph, verdictCard } from "../../page/parts.ts";
import type { TableReport } from "../table-report.ts";
import { associationFigures } from "./association-figures.ts";
import { calibrationFigures } from "./calibration-figures.ts";
import { conditionalFigures } from "./conditional-figures.ts";
import { columnFigure } from "./column-figures.ts";
import { latentFigures } from "./latent-figures.ts";
import { copyingFigure, roundTripFigure, twoSampleFigure } from "./two-sample-figures.ts";
import { bestEpochText, lossFigure, shapesFigure } from "./overview-figures.ts";
import { pairFigure } from "./pair-figures.ts";
import { rowTables } from "./row-tables.ts";

/** Options of {@link renderTableReport}. */
export interface RenderTableReportOptions {
  /** Charts opened before, in another document say. */
  readonly charts?: Charts;
}

/**
 * The page of a table report: one file of HTML, under 2 MB for any table, without scripts and
 * without a network.
 *
 * @throws CoupletError DEVICE_UNAVAILABLE when `@observablehq/plot` or, outside browsers, `linkedom` is not installed
 */
export async function renderTableReport(
  report: TableReport,
  options: RenderTableReportOptions = {},
): Promise<string> {
  checkOptions("renderTableReport", options, { charts: true });
  const charts = options.charts ?? (await openCharts());
  return renderPage({
    title: `Report on ${report.name}`,
    lead: leadOf(report),
    command: report.command,
    summary: summaryOf(report),
    sections: sectionsOf(charts, report),
    environment: report.environment,
    environmentMore: [
      ["Report", `${durationText(report.elapsedMs)}, ${countText(report.samples)} samples drawn`],
      ...(report.losses === undefined
        ? []
        : [
            [
              "Training",
              `${durationText(report.losses.elapsedMs)} on ${report.losses.threads} ${report.losses.threads === 1 ? "thread" : "threads"}, ${countText(report.losses.trainingRows)} training and ${countText(report.losses.validationRows)} validation rows`,
            ] as const,
          ]),
    ],
  });
}

function leadOf({ model }: TableReport): string {
  const given = model.context.length === 0 ? "" : `, given ${model.context.join(", ")}`;
  const fitted = model.name === undefined ? "" : ` fitted on ${model.name.replace(/^.*[\\/]/, "")}`;
  return `A flow of ${countText(model.parameters)} parameters in ${model.layers} layers${fitted}: ${model.columns} columns in ${model.dims} dimensions${given}.`;
}

function summaryOf(report: TableReport): HtmlValue {
  const { scores, evaluated, model, losses } = report;
  const flow = scores.entries[0]!;
  const where = evaluated.kind === "held-out" ? "held-out rows" : "rows";
  return [
    report.verdict !== undefined && verdictCard(report.verdict),
    headlines([
      {
        label: `Log density of ${where}`,
        value: withError(flow.nats, flow.standardError),
        note: "nats: mean per row ± standard error; higher is better",
      },
      {
        label: "Bits per dimension",
        value: withError(flow.bitsPerDim, flow.bitsError),
        note: `−log₂ density / ${scores.columns} columns; lower is better`,
      },
      {
        label: "Rows",
        value: countText(evaluated.rows),
        note: `looked at, of ${countText(evaluated.of)}; ${model.columns} modelled columns`,
      },
      {
        label: "Training",
        value: losses === undefined ? "–" : durationText(losses.elapsedMs),
        note: `seed ${model.seed}${losses === undefined ? "" : `, best epoch ${bestEpochText(losses)}`}`,
      },
      {
        label: "Samples like rows",
        value: `${percentText(report.shapeScore)} / ${percentText(report.trendScore)}`,
        note: "mean 1 − distance of columns / of pairs (SDMetrics' shapes and trends)",
      },
    ]),
    paragraph(evaluated.why),
    scoreTable(report),
  ];
}

function scoreTable({ scores }: TableReport): Html {
  const bound = scores.bound
    ? ` Discrete and rounded cells make the scores lower bounds, from ${scores.draws} draws.`
    : "";
  return dataTable({
    caption: `Mean over ${countText(scores.rows)} rows, ± standard error. Simple models: ${scores.baselines}.${bound}`,
    columns: [
      { name: "model" },
      { name: "nats per row", align: "right" },
      { name: "bits per dimension", align: "right" },
      { name: "this model is ahead by (nats, same rows)", align: "right" },
    ],
    rows: scores.entries.map((entry) => [
      entry.name,
      withError(entry.nats, entry.standardError),
      withError(entry.bitsPerDim, entry.bitsError),
      entry.advantage === undefined || entry.advantageError === undefined
        ? ""
        : withError(entry.advantage, entry.advantageError),
    ]),
    strong: [0],
  });
}

function sectionsOf(charts: Charts, report: TableReport): PageSection[] {
  const left =
    report.shapes.length + report.model.context.length - report.association.columns.length;
  return [
    { id: "warnings", title: `Warnings (${report.warnings.length})`, content: warningsOf(report) },
    {
      id: "fit",
      title: "Training and similarity of samples",
      content: figureGrid([
        ...(report.losses === undefined || report.losses.validation.length === 0
          ? []
          : [lossFigure(charts, report.losses)]),
        shapesFigure(charts, report.shapes),
      ]),
    },
    { id: "columns", title: "Columns: rows and samples", content: columnsOf(charts, report) },
    {
      id: "pairs",
      title: "Pairs of columns",
      content: figureGrid([
        ...associationFigures(charts, report.association, Math.max(0, left)),
        ...report.pairs.map((pair, i) => pairFigure(charts, pair, i)),
      ]),
    },
    {
      id: "calibration",
      title: "Calibration",
      content: figureGrid(
        calibrationFigures(charts, report.calibration, report.conditional?.given),
      ),
    },
    ...(report.conditional === undefined
      ? []
      : [
          {
            id: "conditional",
            title: `Calibration given ${report.conditional.given.join(", ")}`,
            content: [
              paragraph(report.conditional.text),
              figureGrid(conditionalFigures(charts, report.conditional)),
            ],
          },
        ]),
    ...(report.latent === undefined
      ? []
      : [
          {
            id: "latent",
            title: "Latent space",
            content: figureGrid(latentFigures(charts, report.latent)),
          },
        ]),
    {
      id: "exactness",
      title: "Two-sample test, copying, exactness",
      content: figureGrid([
        ...(report.twoSample === undefined ? [] : [twoSampleFigure(charts, report.twoSample)]),
        ...(report.copying === undefined ? [] : [copyingFigure(charts, report.copying)]),
        roundTripFigure(charts, report.roundTrip),
      ]),
    },
    { id: "rows", title: "Rows that stand out", content: rowTables(report.rows) },
  ];
}

function warningsOf({ warnings }: TableReport): HtmlValue {
  if (warnings.length === 0) return paragraph("None.");
  return warnings.map(({ message, advice }) => notice("warning", `${sentence(message)} ${advice}`));
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

function columnsOf(charts: Charts, report: TableReport): HtmlValue {
  const { columns, columnsNotDrawn, columnsLeftOut, evaluated } = report;
  const least = columns.length === 0 ? 1 : Math.min(...report.shapes.map(({ score }) => score));
  return [
    paragraph(
      `${countText(evaluated.rows)} rows beside ${countText(report.samples)} samples. The worst matched column has a similarity of ${fixedText(least, 3)}.`,
    ),
    columnsNotDrawn.length > 0 &&
      notice(
        "note",
        `Drawn are the ${columns.length} worst matched columns; not drawn, to keep the page light: ${columnsNotDrawn.join(", ")}.`,
      ),
    columnsLeftOut.length > 0 &&
      notice(
        "note",
        "Not modelled: ",
        columnsLeftOut.map(({ column, why }, i) => html`${i > 0 && "; "}${column} (${why})`),
        ".",
      ),
    figureGrid(columns.map((column, i) => columnFigure(charts, column, i))),
  ];
}
