/** Integers that count nothing: keys of rows, and codes of many digits. */
import type { ColumnSchema, Storage } from "../schema/schema.ts";
import { isTimeName } from "./infer-dates.ts";
import { runsOf } from "./infer-support.ts";
import { FEW, type NumberProfile } from "./number-profile.ts";

const ID_NAME =
  /(^|[_\s.-])(id|ids|uuid|guid|key|index|rowid|row_number)$|^(id|uuid|guid|index|unnamed: 0)$|[a-z](Id|ID)$/;

/** The reason for which integers are keys of rows, or undefined. */
export function identifierReason(name: string, profile: NumberProfile): string | undefined {
  const { sorted, distinct, ascending } = profile;
  const n = sorted.length;
  if (n < FEW) return undefined;
  if (distinct === n && sorted[n - 1]! - sorted[0]! === n - 1)
    return "consecutive integers, each once";
  if (distinct === n && ascending && n >= 50)
    return "integers that rise from row to row, each once";
  if (distinct >= 0.95 * n && ID_NAME.test(name))
    return `named like a key and ${distinct} of ${n} values differ`;
  return undefined;
}

/** Numbers from here on are no quantities: devices have 15 digits, cards 16. */
const LEAST_LONG_CODE = 1e14;
/** Of different numbers, the part that ends in two zeros where they are amounts. */
export const MOST_ROUND = 0.5;

/** Whether integers have 15 digits or more throughout, and are neither amounts nor times. */
export function areLongCodes(name: string, { sorted, distinct }: NumberProfile): boolean {
  if (sorted[0]! < LEAST_LONG_CODE || sorted[sorted.length - 1]! > Number.MAX_SAFE_INTEGER)
    return false;
  if (isTimeName(name)) return false;
  const round = runsOf(sorted).filter(([value]) => value % 100 === 0).length;
  return round < MOST_ROUND * distinct;
}

/** The schema of codes of many digits: a category where they repeat, else an identifier. */
export function longCodes(name: string, profile: NumberProfile, storage: Storage): ColumnSchema {
  const { sorted, distinct, missing } = profile;
  const reason = `numbers of ${String(sorted[0]).length} digits: codes, ${distinct} of ${sorted.length} differ`;
  if (2 * distinct > sorted.length) return { name, type: "identifier", reason };
  const runs = runsOf(sorted).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return {
    name,
    type: "category",
    storage,
    values: runs.map(([value]) => value),
    ...(missing > 0 ? { missing: true } : {}),
    reason,
  };
}
