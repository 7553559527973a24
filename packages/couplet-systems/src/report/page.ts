/** A result of a coupled system as a page of pictures. */
import { requireOptions } from "couplet/kit";
import { dataTable, figureGrid, headlines, notice, openCharts, renderPage } from "couplet/report";
import type { Charts, Environment, Html } from "couplet/report";
import type { ProblemResult } from "../problem/running.ts";
import type { SystemsSummary } from "./summary.ts";

/** A part of a result's page: a heading over figures. The page leaves out a section without figures. */
export interface FigureSection {
  /** Unique in the page: its anchor. */
  readonly id: string;
  readonly title: string;
  readonly figures: readonly Html[];
}

/** Options of a domain's page. */
export interface SystemsPageOptions {
  /** The exact command, or the call, that made the page. */
  readonly command: string;
  readonly environment: Environment;
}

/** A domain's contributions to its page. */
export interface PageParts<Result> {
  /** One line below the title. */
  readonly lead: string;
  readonly summarise: (result: Result) => SystemsSummary;
  readonly sections: (result: Result, charts: Charts) => FigureSection[];
}

/**
 * A result as a self-contained page of pictures.
 *
 * @returns the text of an HTML file without script, which loads nothing
 * @throws CoupletError DEVICE_UNAVAILABLE if Observable Plot (or, outside browsers, linkedom) is not installed
 */
export async function renderResult<Result extends ProblemResult>(
  { lead, summarise, sections }: PageParts<Result>,
  result: Result,
  options: SystemsPageOptions,
): Promise<string> {
  requireOptions("systemsPage", options, { command: "", environment: true });
  const { command, environment } = options;
  const charts = await openCharts();
  const summary = summarise(result);
  return renderPage({
    title: result.title,
    lead,
    command,
    environment,
    summary: [headlines(summary.headlines), result.warnings.map((text) => notice("warning", text))],
    sections: [
      ...sections(result, charts)
        .filter(({ figures }) => figures.length > 0)
        .map(({ id, title, figures }) => ({ id, title, content: figureGrid(figures) })),
      ...numbers(summary),
    ],
  });
}

/** The tables of a result; without any, no section. */
function numbers({ tables }: SystemsSummary): { id: string; title: string; content: Html[] }[] {
  if (tables.length === 0) return [];
  return [{ id: "numbers", title: "Numbers", content: tables.map((table) => dataTable(table)) }];
}
