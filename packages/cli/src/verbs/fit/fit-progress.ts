/** The events of a fit as progress, notices and warnings. */
import type { TableEvent } from "couplet/table";
import { progressPrinter } from "../../terminal/progress.ts";
import { count, duration } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { warningFlag } from "../../terminal/warning-flag.ts";

/** Prints training events. */
export function fitProgress(reporter: Reporter): (event: TableEvent) => void {
  const show = progressPrinter(reporter);
  let epochLine = "";
  let epochs = 0;
  return (event) => {
    switch (event.type) {
      case "tableWarning":
        reporter.warn(
          `${event.warning.message}. ${event.warning.advice} (${warningFlag(event.warning)})`,
        );
        break;
      case "warning":
        reporter.warn(event.message);
        break;
      case "start":
        reporter.say(
          `${count(event.trainingRows)} rows to train on, ${count(event.validationRows)} to choose the epoch by; ${count(event.parameters)} parameters`,
        );
        break;
      case "progress": {
        const part = `epoch ${event.epoch}/${event.epochs}, step ${count(event.step)} of ${count(event.steps)}`;
        // The first epoch has no losses yet, and no line of its own when piped.
        const stage = epochLine === "" ? "" : "epochs";
        show({ stage, text: `${epochLine === "" ? part : epochLine}  ${pace(event)}` });
        break;
      }
      case "epoch": {
        const { best } = event;
        epochs = event.epochs;
        epochLine =
          `epoch ${event.epoch}/${event.epochs}  train ${event.trainLoss.toFixed(3)}  validation ${event.validationLoss.toFixed(3)} nats/row` +
          `  best ${best.validationLoss.toFixed(3)} (epoch ${best.epoch})`;
        show({
          stage: "epochs",
          fraction: event.epoch / event.epochs,
          text: `${epochLine}  ${pace(event)}`,
        });
        break;
      }
      case "end":
        reporter.say(ending(event.reason, event.best.epoch, epochs));
        break;
      default:
        break;
    }
  };
}

/** How a training ended, in words. */
export function ending(
  reason: Extract<TableEvent, { type: "end" }>["reason"],
  best: number,
  epochs: number,
): string {
  // Epoch 0 is what training started from, or the Gaussian that the warning before names.
  if (best === 0)
    return `${reason === "epochs" ? "all epochs done" : reason === "patience" ? "stopped early" : "ended before its time"}; no epoch was better than the start, which is kept`;
  switch (reason) {
    case "epochs":
      return `all epochs done; the best was epoch ${best}, which is kept${longer(best, epochs)}`;
    case "patience":
      return `stopped early: validation was best at epoch ${best}, which is kept`;
    case "stopped":
    case "time":
      return `ended before its time: the best so far was epoch ${best}, which is kept`;
  }
}

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
