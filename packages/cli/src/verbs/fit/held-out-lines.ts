/** How good a model is on rows that it never saw, as lines for people. */
import { heldOutVerdict } from "couplet/table";
import type { HeldOutReport, Relation } from "couplet/table";
import { count } from "../../terminal/quantities.ts";

/** @param relations those of the model's schema */
export function heldOutLines(heldOut: HeldOutReport, relations: readonly Relation[] = []): string {
  const verdict = heldOutVerdict(heldOut, relations);
  const line = (name: string, nats: number, error: number) =>
    `  ${name.padEnd(22)} ${nats.toFixed(3).padStart(10)} +- ${error.toFixed(3)}`;
  return [
    ...(verdict === undefined ? [] : [`${verdict.sentence}.`]),
    `${count(heldOut.rows)} held-out rows, mean log density per row in nats (higher is better):`,
    line("this model", heldOut.flow.nats, heldOut.flow.standardError),
    ...heldOut.baselines.map(({ name, nats, standardError }) => line(name, nats, standardError)),
    ...(heldOut.impossible
      ? [
          `  (${count(heldOut.impossible)} of them have probability 0 under this model and are excluded from every mean)`,
        ]
      : []),
    ...(heldOut.trained === undefined
      ? []
      : [
          `  this model is the flow without training, because a simple model was better: trained, it scored ${heldOut.trained.nats.toFixed(3)} +- ${heldOut.trained.standardError.toFixed(3)}`,
        ]),
    ...beaten(heldOut),
  ].join("\n");
}

/** Whether a line is one that most people look for: the verdict, or the model's own score. */
export function isOwnLine(line: string): boolean {
  return /^(?: {2}this model |Good: |Fair: |Poor: )/.test(line);
}

/** A simple model that is better, by more than chance would make it: nobody should have to compare the lines to see it. */
function beaten({ baselines }: HeldOutReport): string[] {
  const [best] = baselines
    .filter(({ advantage, advantageError }) => advantage < -2 * advantageError)
    .sort((a, b) => a.advantage - b.advantage);
  if (best === undefined) return [];
  return [
    `  "${best.name}" is better than this model by ${(-best.advantage).toFixed(3)} +- ${best.advantageError.toFixed(3)}: check the inferred`,
    "  types of the columns (--type, --drop), or train longer (--epochs, --patience)",
  ];
}
