/** What the keys of a column are like, and new ones of that kind: samples then have all columns of the table. */
import { readNumber } from "../cell/read-number.ts";
import type { KeyPattern } from "../schema/schema.ts";
import type { Column } from "../table.ts";

/** Keys that are looked at. */
const LOOKED_AT = 2000;
/** Numbers are dense where at least one in so many is a key: new ones then go on after the last. */
const DENSE = 20;

/** Classes of characters, by the letter that stands for them in a pattern. */
const CLASSES: Readonly<Record<string, string>> = {
  "1": "123456789",
  "9": "0123456789",
  a: "abcdefghijklmnopqrstuvwxyz",
  A: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  x: "0123456789abcdef",
  X: "0123456789ABCDEF",
  n: "0123456789abcdefghijklmnopqrstuvwxyz",
  N: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  w: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
};

/**
 * What the keys of a column are like: numbers that go on after the last (behind a prefix), or a class of characters at each place, from the
 * keys of the commonest length. Undefined for a column without keys.
 */
export function keyPattern(source: Column): KeyPattern | undefined {
  const storage = source.kind === "text" ? "text" : "number";
  const texts =
    source.kind === "text"
      ? source.values.flatMap((text) => (text === null || text.trim() === "" ? [] : [text.trim()]))
      : Array.from(source.values).flatMap((v) => (Number.isNaN(v) ? [] : [String(v)]));
  if (texts.length === 0) return undefined;
  const numbered = afterTheLast(texts);
  if (numbered !== undefined) return { storage, ...numbered };
  const looked = texts.slice(0, LOOKED_AT);
  const lengths = new Map<number, number>();
  for (const { length } of looked) lengths.set(length, (lengths.get(length) ?? 0) + 1);
  const [[length] = [0]] = [...lengths].sort((a, b) => b[1] - a[1]);
  const same = looked.filter((text) => text.length === length);
  const pattern = Array.from({ length }, (_, at) =>
    classOf(new Set(same.map((text) => text[at]!)), at),
  ).join("");
  return { storage, pattern };
}

/** Keys that end in numbers of which most are taken: the next number, its least digits, and what stands before it. */
function afterTheLast(texts: readonly string[]): Omit<KeyPattern, "storage"> | undefined {
  const parts = texts.map((text) => /^(.*?)(\d+)$/s.exec(text));
  const prefix = parts[0]?.[1];
  if (prefix === undefined || parts.some((part) => part?.[1] !== prefix)) return undefined;
  const digits = parts.map((part) => part![2]!);
  const padded = digits.some((text) => text.startsWith("0") && text.length > 1);
  if (padded && new Set(digits.map(({ length }) => length)).size > 1) return undefined;
  const numbers = digits.map(Number);
  const [low, high] = numbers.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
  if (!Number.isSafeInteger(high) || high - low + 1 > DENSE * texts.length) return undefined;
  return {
    next: high + 1,
    ...(prefix === "" ? {} : { prefix }),
    ...(padded ? { digits: digits[0]!.length } : {}),
  };
}

function classOf(characters: ReadonlySet<string>, at: number): string {
  if (characters.size === 1) return `'${[...characters][0]!.replace("'", "''")}'`;
  const found = Object.keys(CLASSES).find(
    (name) =>
      (at === 0 || name !== "1") && [...characters].every((c) => CLASSES[name]!.includes(c)),
  );
  return found ?? "w";
}

/**
 * New keys for rows of a draw: other than each other, and beyond the last number of the table's keys or made of the pattern's characters, so
 * that one is a key of the table by chance alone.
 *
 * @param firstRow number of the first row among all rows of the draw
 */
export function newKeys(
  name: string,
  { storage, pattern, next, prefix = "", digits = 0 }: KeyPattern,
  rows: number,
  { firstRow, seed }: { readonly firstRow: number; readonly seed: number },
): Column {
  const texts =
    pattern === undefined
      ? Array.from(
          { length: rows },
          (_, i) => prefix + String((next ?? 1) + firstRow + i).padStart(digits, "0"),
        )
      : drawnKeys(pattern, rows, firstRow, seed);
  if (storage === "text") return { kind: "text", name, values: texts };
  return {
    kind: "number",
    name,
    origin: "number",
    values: Float64Array.from(texts, (text) => readNumber(text)),
  };
}

/** Of all keys of a pattern, row i gets number (a i + b) mod all, with a that divides none of them: each comes once. */
function drawnKeys(pattern: string, rows: number, firstRow: number, seed: number): string[] {
  const places = (pattern.match(/'(?:''|[^'])'|[^']/g) ?? []).map((token) =>
    token.startsWith("'") ? token.slice(1, -1).replace("''", "'") : (CLASSES[token] ?? token),
  );
  // Fewer keys than rows: further places keep them apart.
  const size = (list: readonly string[]): bigint =>
    list.reduce((product, characters) => product * BigInt(characters.length), 1n);
  while (size(places) < 4n * BigInt(firstRow + rows)) places.push(CLASSES["9"]!);
  const all = size(places);
  let step = (all * 618_033_988n) / 1_000_000_000n + 1n;
  while (commonDivisor(step, all) !== 1n) step++;
  const start = (BigInt(seed >>> 0) * 2_654_435_761n) % all;
  return Array.from({ length: rows }, (_, i) => {
    let at = (BigInt(firstRow + i) * step + start) % all;
    let key = "";
    for (const characters of places.toReversed()) {
      const count = BigInt(characters.length);
      key = characters[Number(at % count)]! + key;
      at /= count;
    }
    return key;
  });
}

function commonDivisor(a: bigint, b: bigint): bigint {
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}
