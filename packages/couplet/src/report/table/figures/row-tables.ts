import { html, type Html } from "../../page/html.ts";
import { fixedText } from "../../page/number-text.ts";
import { dataTable, paragraph } from "../../page/parts.ts";
import type { NotableRow, NotableRows } from "../measures/notable-rows.ts";
import { shortName } from "./labels.ts";

/** Cells of a row that are written out; those of the greatest excess surprisal come first. */
const MOST_CELLS = 16;

/** Letters of a cell: text can be long. */
const MOST_LETTERS = 40;

/** The rows that fit worst and best, as tables. */
export function rowTables({ worst, typical }: NotableRows): Html[] {
  return [
    paragraph(
      "The excess surprisal of a cell, in nats, is how much less likely it is, given the row's other cells, than a typical cell of its column. Rows are numbered as in the input table, from 1.",
    ),
    rowTable("Worst fitted: least likely under the model", worst, true),
    rowTable("Most typical: most likely under the model", typical, false),
  ];
}

function rowTable(caption: string, rows: readonly NotableRow[], why: boolean): Html {
  return dataTable({
    caption,
    columns: [
      { name: "row", align: "right" },
      { name: "nats", align: "right" },
      { name: "percentile", align: "right" },
      ...(why ? [{ name: "unusual cells (excess surprisal)" }] : []),
      { name: why ? "other cells" : "cells" },
    ],
    rows: rows.map((row) => [
      row.row,
      row.nats === null ? "−∞" : fixedText(row.nats, 2),
      fixedText(row.percentile, 1),
      ...(why ? [unusualCells(row)] : []),
      otherCells(row),
    ]),
  });
}

function unusualCells(row: NotableRow): Html {
  const cells = new Map(row.cells);
  if (row.surprises.length === 0) return html`no single cell`;
  return html`${row.surprises.map(
    ({ column, nats }, i) =>
      html`${i > 0 && { html: "<br>" }}<strong
          >${shortName(column, 24)} = ${cellText(cells.get(column) ?? null)}</strong
        >
        (+${fixedText(nats, 1)})`,
  )}`;
}

function otherCells(row: NotableRow): string {
  const named = new Set(row.surprises.map(({ column }) => column));
  const rest = row.cells.filter(([column]) => !named.has(column));
  const shown = rest
    .slice(0, MOST_CELLS)
    .map(([column, cell]) => `${shortName(column, 24)} = ${cellText(cell)}`);
  return [
    ...shown,
    ...(rest.length > MOST_CELLS ? [`and ${rest.length - MOST_CELLS} more`] : []),
  ].join("; ");
}

function cellText(cell: string | null): string {
  return cell === null ? "missing" : shortName(cell, MOST_LETTERS);
}
