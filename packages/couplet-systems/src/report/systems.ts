/** Reports of coupled systems: text for a terminal, a page for a browser. */
import type { CurieResult } from "../magnets/curie/run.ts";
import type { KineticsResult } from "../kinetics/problem/run.ts";
import type { MagnetsResult } from "../magnets/problem/run.ts";
import type { MultiphysicsResult } from "../multiphysics/problem/run.ts";
import type { NetworksResult } from "../networks/problem/run.ts";
import type { TopologyResult } from "../topology/problem/run.ts";
import { dataTable, headlines, notice, openCharts, renderPage } from "couplet/report";
import type { Charts, Environment, PageSection } from "couplet/report";
import { curieSections, curieSummary } from "../magnets/curie/report.ts";
import { kineticsSections, kineticsSummary } from "../kinetics/report.ts";
import { magnetsSections, magnetsSummary } from "../magnets/report/report.ts";
import { multiphysicsSections, multiphysicsSummary } from "../multiphysics/report/report.ts";
import { networksSections, networksSummary } from "../networks/report/report.ts";
import { summaryText, type SystemsSummary } from "./summary.ts";
import { topologySections, topologySummary } from "../topology/report.ts";

/** A result of any domain of coupled systems; plain data, as `couplet systems ... --json` prints it. */
export type SystemsResult =
  | MultiphysicsResult
  | MagnetsResult
  | CurieResult
  | TopologyResult
  | NetworksResult
  | KineticsResult;

/** What a result says, in words and tables. */
export function summariseSystems(result: SystemsResult): SystemsSummary {
  switch (result.domain) {
    case "multiphysics":
      return multiphysicsSummary(result);
    case "magnets":
      return magnetsSummary(result);
    case "curie":
      return curieSummary(result);
    case "topology":
      return topologySummary(result);
    case "networks":
      return networksSummary(result);
    case "kinetics":
      return kineticsSummary(result);
  }
}

/** A result as text for a terminal: headlines, tables, warnings. */
export function systemsText(result: SystemsResult): string {
  return summaryText(result.title, summariseSystems(result), result.warnings);
}

/** Options of {@link systemsPage}. */
export interface SystemsPageOptions {
  /** The exact command, or the call, that made the page. */
  readonly command: string;
  readonly environment: Environment;
}

/**
 * A result as a self-contained page of pictures.
 *
 * @returns the text of an HTML file without script, which loads nothing
 * @throws CoupletError NOT_SUPPORTED if Observable Plot (or, outside browsers, linkedom) is not installed
 */
export async function systemsPage(
  result: SystemsResult,
  { command, environment }: SystemsPageOptions,
): Promise<string> {
  const charts = await openCharts();
  const summary = summariseSystems(result);
  return renderPage({
    title: result.title,
    lead: leads[result.domain],
    command,
    environment,
    summary: [headlines(summary.headlines), result.warnings.map((text) => notice("warning", text))],
    sections: [
      ...sectionsOf(result, charts),
      {
        id: "numbers",
        title: "Numbers",
        content: summary.tables.map(({ caption, columns, rows }) =>
          dataTable({ caption, columns, rows }),
        ),
      },
    ],
  });
}

const leads: Readonly<Record<SystemsResult["domain"], string>> = {
  multiphysics:
    "Partitioned multiphysics: solvers that need each other's results, repeated until they agree.",
  magnets: "Layered magnets: how the films order, and at which temperature.",
  curie: "Films on each other: in which sense do they share one Curie temperature?",
  topology: "A crystal's topology: indices, slabs and surface states.",
  networks: "A multilayer network: what joins its layers, and what breaks them.",
  kinetics: "Reactions with a fast and a slow layer.",
};

function sectionsOf(result: SystemsResult, charts: Charts): PageSection[] {
  switch (result.domain) {
    case "multiphysics":
      return multiphysicsSections(result, charts);
    case "magnets":
      return magnetsSections(result, charts);
    case "curie":
      return curieSections(result, charts);
    case "topology":
      return topologySections(result, charts);
    case "networks":
      return networksSections(result, charts);
    case "kinetics":
      return kineticsSections(result, charts);
  }
}
