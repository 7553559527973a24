/** What a dry run found, as lines for people. */
import type { TablePlan } from "couplet/table";
import { count, duration } from "../../terminal/quantities.ts";
import { schemaLines } from "../schema/schema-lines.ts";

export function planLines(
  plan: TablePlan,
  rows: number,
  parts: number,
  peakMemoryBytes: number,
): string {
  const { spec } = plan;
  const couplings = spec.layers.filter((layer) => layer.kind === "coupling").length;
  return [
    schemaLines(plan.schema, plan.dims),
    "  (another type: --type zip=category,note=text; everything else: couplet schema writes a file, --schema takes it)",
    "",
    `rows        ${count(rows)}${parts > 1 ? ` in ${parts} parts on disk` : ""}; ${count(plan.trainingRows)} train${parts > 1 ? " in an epoch" : ""}, ${count(plan.validationRows)} choose the epoch`,
    `flow        ${plan.dims} variables${plan.context > 0 ? ` given ${plan.context}` : ""}, ${couplings} couplings in ${spec.layers.length} layers, ${count(plan.parameters)} parameters`,
    `training    at most ${count(plan.epochs)} epochs of ${count(Math.ceil(plan.trainingRows / plan.batch))} steps of ${count(plan.batch)} rows`,
    `speed       ${count(Math.round(plan.rowsPerSecond))} rows/s in the first steps`,
    `time        at most ${duration(plan.secondsAtMost)}; early stopping usually ends sooner`,
    `memory      ${(peakMemoryBytes / 1e9).toFixed(2)} GB so far, with all set up`,
    "",
  ].join("\n");
}
