/** Cells of Parquet as cells of a table. */
import type { FileMetaData, ParquetParsers, SchemaElement, SchemaTree } from "hyparquet";
import { shortest } from "../../numerics/shortest-float.ts";
import type { Column } from "../../table/table.ts";

/** A cell: a number (also of booleans and dates), a long integer, or text. */
export type RawCell = number | bigint | string | null;

const text = new TextDecoder("utf-8", { fatal: true });

/** Dates and times as milliseconds since 1970 (what is finer is cut off), text strictly as UTF-8, JSON as its text. */
export const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: present((ms: bigint) => Number(ms)),
  timestampFromMicroseconds: present((us: bigint) => Number(us / 1000n)),
  timestampFromNanoseconds: present((ns: bigint) => Number(ns / 1_000_000n)),
  dateFromDays: present((days: number) => days * 86_400_000),
  stringFromBytes: present((bytes: Uint8Array) => text.decode(bytes)),
  jsonFromBytes: present((bytes: Uint8Array) => text.decode(bytes)),
};

/** Leaves missing cells as they are. */
function present<T, R>(read: (value: T) => R): (value: T | null | undefined) => R | undefined {
  return (value) => (value === null || value === undefined ? undefined : read(value));
}

/** Decimals as the integers that they are kept as: as doubles they would lose digits. */
export function withRawDecimals(metadata: FileMetaData): FileMetaData {
  for (const element of metadata.schema) {
    if (!isDecimal(element)) continue;
    scales.set(element, element.scale ?? 0);
    delete element.converted_type;
    delete element.logical_type;
  }
  return metadata;
}

/** Digits behind the point, of elements that are decimals. */
const scales = new WeakMap<SchemaElement, number>();

function isDecimal({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";
}

/** What makes a cell of a field. */
export function cellReader({ element, children }: SchemaTree): (raw: unknown) => RawCell {
  const or = (read: (raw: never) => RawCell) => (raw: unknown) =>
    present(read)(raw as never) ?? null;
  if (children.length > 0 || element.repetition_type === "REPEATED")
    return or((raw) => JSON.stringify(raw, spelled));
  const scale = scales.get(element);
  if (scale !== undefined) return or((raw) => decimalText(integerOf(raw), scale));
  const { type, converted_type: converted, logical_type: logical } = element;
  if (logical?.type === "TIME" || converted === "TIME_MILLIS" || converted === "TIME_MICROS") {
    const unit = logical?.type === "TIME" ? logical.unit : undefined;
    const isMillis = unit === "MILLIS" || converted === "TIME_MILLIS";
    const isNanos = unit === "NANOS";
    return or((raw: number | bigint) =>
      timeText(isMillis ? BigInt(raw) * 1000n : isNanos ? BigInt(raw) / 1000n : BigInt(raw)),
    );
  }
  if (type === "FLOAT" || logical?.type === "FLOAT16") return or((raw: number) => shortest(raw));
  if (type === "BYTE_ARRAY" && (converted === "ENUM" || logical?.type === "ENUM"))
    return or((raw: Uint8Array) => text.decode(raw));
  return or((raw: number | bigint | boolean | string | Uint8Array) => {
    if (typeof raw === "boolean") return Number(raw);
    if (raw instanceof Uint8Array) return blobText(raw);
    return raw;
  });
}

/** A column of cells. @param field whose type says what numbers are */
export function gatheredColumn(
  name: string,
  { element }: SchemaTree,
  cells: readonly RawCell[],
): Column {
  const { type, converted_type: converted, logical_type: logical } = element;
  const isDate =
    converted === "DATE" ||
    logical?.type === "DATE" ||
    logical?.type === "TIMESTAMP" ||
    converted === "TIMESTAMP_MILLIS" ||
    converted === "TIMESTAMP_MICROS" ||
    type === "INT96";
  // Keys beyond 2^53 would lose digits as doubles.
  const isNumber = cells.every(
    (cell) =>
      cell === null ||
      typeof cell === "number" ||
      (typeof cell === "bigint" && cell <= EXACT && cell >= -EXACT),
  );
  const hasText = type === undefined || cells.some((cell) => typeof cell === "string");
  if (isNumber && !hasText && (isNumeric(element) || isDate))
    return {
      kind: "number",
      name,
      values: Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))),
      origin: isDate ? "date" : type === "BOOLEAN" ? "boolean" : "number",
    };
  return {
    kind: "text",
    name,
    values: cells.map((cell) => (cell === null ? null : String(cell))),
  };
}

const EXACT = 2n ** 53n;

function isNumeric(element: SchemaElement): boolean {
  if (scales.has(element)) return false;
  const { type, logical_type: logical } = element;
  return (
    logical?.type === "FLOAT16" ||
    ["BOOLEAN", "INT32", "INT64", "FLOAT", "DOUBLE"].includes(type ?? "")
  );
}

/** What JSON has no word for. */
function spelled(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  return value instanceof Uint8Array ? blobText(value) : value;
}

/** An integer of a decimal: a number, or bytes with the highest first. */
function integerOf(raw: number | bigint | Uint8Array): bigint {
  if (!(raw instanceof Uint8Array)) return BigInt(raw);
  let value = 0n;
  for (const byte of raw) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * raw.length, value);
}

function decimalText(value: bigint, scale: number): string {
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** hh:mm:ss, with a fraction of a second unless it is 0. */
function timeText(microseconds: bigint): string {
  const seconds = Number(microseconds / 1_000_000n);
  const fraction = String(microseconds % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  const whole = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Bytes that are no text: printable characters of ASCII as they are, others as \xNN. */
function blobText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 32 && byte < 127 && byte !== 92 && byte !== 34 && byte !== 39
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}
