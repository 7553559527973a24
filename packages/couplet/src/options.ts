/** Rejects unknown options and unknown words in them: a misspelt one would otherwise silently do nothing. */
import { CoupletError, nearest, unknownName } from "./error.ts";

type KeysOf<O> = O extends unknown ? keyof O : never;

type ValueOf<O, K> = O extends unknown ? (K extends keyof O ? O[K] : never) : never;

/** The words of an option that takes one of a few; true for any other option. */
type WordsOf<V> = [V] extends [never]
  ? true
  : [V] extends [string]
    ? string extends V
      ? true
      : readonly V[]
    : true;

/**
 * The names of an options object, each with the words that it takes where its type is a list of words; the compiler checks that
 * no name is absent.
 */
export type OptionNames<O> = {
  readonly [K in KeysOf<O> & string]: WordsOf<Exclude<ValueOf<O, K>, undefined>>;
};

/**
 * Throws USAGE if `options` has a name that is not in `names`, or a word that its option does not take.
 *
 * @param where the call, for the message
 * @throws CoupletError USAGE with the closest valid name or word, or all of them
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
  for (const [key, value] of Object.entries(options)) {
    const words = Object.hasOwn(names, key)
      ? (names as Readonly<Record<string, true | readonly string[]>>)[key]
      : undefined;
    if (words === undefined)
      throw new CoupletError({
        code: "USAGE",
        where,
        ...unknownName("option", key, Object.keys(names)),
      });
    if (words !== true && value !== undefined) checkWord(`${where}: ${key}`, value, words);
  }
}

/**
 * Throws USAGE unless `value` is one of `words`.
 *
 * @throws CoupletError USAGE with the closest word
 */
export function checkWord(where: string, value: unknown, words: readonly string[]): void {
  if (words.includes(value as string)) return;
  const received = typeof value === "string" ? JSON.stringify(value) : String(value);
  const guess = typeof value === "string" ? nearest(value, words) : undefined;
  throw new CoupletError({
    code: "USAGE",
    where,
    expected: words
      .map((word) => JSON.stringify(word))
      .join(", ")
      .replace(/, (?="[^"]*"$)/, " or "),
    received,
    ...(guess === undefined ? {} : { hint: `Did you mean ${JSON.stringify(guess)}?` }),
  });
}
