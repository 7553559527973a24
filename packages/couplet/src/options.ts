/** Rejects unknown options: a misspelt one would otherwise silently do nothing. */
import { CoupletError, unknownName } from "./error.ts";

type KeysOf<O> = O extends unknown ? keyof O : never;

/** The names of an options object; the compiler checks that the list is complete. */
export type OptionNames<O> = Readonly<Record<KeysOf<O> & string, true>>;

/**
 * Throws USAGE if `options` has a name that is not in `names`.
 *
 * @param where the call, for the message
 * @throws CoupletError USAGE with the closest valid name, or all valid names
 */
export function checkOptions<O extends object>(
  where: string,
  options: O | undefined,
  names: OptionNames<NoInfer<O>>,
): void {
  if (options !== undefined) requireOptions(where, options, names);
}

/**
 * {@link checkOptions} where options cannot be left out.
 *
 * @throws CoupletError USAGE
 */
export function requireOptions<O extends object>(
  where: string,
  options: O,
  names: OptionNames<NoInfer<O>>,
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new CoupletError({
      code: "USAGE",
      where,
      expected: "options as an object",
      received: options === null ? "null" : Array.isArray(options) ? "an array" : typeof options,
    });
  }
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(names, key));
  if (unknown === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where,
    ...unknownName("option", unknown, Object.keys(names)),
  });
}
