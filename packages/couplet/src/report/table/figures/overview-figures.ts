import type { Charts } from "../../page/charts.ts";
import { figure } from "../../page/figure.ts";
import type { Html } from "../../page/html.ts";
import { countText, fixedText, numberText } from "../../page/number-text.ts";
import { colours } from "../../page/palette.ts";
import { legend } from "../../page/parts.ts";
import type { ColumnScore } from "../measures/chance-scores.ts";
import type { LossReport } from "../measures/losses.ts";
import { FIGURE_WIDTH, marginFor, shortNames } from "./labels.ts";

/** Names on one axis: more would not be read. */
const MOST_NAMES = 50;

/** Epochs with values to point at. */
const MOST_EPOCHS = 80;

/** Losses by epoch, the best one marked. */
export function lossFigure(charts: Charts, losses: LossReport): Html {
  const { Plot } = charts;
  const { training, validation, best } = losses;
  const curve = (values: readonly number[]) => values.map((loss, i) => ({ epoch: i + 1, loss }));
  // The first epochs of a long run start so high that all that matters would be a flat line below.
  const from = Math.min(validation.length - 1, Math.floor(validation.length / 10));
  const late = [...training.slice(from), ...validation.slice(from)].filter(Number.isFinite);
  const [low, high] = [Math.min(...late), Math.max(...late)];
  const margin = 0.05 * (high - low || 1);
  const domain = [low - margin, high + margin];
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 240,
      marginLeft: 56,
      x: {
        label: "epoch",
        domain: [Math.min(1, best.epoch), Math.max(2, validation.length)],
        ticks: Math.min(8, validation.length),
      },
      y: {
        label:
          losses.unit === "row"
            ? "nats per row (lower is better)"
            : "nats per encoded row (lower is better)",
        grid: true,
        domain,
      },
      marks: [
        ...(best.epoch > 0
          ? [Plot.ruleX([best.epoch], { stroke: colours.muted, strokeDasharray: "3 3" })]
          : []),
        Plot.line(curve(training), {
          x: "epoch",
          y: "loss",
          stroke: colours.real,
          strokeWidth: 1.8,
          clip: true,
        }),
        Plot.line(curve(validation), {
          x: "epoch",
          y: "loss",
          stroke: colours.sampled,
          strokeWidth: 1.8,
          clip: true,
        }),
        Plot.ruleX(epochTitles(losses), {
          x: "epoch",
          strokeWidth: 6,
          strokeOpacity: 0,
          title: "title",
        }),
        Plot.dot([[best.epoch, best.validation]], {
          x: "0",
          y: "1",
          fill: colours.sampled,
          r: 4.5,
        }),
      ],
    },
    `Training and validation loss by epoch; the best is epoch ${bestEpochText(losses)}`,
  );
  return figure({
    id: "losses",
    title: `Losses: the best epoch is ${bestEpochText(losses)}`,
    read: "Both should fall and flatten; a validation loss that rises while the training loss falls is overfitting, which the best epoch (dot) leaves out.",
    note: "Training losses are means over the epoch, with dropout, and so may lie above.",
    chart: [
      legend([
        { label: "training rows", colour: colours.real, mark: "line" },
        { label: "validation rows", colour: colours.sampled, mark: "line" },
        { label: `best: ${numberText(best.validation)}`, colour: colours.sampled, mark: "dot" },
      ]),
      chart,
    ],
    data: { epoch: validation.map((_, i) => i + 1), training, validation },
  });
}

/** The best epoch and how many there were; a training that was stopped within one may have been best there. */
export function bestEpochText({ best, validation }: LossReport): string {
  const epoch = Number.isInteger(best.epoch) ? countText(best.epoch) : fixedText(best.epoch, 1);
  return `${epoch} of ${countText(Math.max(validation.length, Math.ceil(best.epoch)))}`;
}

/** Epochs to point at, with their losses. */
function epochTitles({ training, validation }: LossReport) {
  const step = Math.ceil(validation.length / MOST_EPOCHS);
  return validation.flatMap((loss, i) =>
    i % step !== 0
      ? []
      : {
          epoch: i + 1,
          title: `epoch ${i + 1}: training ${numberText(training[i]!)}, validation ${numberText(loss)}`,
        },
  );
}

/** How alike every column is, worst first. */
export function shapesFigure(charts: Charts, shapes: readonly ColumnScore[]): Html {
  const { Plot } = charts;
  const sorted = [...shapes].sort((a, b) => a.score - b.score);
  const shown = sorted.slice(0, MOST_NAMES);
  const labels = shortNames(shown.map(({ column }) => column));
  const dots = shown.map(({ column, score, measure, chance }, i) => ({
    name: labels[i]!,
    score,
    chance,
    title: `${column}: ${measure.replace("-", "−")} = ${fixedText(score, 3)}; two real samples: ${fixedText(chance, 3)}`,
  }));
  const least = Math.min(0.9, ...shown.map(({ score, chance }) => Math.min(score, chance)));
  const chart = charts.draw(
    {
      width: FIGURE_WIDTH,
      height: 58 + 18 * shown.length,
      marginLeft: marginFor(labels),
      x: {
        label: "similarity of samples and rows (1 is equal)",
        domain: [Math.floor(10 * least) / 10, 1],
        grid: true,
      },
      y: { label: null, domain: labels },
      marks: [
        Plot.ruleY(dots, { y: "name", x1: "score", x2: 1, stroke: colours.rule, strokeWidth: 2 }),
        Plot.tickX(dots, { y: "name", x: "chance", stroke: colours.real, strokeWidth: 2.5 }),
        Plot.dot(dots, { y: "name", x: "score", fill: colours.sampled, r: 4.5, title: "title" }),
      ],
    },
    "Likeness of samples and rows by column",
  );
  return figure({
    id: "shapes",
    title: "How alike each column is",
    read: "1 − Kolmogorov-Smirnov distance for numbers and dates, 1 − total variation distance for categories. The bar is the mean score of two real samples of that size: a dot at or right of it is as good as can be.",
    ...(sorted.length > shown.length
      ? {
          note: `The ${sorted.length - shown.length} best matched columns are not drawn; the data hold all.`,
        }
      : {}),
    chart: [
      legend([
        { label: "samples", colour: colours.sampled, mark: "dot" },
        { label: "two real samples", colour: colours.real, mark: "bar" },
      ]),
      chart,
    ],
    data: {
      column: sorted.map(({ column }) => column),
      measure: sorted.map(({ measure }) => measure),
      score: sorted.map(({ score }) => score),
      "two real samples": sorted.map(({ chance }) => chance),
    },
  });
}
