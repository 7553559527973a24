/** Values in messages. */

/** A value in a message: text, numbers and short lists of them as they are, other lists and objects by kind. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (ArrayBuffer.isView(value)) return "a typed array";
  if (Array.isArray(value)) return shownList(value);
  if (typeof value === "number") return String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? typeof value;
  return "an object";
}

function shownList(list: readonly unknown[]): string {
  const text =
    list.length <= 8 && list.every(isPlain) ? `[${list.map(shown).join(", ")}]` : undefined;
  return list.length === 0 || text === undefined || text.length > 60
    ? `a list of ${list.length}`
    : text;
}

const isPlain = (value: unknown): boolean =>
  value === null || !["object", "function"].includes(typeof value);
