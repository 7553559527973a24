/** Columns of equal length by name: what a figure shows, as its reader may take it away. */
export type CsvColumns = Readonly<Record<string, ArrayLike<CsvCell>>>;

/** A cell: `null` and NaN are empty. */
export type CsvCell = string | number | boolean | null;

/** Significant digits of numbers in a download: more than a picture shows, far fewer than a double has. */
const DIGITS = 6;

/**
 * Columns as CSV (RFC 4180, a header first, `\n` between lines). Numbers are rounded to 6 significant
 * digits: the page carries all its data twice, drawn and for download, and has to stay light.
 */
export function csvOf(columns: CsvColumns): string {
  const names = Object.keys(columns);
  const rows = names.reduce((most, name) => Math.max(most, columns[name]!.length), 0);
  const lines = [names.map(quoted).join(",")];
  for (let i = 0; i < rows; i++) {
    lines.push(names.map((name) => cellOf(columns[name]![i] ?? null)).join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** CSV as an address that a link can download without any server. */
export function csvAddress(columns: CsvColumns): string {
  // Only what would end the address or the attribute is escaped: escaping commas would double the size.
  const body = csvOf(columns).replaceAll(
    /[^\x21\x26-\x3b\x3d\x3f-\x5d\x5f\x61-\x7a\x7e]/gu,
    encode,
  );
  return `data:text/csv;charset=utf-8,${body}`;
}

function encode(letter: string): string {
  // A lone surrogate (the `u` of the pattern gives whole letters, so it is alone) has no UTF-8 form.
  return /[\ud800-\udfff]/u.test(letter) ? "%EF%BF%BD" : encodeURIComponent(letter);
}

function cellOf(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isNaN(cell) ? "" : shorten(cell);
  return quoted(String(cell));
}

function shorten(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)));
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
