/** A result of a coupled system in words and tables: the same on a terminal and at the top of a page. */
import type { Headline } from "couplet/report";

/** A table of text. */
export interface SummaryTable {
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly align?: "left" | "right" }[];
  readonly rows: readonly (readonly string[])[];
}

/** The summary of a result. */
export interface SystemsSummary {
  readonly headlines: readonly Headline[];
  readonly tables: readonly SummaryTable[];
}

/**
 * A summary as plain text for a terminal.
 *
 * @param warnings what to know before a number is quoted; after the tables, so that it is read last
 */
export function summaryText(
  title: string,
  { headlines, tables }: SystemsSummary,
  warnings: readonly string[],
): string {
  const width = Math.max(0, ...headlines.map(({ label }) => label.length));
  const lines = [title, "=".repeat(Math.min(76, title.length)), ""];
  for (const { label, value, note } of headlines) {
    lines.push(`${label.padEnd(width)}  ${value}${note === undefined ? "" : `   (${note})`}`);
  }
  for (const table of tables) lines.push("", ...tableText(table));
  if (warnings.length > 0) lines.push("");
  for (const warning of warnings) lines.push(`warning: ${warning}`);
  return `${lines.join("\n")}\n`;
}

function tableText({ caption, columns, rows }: SummaryTable): string[] {
  const widths = columns.map(({ name }, i) =>
    Math.max(name.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        columns[i]!.align === "right" ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
      )
      .join("  ")
      .trimEnd();
  return [
    caption,
    line(columns.map(({ name }) => name)),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...rows.map(line),
  ];
}
