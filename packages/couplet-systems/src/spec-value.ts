import { CoupletError } from "couplet/kit";

/** Refuses a value of a spec: callers in JavaScript have no compiler. @throws CoupletError DATA_INVALID */
export function refuseValue(where: string, expected: string, received: unknown): never {
  throw new CoupletError({
    code: "DATA_INVALID",
    where,
    expected,
    received: JSON.stringify(received) ?? (received === undefined ? "none" : typeof received),
  });
}

/** Requires an object that is not a list. @throws CoupletError DATA_INVALID */
export function requireObject(where: string, expected: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    refuseValue(where, expected, value);
}

/**
 * Requires a value of each of these names: callers in JavaScript have no compiler, and an absent one would end in a TypeError or in NaN.
 *
 * @throws CoupletError USAGE with the first name that has none
 */
export function requireNames<T extends object>(
  where: string,
  spec: T,
  names: readonly (T extends unknown ? keyof T & string : never)[],
): void {
  for (const name of names) {
    if (((spec as Readonly<Record<string, unknown>>)[name] ?? undefined) !== undefined) continue;
    throw new CoupletError({
      code: "USAGE",
      where: `${where}.${name}`,
      expected: "a value",
      received: "none",
    });
  }
}

/** The names of a spec whose values its reader checks by itself: `requireOptions` then refuses unknown names alone. */
export type NamesOf<T> = T extends unknown ? { readonly [K in keyof T]?: unknown } : never;
