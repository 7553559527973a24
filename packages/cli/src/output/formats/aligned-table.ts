/** Rows as aligned columns for people, as wide as the terminal: fewer digits, fewer columns, shorter texts, and at last a line a cell. */
import type { Column, Schema, Table } from "couplet/table";
import { printable } from "../../terminal/printable.ts";
import { cellText, dayColumns } from "./cell-text.ts";
import type { TextFormat } from "./text-formats.ts";

/** Columns that may be shown with less than they have. */
export interface Look {
  /** Decimals of a column of numbers; undefined shows all of them. */
  readonly decimals?: (name: string) => number | undefined;
  /** Columns that others repeat in another unit: left out where the width is too small. */
  readonly spare?: readonly string[];
}

/** Longest cells that are shown whole, in the order in which they are tried. */
const CELL_WIDTHS = [32, 24, 16, 12];

/** Digits of a number whose column states no decimals. */
const DIGITS = 7;

/** How the first chunk is laid out, which the others follow. */
interface Layout {
  readonly names: readonly string[];
  readonly widths: readonly number[];
  readonly cellWidth: number;
  readonly vertical: boolean;
}

/**
 * Aligned columns, numbers to the right; the first chunk sets the widths.
 *
 * @param width columns of the terminal; undefined for a file, whose lines may be long
 */
export function alignedTable(
  schema: Schema | undefined,
  width: number | undefined,
  look: Look = {},
): TextFormat {
  const days = dayColumns(schema);
  let layout: Layout | undefined;
  return ({ rows, columns }, first) => {
    const texts = new Map(
      columns.map((c) => [c.name, cellsOf(c, rows, days.has(c.name), look.decimals?.(c.name))]),
    );
    if (first || layout === undefined) layout = layoutOf(columns, texts, width, look.spare ?? []);
    return layout.vertical
      ? verticalRows(layout, texts, rows)
      : alignedRows(layout, texts, rows, first);
  };
}

function cellsOf(
  source: Column,
  rows: number,
  isDay: boolean,
  decimals: number | undefined,
): string[] {
  const text = cellText(source, isDay);
  const isNumber = source.kind === "number" && source.origin === "number";
  return Array.from({ length: rows }, (_, r) => {
    const cell = text(r);
    if (cell === undefined) return "";
    return isNumber ? shownNumber(cell, source.values[r]!, decimals) : flat(cell);
  });
}

function shownNumber(cell: string, value: number, decimals: number | undefined): string {
  if (!Number.isFinite(value)) return cell;
  if (decimals !== undefined) return value.toFixed(decimals);
  return Number.isInteger(value) || cell.length <= DIGITS + 2
    ? cell
    : String(Number(value.toPrecision(DIGITS)));
}

function layoutOf(
  columns: Table["columns"],
  texts: ReadonlyMap<string, readonly string[]>,
  width: number | undefined,
  spare: readonly string[],
): Layout {
  const all = columns.map(({ name }) => name);
  const needed = all.filter((name) => !spare.includes(name));
  const widthsFor = (names: readonly string[], cellWidth: number) =>
    names.map((name) =>
      Math.max(
        short(name, cellWidth).length,
        ...texts.get(name)!.map((text) => Math.min(text.length, cellWidth)),
      ),
    );
  for (const names of [all, needed])
    for (const cellWidth of names === all ? CELL_WIDTHS.slice(0, 1) : CELL_WIDTHS) {
      const widths = widthsFor(names, cellWidth);
      const total = widths.reduce((sum, w) => sum + w + 2, -2);
      if (width === undefined || total <= width)
        return { names, widths, cellWidth, vertical: false };
    }
  return { names: needed, widths: [], cellWidth: width!, vertical: true };
}

function alignedRows(
  { names, widths, cellWidth }: Layout,
  texts: ReadonlyMap<string, readonly string[]>,
  rows: number,
  first: boolean,
): string {
  const right = names.map((name) =>
    texts.get(name)!.every((text) => /^-?[\d.]*(e[-+]?\d+)?$|^-?inf$/i.test(text)),
  );
  const line = (cells: readonly string[]) =>
    `${cells
      .map((cell, j) => {
        const text = short(cell, cellWidth);
        return right[j] === true ? text.padStart(widths[j]!) : text.padEnd(widths[j]!);
      })
      .join("  ")
      .trimEnd()}\n`;
  return [
    ...(first ? [line(names.map(flat)), line(widths.map((w) => "-".repeat(w)))] : []),
    ...Array.from({ length: rows }, (_, r) => line(names.map((name) => texts.get(name)![r]!))),
  ].join("");
}

/** A line for each cell, a blank line after each row. */
function verticalRows(
  { names, cellWidth }: Layout,
  texts: ReadonlyMap<string, readonly string[]>,
  rows: number,
): string {
  const titles = names.map((name) => short(flat(name), Math.floor(cellWidth / 2)));
  const widest = Math.max(...titles.map(({ length }) => length));
  const room = Math.max(8, cellWidth - widest - 2);
  return Array.from({ length: rows }, (_, r) =>
    names
      .map((name, j) =>
        `${titles[j]!.padEnd(widest)}  ${short(texts.get(name)![r]!, room)}`.trimEnd(),
      )
      .concat("", "")
      .join("\n"),
  ).join("");
}

function flat(text: string): string {
  return printable(text.replaceAll(/\s+/g, " "));
}

function short(text: string, most: number): string {
  const one = flat(text);
  return one.length > most ? `${one.slice(0, most - 1)}…` : one;
}
