/** Spellings that mean "no value" unless the caller says otherwise; compared without case and outer spaces. */
export const DEFAULT_MISSING: readonly string[] = [
  "",
  "?",
  "-",
  "--",
  "—",
  "–",
  "NA",
  "N/A",
  "#N/A",
  "<NA>",
  "NaN",
  "null",
  "NULL",
  "nil",
  "None",
  "n.a.",
  "\\N",
  "missing",
];

/** A test for missing text under the given spellings. */
export function missingTest(spellings: readonly string[]): (text: string) => boolean {
  const known = new Set(spellings.map((s) => s.trim().toLowerCase()));
  // The longest spelling bounds the work on long texts.
  const longest = Math.max(0, ...[...known].map((s) => s.length));
  return (text) => {
    if (text.length > longest + 16) return false;
    const trimmed = text.trim();
    return trimmed.length <= longest && known.has(trimmed.toLowerCase());
  };
}
