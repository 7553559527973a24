/** Refuses options that a call does not have: a misspelt one would otherwise silently do nothing. */
import { CoupletError, nearest } from "./error.ts";

type KeysOf<O> = O extends unknown ? keyof O : never;

/** The names of a bag of options: the compiler sees to it that none is missing and none too many. */
export type OptionNames<O> = Readonly<Record<KeysOf<O> & string, true>>;

/**
 * Nothing, when `options` is left out or has only names of `names`.
 *
 * @param where the call, for the message
 * @throws CoupletError USAGE, with the nearest name or all there are
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
  const known = Object.keys(names);
  const guess = nearest(unknown, known);
  throw new CoupletError({
    code: "USAGE",
    where,
    expected: "an option that there is",
    received: JSON.stringify(unknown),
    hint: guess === undefined ? `There are: ${known.join(", ")}.` : `Did you mean "${guess}"?`,
  });
}
