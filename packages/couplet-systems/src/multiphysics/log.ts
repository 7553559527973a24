import type { CouplingResult } from "./couple.ts";

/**
 * The iterations log as text: one line per time window, in columns, like preCICE's `iterations.log`.
 *
 *   window  start   end  iterations  resets  columns  dropped  status
 */
export function iterationLog(result: CouplingResult): string {
  const rows = result.windows.map((record) => [
    record.window,
    record.start,
    record.end,
    record.evaluations,
    record.resets,
    record.history.reduce((most, step) => Math.max(most, step.columns), 0),
    record.history.reduce((sum, step) => sum + step.dropped, 0),
    record.status,
  ]);
  return table(
    ["window", "start", "end", "iterations", "resets", "columns", "dropped", "status"],
    rows,
  );
}

/**
 * The convergence log as text: one line per sweep, `||H(x) - x||` and `||H(x)||` of every iterated field, and the step that followed.
 */
export function convergenceLog(result: CouplingResult): string {
  const names = result.iterated.map((field) => field.name);
  const rows = result.windows.flatMap((record) =>
    record.history.map((step) => [
      record.window,
      step.iteration,
      ...names.flatMap((name) => [
        step.fields[name]!.residual.toExponential(3),
        step.fields[name]!.size.toExponential(3),
      ]),
      step.reset ? "reset" : step.step,
      step.factor === undefined ? "-" : step.factor.toPrecision(4),
      step.columns,
    ]),
  );
  const header = [
    "window",
    "iteration",
    ...names.flatMap((name) => [`residual(${name})`, `size(${name})`]),
    "step",
    "factor",
    "columns",
  ];
  return table(header, rows);
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [
    header,
    ...rows.map((row) =>
      row.map((cell) => (typeof cell === "number" ? String(Number(cell.toPrecision(6))) : cell)),
    ),
  ];
  const widths = header.map((_, j) => Math.max(...cells.map((row) => row[j]!.length)));
  return (
    cells.map((row) => row.map((cell, j) => cell.padStart(widths[j]!)).join("  ")).join("\n") + "\n"
  );
}
