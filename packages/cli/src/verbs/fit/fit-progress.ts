/** The events of a fit as progress, notices and warnings. Losses are shown as log densities, as scores are: higher is better. */
import type { TableEvent } from "couplet/table";
import { fitted, progressPrinter, share } from "../../terminal/progress.ts";
import type { Segment } from "../../terminal/progress.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { warningFlag } from "../../terminal/warning-flag.ts";

type EpochEvent = Extract<TableEvent, { readonly type: "epoch" }>;

/** Prints training events. */
export function fitProgress(reporter: Reporter): (event: TableEvent) => void {
  const show = progressPrinter(reporter);
  let last: EpochEvent | undefined;
  return (event) => {
    switch (event.type) {
      case "tableWarning": {
        const flag = warningFlag(event.warning);
        reporter.warn(
          `${event.warning.message}. ${event.warning.advice}${flag === "" ? "" : ` (${flag})`}`,
        );
        break;
      }
      case "warning":
        reporter.warn(event.message);
        break;
      case "start":
        reporter.say(
          `${count(event.trainingRows)} rows to train on, ${count(event.validationRows)} to choose the epoch by; ${count(event.parameters)} parameters; log densities in nats a row, higher is better`,
        );
        reporter.live("the first step ...");
        break;
      case "progress":
        show({
          // The first epoch has no densities yet, and no line of its own when piped.
          stage: last === undefined ? "" : "epochs",
          text: fitted(
            [
              { text: share(reporter, event.step / event.steps), rank: reporter.isLive ? 0 : 9 },
              ...(last === undefined
                ? [
                    { text: `epoch ${event.epoch}/${event.epochs}`, rank: 2 },
                    { text: `step ${count(event.step)} of ${count(event.steps)}`, rank: 3 },
                  ]
                : epochSegments(last)),
              ...paceSegments(event),
            ],
            reporter.isLive,
          ),
        });
        break;
      case "epoch":
        last = event;
        show({
          stage: "epochs",
          fraction: event.epoch / event.epochs,
          text: fitted(
            [
              {
                text: share(reporter, event.epoch / event.epochs),
                rank: reporter.isLive ? 0 : 9,
              },
              ...epochSegments(event),
              ...paceSegments(event),
            ],
            reporter.isLive,
          ),
        });
        break;
      case "usualRows":
        show({
          stage: "usual rows",
          fraction: event.epoch / event.epochs,
          text: `first fit, to find the rows to keep out of training: epoch ${event.epoch}/${event.epochs}`,
        });
        break;
      case "conditions":
        show({
          stage: "conditions",
          fraction: event.epoch / event.epochs,
          text: `learning to propose rows under any condition: ${event.epoch}/${event.epochs}`,
        });
        break;
      case "end":
        reporter.say(ending(event.reason, event.best.epoch, last?.epochs ?? 0));
        reporter.live("scoring the held-out rows ...");
        break;
      default:
        break;
    }
  };
}

/** The density that a loss stands for. */
function density(loss: number): string {
  const text = (-loss).toFixed(3);
  return text === "-0.000" ? "0.000" : text;
}

function epochSegments(event: EpochEvent): Segment[] {
  const { best } = event;
  return [
    { text: `epoch ${event.epoch}/${event.epochs}`, rank: 2 },
    { text: `train ${density(event.trainLoss)}`, rank: 5 },
    { text: `validation ${density(event.validationLoss)}`, rank: 3 },
    { text: `best ${density(best.validationLoss)} (epoch ${best.epoch})`, rank: 4 },
  ];
}

function paceSegments(event: {
  readonly rowsPerSecond: number;
  readonly elapsedMs: number;
  readonly etaMs: number;
}): Segment[] {
  return [
    { text: `${count(Math.round(event.rowsPerSecond))} rows/s`, rank: 7 },
    { text: duration(event.elapsedMs / 1000), rank: 6 },
    { text: `about ${duration(event.etaMs / 1000)} left`, rank: 1 },
  ];
}

/** How a training ended, in words. */
export function ending(
  reason: Extract<TableEvent, { type: "end" }>["reason"],
  best: number,
  epochs: number,
): string {
  // Epoch 0 is what training started from, or the Gaussian that the warning before names.
  if (best === 0) return `${ENDS[reason]}; no epoch was better than the start, which is kept`;
  const kept = `the best was epoch ${best}, which is kept`;
  return reason === "epochs"
    ? `${ENDS.epochs}; ${kept}${longer(best, epochs)}`
    : `${ENDS[reason]}; ${kept}`;
}

const ENDS = {
  epochs: "all epochs done",
  patience: "stopped early, as validation got no better",
  stopped: "ended before its time",
  time: "ended before its time",
} as const;

/**
 * How to find out whether a longer training would give more. The step size falls to 0 by the last epoch, so that the loss levels
 * off there however long the training is: only another run can tell.
 */
function longer(best: number, epochs: number): string {
  return best > 0.9 * epochs ? ` (--epochs ${2 * epochs} trains twice as long)` : "";
}

/** How fast a training is, and how long it will take. */
export function pace(
  event: {
    readonly rowsPerSecond: number;
    readonly elapsedMs: number;
    readonly etaMs: number;
  },
  rows = "rows",
): string {
  return `${count(Math.round(event.rowsPerSecond))} ${rows}/s  ${duration(event.elapsedMs / 1000)}, about ${duration(event.etaMs / 1000)} left`;
}
