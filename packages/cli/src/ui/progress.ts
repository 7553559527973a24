/** Progress on standard error: one live line on a terminal, a plain line now and then when piped. */
import type { TableEvent } from "couplet";

/** Prints training events. `quiet` keeps warnings only. */
export function progressPrinter(quiet: boolean): (event: TableEvent) => void {
  const live = process.stderr.isTTY === true && !quiet;
  let lastPlain = 0;
  const say = (text: string) => process.stderr.write(`${live ? "\r\x1b[K" : ""}${text}\n`);
  return (event) => {
    if (event.type === "tableWarning")
      say(`warning: ${event.warning.message}. ${event.warning.advice}`);
    else if (event.type === "warning") say(`warning: ${event.message}`);
    if (quiet) return;
    if (event.type === "schema") {
      for (const item of event.schema.columns) say(`  ${item.name}: ${item.type} (${item.reason})`);
    } else if (event.type === "start") {
      say(
        `${event.trainingRows} training rows, ${event.validationRows} for validation; ${event.parameters} parameters`,
      );
    } else if (event.type === "epoch") {
      const text =
        `epoch ${event.epoch}/${event.epochs}  train ${event.trainLoss.toFixed(3)}  validation ${event.validationLoss.toFixed(3)} nats/row` +
        `  best ${event.best.validationLoss.toFixed(3)} (${event.best.epoch})  ${Math.round(event.rowsPerSecond)} rows/s` +
        `  elapsed ${seconds(event.elapsedMs)}  left at most ${seconds(event.etaMs)}`;
      const tenth = Math.floor((10 * event.epoch) / event.epochs);
      if (live) process.stderr.write(`\r\x1b[K${text}`);
      else if (tenth > lastPlain || event.epoch === 1) say(text);
      lastPlain = tenth;
    } else if (event.type === "end") {
      say(
        event.reason === "patience"
          ? "stopped early: validation no longer improves"
          : "all epochs done",
      );
    }
  };
}

function seconds(ms: number): string {
  const s = Math.round(ms / 1000);
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}
