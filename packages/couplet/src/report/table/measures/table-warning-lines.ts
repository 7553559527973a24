/** The warnings of a table, one line for each kind. */
import type { TableWarning } from "../../../table/warnings.ts";

/** Names in one line. */
const MOST_NAMED = 8;

/** What a group of columns has in common, and what to change. */
const GROUPS: Partial<Record<TableWarning["code"], readonly [common: string, advice: string]>> = {
  CONSTANT_COLUMN: [
    "columns never change",
    "They are kept in samples and carry no information; drop them if you do not need them.",
  ],
  IDENTIFIER_LEFT_OUT: [
    "columns look like keys and are excluded",
    'Set their type to "integer" or "category" in the schema to model them.',
  ],
  TEXT_LEFT_OUT: [
    "columns are free text and are excluded",
    'Set their type to "category" in the schema to model them.',
  ],
  HIGH_MISSING: [
    "columns are missing in more than half of the rows",
    "Missing cells are modelled as they are.",
  ],
  HIGH_CARDINALITY: [
    "columns have many different values, few rows for each",
    "What rare values go with cannot be learnt: group them.",
  ],
  NEAR_DUPLICATE: [
    "pairs of columns determine each other or rise and fall together",
    "Keep both, unless one can be computed from the other: then the density of the pair is degenerate, and one says all.",
  ],
};

const SENTINELS =
  'If these values mean "no value", make those cells missing before the fit; otherwise each gets a probability of its own.';

/** The warnings in their order; those of one kind in one line, at the place of the first. */
export function tableWarningLines(
  warnings: readonly TableWarning[],
): { readonly message: string; readonly advice: string }[] {
  const byCode = new Map<TableWarning["code"], TableWarning[]>();
  for (const warning of warnings)
    byCode.set(warning.code, [...(byCode.get(warning.code) ?? []), warning]);
  return [...byCode].map(([code, list]) => {
    const [{ message, advice }] = list as [TableWarning];
    if (list.length === 1) return { message, advice };
    const group = GROUPS[code];
    if (group === undefined)
      return {
        message: someNames(list.map((warning) => warning.message)),
        advice: code === "SENTINEL" ? SENTINELS : advice,
      };
    const [common, change] = group;
    const names = list.map(({ columns }) => columns.join(" and "));
    return { message: `${list.length} ${common}: ${someNames(names)}`, advice: change };
  });
}

/** "a, b, c": the first eight, and the number of others. */
export function someNames(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return names.join(", ");
  const others = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(", ")} and ${others} ${others === 1 ? "other" : "others"}`;
}
