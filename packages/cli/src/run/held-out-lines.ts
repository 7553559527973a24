/** How good a model is on rows that it never saw, as lines for people. */
import type { HeldOutReport } from "couplet";
import { count } from "../ui/progress.ts";

export function heldOutLines(heldOut: HeldOutReport): string {
  const line = (name: string, nats: number, error: number) =>
    `  ${name.padEnd(22)} ${nats.toFixed(3).padStart(10)} +- ${error.toFixed(3)}`;
  return [
    `${count(heldOut.rows)} held-out rows, mean log density per row in nats (higher is better):`,
    line("this model", heldOut.flow.nats, heldOut.flow.standardError),
    ...heldOut.baselines.map(({ name, nats, standardError }) => line(name, nats, standardError)),
  ].join("\n");
}
