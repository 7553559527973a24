/** Progress of a fit: one live line on a terminal, a plain line now and then when piped. */
import type { TableEvent } from "couplet/table";
import type { Talk } from "./reporter.ts";
import { warningFlag } from "./warning-flag.ts";

/** Prints training events. */
export function progressPrinter(talk: Talk): (event: TableEvent) => void {
  let lastTenth = 0;
  let epochLine = "";
  let epochs = 0;
  return (event) => {
    switch (event.type) {
      case "tableWarning":
        talk.warn(
          `${event.warning.message}. ${event.warning.advice} (${warningFlag(event.warning)})`,
        );
        break;
      case "warning":
        talk.warn(event.message);
        break;
      case "start":
        talk.say(
          `${count(event.trainingRows)} rows to train on, ${count(event.validationRows)} to choose the epoch by; ${count(event.parameters)} parameters`,
        );
        break;
      case "progress": {
        const part = `epoch ${event.epoch}/${event.epochs}, step ${count(event.step)} of ${count(event.steps)}`;
        talk.live(`${epochLine === "" ? part : epochLine}  ${pace(event)}`);
        break;
      }
      case "epoch": {
        const { best } = event;
        epochs = event.epochs;
        epochLine =
          `epoch ${event.epoch}/${event.epochs}  train ${event.trainLoss.toFixed(3)}  validation ${event.validationLoss.toFixed(3)} nats/row` +
          `  best ${best.validationLoss.toFixed(3)} (epoch ${best.epoch})`;
        const tenth = Math.floor((10 * event.epoch) / event.epochs);
        if (process.stderr.isTTY) talk.live(`${epochLine}  ${pace(event)}`);
        else if (tenth > lastTenth || event.epoch === 1) talk.say(`${epochLine}  ${pace(event)}`);
        lastTenth = tenth;
        break;
      }
      case "end":
        talk.say(ending(event.reason, event.best.epoch, epochs));
        break;
      default:
        break;
    }
  };
}

function ending(
  reason: Extract<TableEvent, { type: "end" }>["reason"],
  best: number,
  epochs: number,
): string {
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

function pace(event: {
  readonly rowsPerSecond: number;
  readonly elapsedMs: number;
  readonly etaMs: number;
}): string {
  return `${count(Math.round(event.rowsPerSecond))} rows/s  ${duration(event.elapsedMs / 1000)}, about ${duration(event.etaMs / 1000)} left`;
}

/** 12,345 */
export function count(n: number): string {
  return n.toLocaleString("en");
}

/** 0.4 s, 12 s, 3 min 20 s, 2 h 5 min */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
