/** Numbers as people write them: with a currency, a unit, a decimal comma, thousands set apart. */
import type { NumberFormat } from "../schema/schema.ts";
import { detectDuration, durationFormat } from "../schema/duration-format.ts";
import { readNumber } from "./read-number.ts";

const GROUPS = [",", ".", " ", "\u00a0", "\u202f", "'", "\u2019"] as const;
// A currency in front, never letters and digits run together: "K7" is a code.
const PREFIX = /^(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3}(?= ))? ?$/u;
const PARTS =
  /^([+-]?)([^\d.,+-]*)([+-]?)(\d(?:[\d.,'\u2019\u00a0\u202f ]*\d)?|[.,]\d+)([^\d.,]{0,16})$/u;

/**
 * The one spelling that reads every text, or undefined: also when the texts are plain numbers, or need more than one.
 * "1,234" is taken for a thousand unless another text shows that the comma is a decimal sign.
 */
export function detectNumberFormat(texts: readonly string[]): NumberFormat | undefined {
  const duration = detectDuration(texts);
  if (duration !== undefined) return { duration };
  const parentheses = texts.some((text) => PARENTHESES.test(text.trim()));
  const first = PARTS.exec((texts[0]?.trim() ?? "").replace(PARENTHESES, "$1"));
  if (first === null) return undefined;
  const [prefix, suffix] = [first[2]!, first[5]!];
  if (!PREFIX.test(prefix)) return undefined;
  const affixes = {
    ...(parentheses ? { parentheses } : {}),
    ...(prefix === "" ? {} : { prefix }),
    ...(suffix === "" ? {} : { suffix }),
  };
  const separators: NumberFormat[] = [
    {},
    ...GROUPS.filter((group) => group !== ".").map((group) => ({ group })),
    { decimal: "," },
    ...GROUPS.filter((group) => group !== ",").map((group) => ({ decimal: ",", group }) as const),
  ];
  for (const separator of separators) {
    const numberFormat = { ...affixes, ...separator };
    if (Object.keys(numberFormat).length === 0) continue;
    const { group } = numberFormat;
    if (group !== undefined && !texts.some((text) => text.includes(group))) continue;
    const read = formattedReader(numberFormat);
    if (texts.every((text) => !Number.isNaN(read(text)))) return numberFormat;
  }
  return undefined;
}

/** A number in parentheses. */
const PARENTHESES = /^\((.*)\)$/;

/** The reader of a spelling: a number, or NaN for a text that is not written so. */
export function formattedReader(numberFormat: NumberFormat): (text: string) => number {
  const { prefix = "", suffix = "", decimal = ".", group, parentheses, duration } = numberFormat;
  if (duration !== undefined) return durationFormat(duration)!.parse;
  const whole = group === undefined ? "\\d*" : `(?:\\d{1,3}(?:${escaped(group)}\\d{3})*)?`;
  const pattern = new RegExp(
    `^([+-]?)${escaped(prefix)}([+-]?)(${whole})(?:${escaped(decimal)}(\\d+))?${escaped(suffix)}$`,
  );
  return (text) => {
    const inside = parentheses === true ? PARENTHESES.exec(text.trim()) : null;
    const match = pattern.exec(inside?.[1] ?? text.trim());
    if (inside !== null && match !== null) {
      if (match[1] !== "" || match[2] !== "") return NaN;
      match[1] = "-";
    }
    if (match === null || (match[1] !== "" && match[2] !== "")) return NaN;
    const integer = group === undefined ? match[3]! : match[3]!.replaceAll(group, "");
    return readNumber(
      `${match[1]!}${match[2]!}${integer}${match[4] === undefined ? "" : `.${match[4]}`}`,
    );
  };
}

/** The reader of a column: its spelling first, then plain numbers, as another source may write the same column. */
export function numberReader(numberFormat: NumberFormat | undefined): (text: string) => number {
  if (numberFormat === undefined) return readNumber;
  const spelled = formattedReader(numberFormat);
  return (text) => {
    const value = spelled(text);
    return Number.isNaN(value) ? readNumber(text) : value;
  };
}

/** Writes a plain number ("-1234.5") in a spelling ("-$1,234.5"). */
export function writeInFormat(plain: string, numberFormat: NumberFormat): string {
  const { prefix = "", suffix = "", decimal = ".", group, parentheses, duration } = numberFormat;
  if (duration !== undefined) return durationFormat(duration)!.format(Number(plain));
  const sign = plain.startsWith("-") ? "-" : "";
  const [integer, fraction] = plain.slice(sign.length).split(".") as [string, string?];
  const grouped =
    group === undefined ? integer : integer.replace(/\B(?=(?:\d{3})+$)/g, () => group);
  const text = `${prefix}${grouped}${fraction === undefined ? "" : decimal + fraction}${suffix}`;
  if (sign !== "" && parentheses === true) return `(${text})`;
  return sign + text;
}

/** A spelling for people: how 1234.5 (or 1234) would be written. */
export function showNumberFormat(numberFormat: NumberFormat, whole: boolean): string {
  return JSON.stringify(writeInFormat(whole ? "1234" : "1234.5", numberFormat));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
