import type { StudyCell, StudyResult } from "../../study/result.ts";
import { verdictOf } from "../../study/text.ts";
import { checkOptions } from "../../options.ts";
import { openCharts } from "../page/charts.ts";
import type { Charts } from "../page/charts.ts";
import { currentEnvironment } from "../page/environment.ts";
import { figure, figureGrid } from "../page/figure.ts";
import { html } from "../page/html.ts";
import type { Html, HtmlValue } from "../page/html.ts";
import { countText, durationText } from "../page/number-text.ts";
import { colours, series } from "../page/palette.ts";
import { renderPage } from "../page/page.ts";
import { dataTable, headlines, legend, notice, paragraph } from "../page/parts.ts";

/** Options of {@link studyPage}. */
export interface StudyPageOptions {
  /** Name of the data. Default "rows". */
  readonly name?: string;
  /** What made the page, to be printed on it. Default: this call. */
  readonly command?: string;
}

/** A cell with its figures. */
type Figures = StudyCell &
  Required<Pick<StudyCell, "nats" | "standardError" | "trainingSeconds" | "scoringMicros">>;

/** Of a figure across the page, and of one of two side by side. */
const [WIDE, HALF] = [900, 440];

/**
 * A study as one page of HTML: the verdict, nats against couplings with a line for each depth, nats against the time of training and of
 * scoring, and the table of cells. Needs the optional peers of reports.
 *
 * @returns the text of the file
 * @throws CoupletError NOT_SUPPORTED naming a package to install
 */
export async function studyPage(
  result: StudyResult,
  options: StudyPageOptions = {},
): Promise<string> {
  checkOptions("studyPage", options, { name: "", command: "" });
  const { name = "rows", command = "studyPage(result)" } = options;
  const charts = await openCharts();
  const cells = result.cells.filter((cell): cell is Figures => cell.nats !== undefined);
  const best = cells.find((cell) => cell.name === result.best[0]);
  return renderPage({
    title: `Depth study of ${name}`,
    lead: `${result.transform} couplings x hidden layers, ${countText(result.budget)} parameters each`,
    command,
    summary: html`${headlines([
      ...(best === undefined
        ? []
        : [
            {
              label: result.best.length > 1 ? "highest, tied" : "best cell",
              value: best.name,
              note: "couplings x hidden layers",
            },
            {
              label: "its log-density",
              value: `${best.nats.toFixed(3)} ± ${best.standardError.toFixed(3)}`,
              note: "nats per row that no cell has seen",
            },
          ]),
      {
        label: "cells compared",
        value: `${cells.length} of ${result.cells.length}`,
        note: `${result.seeds} seeds each, ${durationText(1000 * result.elapsedSeconds)}`,
      },
    ])}
    ${paragraph(verdictOf(result))}
    ${result.warnings.map((warning) => notice("warning", `${warning}.`))}
    ${!result.complete && notice("warning", "The time was over before all runs were done.")}
    ${result.seeds === 1 && notice("warning", "One seed only: how much luck is in a run is unknown.")}`,
    sections: [
      ...(cells.length === 0
        ? []
        : [
            {
              id: "shapes",
              title: "Many shallow couplings, or few deep ones",
              content: shapesFigure(charts, cells),
            },
            {
              id: "time",
              title: "What a nat costs",
              content: figureGrid([
                timeFigure(charts, cells, "training"),
                timeFigure(charts, cells, "scoring"),
              ]),
            },
          ]),
      { id: "cells", title: "All cells", content: cellTable(result) },
    ],
    environment: currentEnvironment(),
  });
}

function shapesFigure(charts: Charts, cells: readonly Figures[]): Html {
  const { Plot } = charts;
  const depths = [...new Set(cells.map(({ depth }) => depth))].toSorted((a, b) => a - b);
  const colourOf = (depth: number): string => series[depths.indexOf(depth) % series.length]!;
  const points = cells.map((cell) => ({
    ...cell,
    couplings: cell.couplings * 1.03 ** (depths.indexOf(cell.depth) - (depths.length - 1) / 2),
    low: cell.nats - 2 * (cell.behind?.standardError ?? 0),
    high: cell.nats + 2 * (cell.behind?.standardError ?? 0),
    colour: colourOf(cell.depth),
  }));
  const couplings = [...new Set(cells.map((cell) => cell.couplings))].toSorted((a, b) => a - b);
  const marks = depths.flatMap((depth) => {
    const line = points.filter((cell) => cell.depth === depth);
    return [
      Plot.ruleX(line, {
        x: "couplings",
        y1: "low",
        y2: "high",
        stroke: colourOf(depth),
        strokeWidth: 1.5,
      }),
      Plot.line(
        line.toSorted((a, b) => a.couplings - b.couplings),
        { x: "couplings", y: "nats", stroke: colourOf(depth), strokeWidth: 1.8 },
      ),
      Plot.dot(line, { x: "couplings", y: "nats", fill: colourOf(depth), r: 4 }),
    ];
  });
  return figure({
    id: "nats-by-couplings",
    title: "Log-density against the number of couplings",
    read: "Higher is better; bars are two standard errors of the difference from the best cell, paired row by row. All flows have the same number of parameters: more couplings or more layers mean narrower networks.",
    wide: true,
    chart: [
      legend(
        depths.map((depth) => ({
          label: `${depth} hidden layer${depth === 1 ? "" : "s"}`,
          colour: colourOf(depth),
          mark: "line" as const,
        })),
      ),
      charts.draw(
        {
          width: WIDE,
          height: 320,
          marginLeft: 56,
          x: {
            label: "couplings",
            type: "log",
            ticks: couplings,
            tickFormat: (v: number) => String(v),
          },
          y: { label: "nats per row", grid: true },
          marks,
        },
        "Held-out log-density of each cell against its couplings, one line per depth",
      ),
    ],
    data: {
      couplings: cells.map((cell) => cell.couplings),
      depth: cells.map((cell) => cell.depth),
      nats: cells.map((cell) => cell.nats),
      "standard error": cells.map((cell) => cell.standardError),
    },
  });
}

