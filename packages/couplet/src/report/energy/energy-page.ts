/** The report of a model of an energy as one page of HTML. */
import { MOST_PARETO_K } from "../../statistics/importance.ts";
import { openCharts } from "../page/charts.ts";
import { currentEnvironment } from "../page/environment.ts";
import { figureGrid } from "../page/figure.ts";
import { html } from "../page/html.ts";
import type { Html } from "../page/html.ts";
import { countText, fixedText, percentText, withError } from "../page/number-text.ts";
import { renderPage } from "../page/page.ts";
import type { PageSection } from "../page/page.ts";
import { dataTable, headlines, notice, verdictCard } from "../page/parts.ts";
import { boundsFigure, marginalFigure, shareFigure, weightsFigure } from "./energy-figures.ts";
import type { EnergyReport } from "./energy-measures.ts";

/** Variables with a figure of their own, at most. */
const MOST_MARGINALS = 12;

/**
 * The report as a page: the verdict, log Z with its error, effective sample sizes, the weights, marginals, and the training. Needs the
 * optional peers of reports.
 *
 * @returns the text of the file
 * @throws CoupletError NOT_SUPPORTED naming a package to install
 */
export async function renderEnergyReport(report: EnergyReport): Promise<string> {
  const charts = await openCharts();
  const { dims, parameters, assessment, marginals, history } = report;
  const sections: PageSection[] = [
    {
      id: "weights",
      title: "Weights",
      content: html`${figureGrid([weightsFigure(charts, report)])} ${numbersTable(report)}`,
    },
    {
      id: "marginals",
      title: "Marginals",
      content: html`${
        marginals.length > MOST_MARGINALS &&
        notice(
          "note",
          `The ${MOST_MARGINALS} of ${marginals.length} variables whose marginals differ most.`,
        )
      }
      ${figureGrid(
        marginals
          .slice(0, MOST_MARGINALS)
          .map((marginal, i) => marginalFigure(charts, marginal, `marginal-${i + 1}`)),
      )}`,
    },
    ...(history.length < 2
      ? []
      : [
          {
            id: "training",
            title: "Training",
            content: figureGrid([boundsFigure(charts, report), shareFigure(charts, history)]),
          },
        ]),
  ];
  return renderPage({
    title: `A model of ${report.name}`,
    lead: `${countText(dims)} variables, ${countText(parameters)} parameters, ${countText(assessment.rows)} draws`,
    command: report.command,
    summary: summaryOf(report),
    sections,
    environment: currentEnvironment(),
  });
}

/** A grade and its reason. */
function verdictOf({ assessment }: EnergyReport): Parameters<typeof verdictCard>[0] {
  const { collapsed, reliable, paretoK, essShare, fromTarget, lostShare } = assessment;
  if (collapsed)
    return { grade: "poor", sentence: "Collapsed: the model leaves out a part of the target" };
  if (!reliable)
    return {
      grade: "poor",
      sentence: `Unreliable: the weights' Pareto k is ${kText(paretoK)}, above ${MOST_PARETO_K}, so that neither log Z nor its error is to be trusted`,
    };
  const asked =
    fromTarget !== undefined || lostShare !== undefined
      ? "no sign of a missing mode"
      : "nothing looked for missing modes";
  return essShare >= 0.1
    ? {
        grade: "good",
        sentence: `Good: reliable weights, an effective sample size of ${percentText(essShare)} of the draws, ${asked}`,
      }
    : {
        grade: "fair",
        sentence: `Fair: reliable weights, but an effective sample size of only ${percentText(essShare)} of the draws; ${asked}`,
      };
}

function summaryOf(report: EnergyReport): Html {
  const { assessment, knownLogZ, acceptance } = report;
  const { logZ, logZError, essShare, ess, fromTarget, paretoK, warnings } = assessment;
  return html`${verdictCard(verdictOf(report))}
  ${warnings.map((warning) => notice("warning", `${warning}.`))}
  ${headlines([
    {
      label: "log Z",
      value: withError(logZ, logZError),
      note:
        knownLogZ === undefined
          ? "nats, with its standard error"
          : `nats; ${fixedText(knownLogZ, 4)} is known, ${fixedText(Math.abs(logZ - knownLogZ) / logZError, 1)} standard errors away`,
    },
    {
      label: "effective sample size",
      value: percentText(essShare),
      note: `${countText(Math.round(ess))} of the model's draws${fromTarget === undefined ? "" : `; seen from rows of the target ${percentText(fromTarget.essShare)}`}`,
    },
    {
      label: "Pareto k",
      value: kText(paretoK),
      note: `of the largest weights; above ${MOST_PARETO_K} they are not reliable`,
    },
    {
      label: "acceptance",
      value: percentText(acceptance),
      note: "of a Metropolis chain with the model's draws as proposals",
    },
  ])}`;
}

function kText(k: number): string {
  return Number.isNaN(k) ? "unknown" : k === -Infinity ? "none" : fixedText(k, 2);
}

function numbersTable(report: EnergyReport): Html {
  const { assessment, heaviestShare, longestStay } = report;
  const { rows, elbo, nonFinite, fromTarget, lostShare } = assessment;
  const line = (name: string, value: string, reading: string) => [name, value, reading] as const;
  return dataTable({
    columns: [{ name: "" }, { name: "", align: "right" }, { name: "reading" }],
    rows: [
      line("lower bound of log Z", fixedText(elbo, 4), "mean log-weight of the model's draws"),
      ...(fromTarget === undefined
        ? []
        : [
            line(
              "upper bound of log Z",
              fixedText(fromTarget.eubo, 4),
              "mean log-weight of the target's rows",
            ),
            line(
              "distance of the bounds",
              fixedText(fromTarget.divergence, 4),
              "nats: KL both ways",
            ),
            line(
              "log Z from both sides",
              fixedText(fromTarget.logZ, 4),
              "Bennett's acceptance ratio",
            ),
          ]),
      line(
        "chains that got lost",
        lostShare === undefined ? "not looked for" : percentText(lostShare),
        "heated and cooled, they ended where the model has far too little density; above 3 % is a sign of collapse",
      ),
      line(
        "heaviest hundredth",
        percentText(heaviestShare),
        "share of the whole weight; 1.0 % where all weights are equal",
      ),
      line("longest stay", countText(longestStay), "rejections in a row of the Metropolis chain"),
      line("rows without an energy", `${countText(nonFinite)} of ${countText(rows)}`, "weight 0"),
    ],
  });
}
