/** A study in words: its table, and what follows from it. */
import type { StudyCell, StudyResult } from "./result.ts";

export function textOf(result: Omit<StudyResult, "text">): string {
  const { budget, transform, rows, cells, epochs, batch, seeds, complete, warnings } = result;
  const lines = [
    `${transform} couplings x hidden layers at ${budget} parameters each; ${rows.train} rows to train, ${rows.test} to compare; ${epochs} epochs of batches of ${batch}, ${seeds} seed${seeds === 1 ? "" : "s"}`,
    "",
    ...tableOf(cells),
    "",
    verdictOf(result),
  ];
  const stopped = cells.filter(({ status }) => status === "stopped").length;
  if (stopped > 0)
    lines.push(
      `${stopped} cell${stopped === 1 ? " was" : "s were"} stopped after a third of the epochs, behind by more than .05 nats plus four standard errors.`,
    );
  const replaced = cells.filter((cell) => (cell.replaced ?? 0) > 0);
  if (replaced.length > 0)
    lines.push(
      `Training ended worse than a Gaussian in ${replaced.map(({ name, replaced: n, runs }) => `${name} (${n} of ${runs} runs)`).join(", ")}: these have the Gaussian's figures. More epochs may help.`,
    );
  lines.push(...warnings.map((warning) => `${warning}.`));
  if (!complete)
    lines.push(
      "The time was over before all runs were done: figures of fewer seeds are less sure.",
    );
  if (seeds === 1)
    lines.push(
      "One seed only: how much luck is in a run is unknown, and small differences mean nothing.",
    );
  return lines.join("\n");
}

/** One sentence: the best cell, or those that cannot be told apart. */
export function verdictOf({ best, cells }: Pick<StudyResult, "best" | "cells">): string {
  const [first, ...others] = best;
  if (first === undefined) return "No cell was trained to the end.";
  const compared = cells.filter(({ behind }) => behind !== undefined).length;
  if (others.length === 0)
    return compared === 1
      ? `${first} is the only cell that was trained to the end.`
      : `${first} is best: every other cell that was trained to the end is further behind than chance explains (2.3 % level, Holm over ${compared - 1}).`;
  return `Tied (paired by row, 2.3 % level, Holm over ${compared - 1}): ${best.join(", ")}. No winner among them is shown.`;
}

function tableOf(cells: readonly StudyCell[]): string[] {
  const head = [
    "cell",
    "width",
    "params",
    "rate",
    "nats",
    "+-",
    "behind",
    "train",
    "us/row",
    "logDet",
    "inverse error",
  ];
  const body = cells.map((cell) => {
    const { name, width, parameters, learningRate, nats, standardError, behind, tied } = cell;
    if (nats === undefined)
      return [name, shown(width), shown(parameters), "", `${cell.status}: ${cell.reason ?? ""}`];
    return [
      name,
      shown(width),
      shown(parameters),
      shown(learningRate),
      nats.toFixed(3),
      standardError!.toFixed(3),
      behind === undefined
        ? `diverged ${cell.reason ?? ""}`
        : `${behind.nats.toFixed(3)}${tied === true ? " tied" : ""}`,
      `${cell.trainingSeconds!.toFixed(1)} s`,
      cell.scoringMicros!.toFixed(1),
      cell.logDet!.map((value) => value.toFixed(1)).join(" to "),
      cell.inverseError!.toExponential(1),
    ];
  });
  const widths = head.map((title, j) =>
    Math.max(
      title.length,
      ...body.filter((row) => row.length === head.length).map((row) => row[j]!.length),
      ...(j < 4 ? body.map((row) => row[j]!.length) : []),
    ),
  );
  return [head, ...body].map((row) =>
    row
      .map((cell, j) =>
        j === 0
          ? cell.padEnd(widths[j]!)
          : cell.padStart(row.length < head.length && j === 4 ? 0 : widths[j]!),
      )
      .join("  ")
      .trimEnd(),
  );
}

function shown(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}