/** Cells that no other beats in both nats and time are the Pareto front. */
function timeFigure(charts: Charts, cells: readonly Figures[], of: "training" | "scoring"): Html {
  const { Plot } = charts;
  const points = cells.map((cell) => ({
    name: cell.name,
    nats: cell.nats,
    time: of === "training" ? cell.trainingSeconds : cell.scoringMicros,
  }));
  const front = points
    .filter(({ nats, time }) => !points.some((other) => other.nats > nats && other.time <= time))
    .toSorted((a, b) => a.time - b.time);
  const onFront = new Set(front.map(({ name }) => name));
  return figure({
    id: `nats-by-${of}`,
    title: `Log-density against the time of ${of}`,
    read: "Up and to the left is better. The line joins the cells that no other beats in both (the Pareto front).",
    chart: charts.draw(
      {
        width: HALF,
        height: 300,
        insetTop: 16,
        insetLeft: 24,
        marginLeft: 56,
        marginRight: 50,
        x: {
          label:
            of === "training"
              ? "seconds of training, one thread"
              : "microseconds per row, one thread",
          type: "log",
          ticks: 5,
          tickFormat: (v: number) => String(Number(v.toPrecision(2))),
        },
        y: { label: "nats per row", grid: true },
        marks: [
          Plot.line(front, { x: "time", y: "nats", stroke: colours.muted, curve: "step-after" }),
          Plot.dot(points, {
            x: "time",
            y: "nats",
            r: 4,
            fill: (point: { name: string }) =>
              onFront.has(point.name) ? colours.sampled : colours.real,
          }),
          Plot.text(points, { x: "time", y: "nats", text: "name", dy: -10, fill: colours.ink }),
        ],
      },
      `Held-out log-density of each cell against the time of ${of}`,
    ),
    data: {
      cell: points.map(({ name }) => name),
      nats: points.map(({ nats }) => nats),
      time: points.map(({ time }) => time),
    },
  });
}

function cellTable({ cells }: StudyResult): HtmlValue {
  const right = (name: string) => ({ name, align: "right" as const });
  const measured = cells.filter(({ nats }) => nats !== undefined);
  const others = cells.filter(({ nats }) => nats === undefined);
  return [
    dataTable({
      caption:
        "Strong: the best cell and those tied with it. Behind: nats below the best, paired row by row, ± its standard error.",
      columns: [
        { name: "cell" },
        right("width"),
        right("parameters"),
        right("rate"),
        right("nats"),
        right("behind"),
        right("training"),
        right("µs per row"),
        right("logDet"),
        right("inverse error"),
      ],
      strong: measured.flatMap(({ tied }, i) => (tied === true ? [i] : [])),
      rows: measured.map((cell) => [
        unbroken(cell.name),
        String(cell.width),
        countText(cell.parameters!),
        String(cell.learningRate),
        unbroken(`${cell.nats!.toFixed(3)} ± ${cell.standardError!.toFixed(3)}`),
        cell.behind === undefined
          ? `diverged ${cell.reason ?? ""}`
          : unbroken(`${cell.behind.nats.toFixed(3)} ± ${cell.behind.standardError.toFixed(3)}`),
        unbroken(durationText(1000 * cell.trainingSeconds!)),
        cell.scoringMicros!.toFixed(1),
        unbroken(cell.logDet!.map((v) => v.toFixed(1)).join(" to ")),
        cell.inverseError!.toExponential(1),
      ]),
    }),
    others.length > 0 &&
      dataTable({
        caption: "Cells without figures.",
        columns: [{ name: "cell" }, { name: "why" }],
        rows: others.map(({ name, status, reason }) => [
          unbroken(name),
          `${status}: ${reason ?? ""}`,
        ]),
      }),
  ];
}

function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00A0");
}
