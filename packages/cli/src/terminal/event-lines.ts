/** Events of a fit as lines of JSON on standard error, for programs: docs/command.md lists their keys. */
import type { ImageEvent } from "couplet/images";
import type { ClassifierEvent } from "couplet/reversible";
import type { TableEvent } from "couplet/table";
import { warningFlag } from "./warning-flag.ts";
import { printableJson } from "./printable.ts";

/** Writes one line. */
export function eventLine(event: string, about: object): void {
  process.stderr.write(`${printableJson({ schemaVersion: 1, event, ...about })}\n`);
}

/** @param quiet warnings only */
export function eventLinePrinter(
  quiet: boolean,
): (event: TableEvent | ImageEvent | ClassifierEvent) => void {
  return (event) => {
    if (event.type === "tableWarning")
      eventLine(event.type, { ...event.warning, flag: warningFlag(event.warning) });
    else if (event.type === "warning") eventLine(event.type, { message: event.message });
    else if (!quiet) {
      const { type, ...about } = event;
      eventLine(type, about);
    }
  };
}
