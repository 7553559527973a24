/** From a column of words to what it is. */
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import type { ColumnSchema } from "../schema/schema.ts";

// Scales whose words say their order. A column matches when its values are a subset.
const SCALES: readonly (readonly string[])[] = [
  ["very low", "low", "medium", "high", "very high"],
  ["low", "mid", "high"],
  ["low", "moderate", "high"],
  ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"],
  ["tiny", "small", "medium", "large", "huge"],
  ["never", "rarely", "sometimes", "often", "always"],
  ["strongly disagree", "disagree", "neutral", "agree", "strongly agree"],
  ["very poor", "poor", "fair", "good", "very good", "excellent"],
  ["bad", "average", "good"],
  ["first", "second", "third", "fourth", "fifth"],
  ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
  ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
  ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
];

/**
 * The schema of a column of words: a category, an ordered one, a key or free text. In pieces.
 *
 * @param counts the different texts with their counts
 */
export function* inferWords(
  name: string,
  counts: ReadonlyMap<string, number>,
  present: number,
  missing: number,
): InPieces<ColumnSchema> {
  const distinct = [...counts.keys()];
  const share = distinct.length / present;
  // Some values must repeat for a category to be worth a name; twice on average is the least.
  if (distinct.length > 20 ? share > 0.5 : share === 1 && present >= 10) {
    const length = distinct.reduce((sum, text) => sum + text.length, 0) / distinct.length;
    const wordy =
      distinct.filter((text) => text.trim().split(/\s+/).length >= 4).length >
      0.5 * distinct.length;
    return share >= 0.9 && !wordy && length <= 60
      ? { name, type: "identifier", reason: `${distinct.length} of ${present} values differ` }
      : {
          name,
          type: "text",
          reason: `long or mostly different texts (${distinct.length} of ${present} values differ)`,
        };
  }
  yield;
  const values = spellings(counts);
  yield;
  const ordered = orderOf(values);
  yield;
  const merged = values.length < distinct.length ? ", outer spaces aside" : "";
  return {
    name,
    type: ordered === undefined ? "category" : "ordered",
    storage: "text",
    values: ordered ?? values.sort((a, b) => counts.get(b)! - counts.get(a)! || (a < b ? -1 : 1)),
    ...(missing > 0 ? { missing: true } : {}),
    reason:
      ordered === undefined
        ? `${values.length === 1 ? "1 value" : `${values.length} different values`}${merged}`
        : `${values.length} values that name their order${merged}`,
  };
}

/** Values that differ in outer spaces only are one value, spelled as it is most often. */
export function spellings(counts: ReadonlyMap<string, number>): string[] {
  const byKey = new Map<string, string>();
  for (const [text, count] of counts) {
    const other = byKey.get(text.trim());
    if (other === undefined || counts.get(other)! < count) byKey.set(text.trim(), text);
  }
  return [...byKey.values()];
}

/** The order that the values themselves declare: a known scale, or numbers in front ("18-25", "5+ years"). */
export function orderOf(values: readonly string[]): string[] | undefined {
  if (values.length < 3) return undefined;
  const word = (text: string): string => text.trim().toLowerCase();
  for (const scale of SCALES)
    if (values.every((text) => scale.includes(word(text))))
      return [...values].sort((a, b) => scale.indexOf(word(a)) - scale.indexOf(word(b)));
  const rank = (text: string): number => {
    const match = /^\s*(<|>)?=?\s*[$€£]?(\d+(?:\.\d+)?)\s*(?:-|–|to\b|\+|$)/.exec(text);
    if (match === null) return NaN;
    const side = match[1] === "<" ? -0.5 : match[1] === ">" ? 0.5 : 0;
    return Number(match[2]) + side;
  };
  // Nothing but digits here means leading zeros: codes, not quantities.
  if (values.every((text) => /^\s*\d+\s*$/.test(text))) return undefined;
  const ranks = values.map(rank);
  if (ranks.some(Number.isNaN) || new Set(ranks).size !== ranks.length) return undefined;
  return [...values].sort((a, b) => rank(a) - rank(b));
}
