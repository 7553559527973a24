/** Prints the epochs of a training on images. */
import type { TrainEvent } from "couplet";
import { progressPrinter } from "../../terminal/progress.ts";
import { count } from "../../terminal/quantities.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { ending, pace } from "./fit-progress.ts";

type Of<T extends TrainEvent["type"]> = Extract<TrainEvent, { readonly type: T }>;
type EpochEvent = Of<"epoch">;

/** @param losses what an epoch's line shows behind its number */
export function epochProgress<Epoch extends EpochEvent>(
  reporter: Reporter,
  losses: (event: Epoch) => string,
): (event: Epoch | Of<"progress"> | Of<"warning"> | Omit<Of<"end">, "gaussianLoss">) => void {
  const show = progressPrinter(reporter);
  let epochLine = "";
  let epochs = 0;
  return (event) => {
    switch (event.type) {
      case "warning":
        reporter.warn(event.message);
        break;
      case "progress": {
        const part = `epoch ${event.epoch}/${event.epochs}, step ${count(event.step)} of ${count(event.steps)}`;
        // The first epoch has no losses yet, and no line of its own when piped.
        const stage = epochLine === "" ? "" : "epochs";
        show({ stage, text: `${epochLine === "" ? part : epochLine}  ${pace(event, "images")}` });
        break;
      }
      case "epoch":
        epochs = event.epochs;
        epochLine = `epoch ${event.epoch}/${event.epochs}  ${losses(event)}`;
        show({
          stage: "epochs",
          fraction: event.epoch / event.epochs,
          text: `${epochLine}  ${pace(event, "images")}`,
        });
        break;
      case "end":
        reporter.say(ending(event.reason, event.best.epoch, epochs));
        break;
    }
  };
}
