/** Charts of the report of a model of an energy. */
import type { Charts } from "../page/charts.ts";
import { figure } from "../page/figure.ts";
import type { Html } from "../page/html.ts";
import { barsWithErrors, sharesInBins } from "../page/histogram.ts";
import { percentText } from "../page/number-text.ts";
import { colours } from "../page/palette.ts";
import { legend } from "../page/parts.ts";
import type { EnergyHistoryEntry, EnergyMarginal, EnergyReport } from "./energy-measures.ts";

const CHART = { width: 440, height: 230, marginLeft: 52 };

/** How the log-weights of the draws spread around log Z. */
export function weightsFigure({ Plot, draw }: Charts, { assessment }: EnergyReport): Html {
  const { logZ } = assessment;
  const all = Array.from(assessment.logWeights).filter(Number.isFinite);
  const relative = all.map((l) => l - logZ).sort((a, b) => a - b);
  const low = relative[Math.floor(relative.length / 200)] ?? -1;
  const high = relative.at(-1) ?? 1;
  const bins = sharesInBins(relative, low, high, 40);
  return figure({
    id: "log-weights",
    title: "Log-weights of the draws",
    read: "A perfect model has all of them at 0. A tail to the right is a part of the target that the model draws too seldom; one to the left costs little.",
    chart: draw(
      {
        ...CHART,
        x: { label: "log w - log Z, nats" },
        y: { label: "share of the draws", grid: true, tickFormat: "~%" },
        marks: [
          Plot.rectY(bins, {
            x1: "from",
            x2: "to",
            y: "share",
            fill: colours.sampled,
            fillOpacity: 0.7,
            inset: 0.3,
          }),
          Plot.ruleX([0], { stroke: colours.muted, strokeDasharray: "4 3" }),
          Plot.ruleY([0], { stroke: colours.muted }),
        ],
      },
      "Histogram of the log-weights of the model's draws",
    ),
    data: {
      from: bins.map(({ from }) => from),
      to: bins.map(({ to }) => to),
      share: bins.map(({ share }) => share),
    },
  });
}

/** A variable by the model, by the weighted draws and in rows of the target. */
export function marginalFigure({ Plot, draw }: Charts, marginal: EnergyMarginal, id: string): Html {
  const { column, edges, model, weighted, weightedError, target, distance } = marginal;
  const bins = weighted.map((share, i) => ({
    from: edges[i]!,
    to: edges[i + 1]!,
    centre: (edges[i]! + edges[i + 1]!) / 2,
    share,
    low: Math.max(0, share - 1.96 * weightedError[i]!),
    high: share + 1.96 * weightedError[i]!,
  }));
  const outline = (shares: readonly number[]) =>
    shares.flatMap((share, i) => [
      [edges[i]!, share],
      [edges[i + 1]!, share],
    ]);
  return figure({
    id,
    title: column,
    read: `The line should run along the tops of the bars; ${percentText(distance)} of the mass lies elsewhere.`,
    chart: [
      legend([
        { label: "weighted: the target", colour: colours.real, mark: "area" },
        { label: "the model", colour: colours.sampled, mark: "line" },
        ...(target === undefined
          ? []
          : [{ label: "rows of the target", colour: colours.ink, mark: "line" as const }]),
      ]),
      draw(
        {
          ...CHART,
          x: { label: column, ticks: 6 },
          y: { label: "share", grid: true, ticks: 4, tickFormat: "~%" },
          marks: [
            ...barsWithErrors(Plot, bins),
            Plot.line(outline(model), { stroke: colours.sampled, strokeWidth: 1.8 }),
            ...(target === undefined
              ? []
              : [
                  Plot.line(outline(target), {
                    stroke: colours.ink,
                    strokeWidth: 1,
                    strokeDasharray: "3 2",
                  }),
                ]),
            Plot.ruleY([0], { stroke: colours.muted }),
          ],
        },
        `Histogram of ${column} by the weighted draws and by the model`,
      ),
    ],
    data: {
      from: edges.slice(0, -1),
      to: edges.slice(1),
      model: [...model],
      weighted: [...weighted],
      "standard error": [...weightedError],
      ...(target === undefined ? {} : { target: [...target] }),
    },
  });
}

/** log Z and its lower bound over the training. */
export function boundsFigure(
  { Plot, draw }: Charts,
  { history, assessment, knownLogZ }: EnergyReport,
): Html {
  const finite = history.filter(({ elbo, logZ }) => Number.isFinite(elbo) && Number.isFinite(logZ));
  // An untrained model's bound is far below all others.
  const sorted = finite.map(({ elbo }) => elbo).sort((a, b) => a - b);
  const floor = sorted[Math.floor(sorted.length / 4)] ?? 0;
  const top = Math.max(assessment.logZ, ...finite.map(({ logZ }) => logZ));
  const low = floor - 0.5 * Math.max(top - floor, 0.01);
  return figure({
    id: "bounds",
    title: "log Z and its lower bound",
    read: "Both rise to log Z and meet there; at higher temperatures the model is another one, and the bound lies low.",
    chart: [
      legend([
        { label: "estimate", colour: colours.real, mark: "line" },
        { label: "lower bound", colour: colours.sampled, mark: "line" },
      ]),
      draw(
        {
          ...CHART,
          x: { label: "steps", ticks: 5 },
          y: { label: "nats", grid: true, domain: [low, top + 0.1 * (top - low)], clamp: true },
          marks: [
            ...(knownLogZ === undefined
              ? []
              : [Plot.ruleY([knownLogZ], { stroke: colours.muted, strokeDasharray: "4 3" })]),
            Plot.line(finite, { x: "step", y: "logZ", stroke: colours.real, strokeWidth: 1.8 }),
            Plot.line(finite, { x: "step", y: "elbo", stroke: colours.sampled, strokeWidth: 1.8 }),
          ],
        },
        "log Z and its lower bound over the steps",
      ),
    ],
    data: {
      step: finite.map(({ step }) => step),
      "log Z": finite.map(({ logZ }) => logZ),
      "lower bound": finite.map(({ elbo }) => elbo),
    },
  });
}

/** The effective sample size over the training. */
export function shareFigure({ Plot, draw }: Charts, history: readonly EnergyHistoryEntry[]): Html {
  return figure({
    id: "ess",
    title: "Effective sample size",
    read: "Share of the draws, at each evaluation. It says nothing of modes that the model does not draw.",
    chart: draw(
      {
        ...CHART,
        x: { label: "steps", ticks: 5 },
        y: { label: "share of the draws", grid: true, domain: [0, 1], tickFormat: "~%" },
        marks: [
          Plot.line([...history], {
            x: "step",
            y: "essShare",
            stroke: colours.sampled,
            strokeWidth: 1.8,
          }),
          Plot.ruleY([0], { stroke: colours.muted }),
        ],
      },
      "Effective sample size over the steps",
    ),
    data: {
      step: history.map(({ step }) => step),
      share: history.map(({ essShare }) => essShare),
    },
  });
}
