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

/** The names of a spec whose values its reader checks by itself: `requireOptions` then refuses unknown names alone. */
export type NamesOf<T> = T extends unknown ? { readonly [K in keyof T]?: unknown } : never;
