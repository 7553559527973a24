/** Rejects unknown options and unknown words in them: a misspelt one would otherwise silently do nothing. */
import { CoupletError, nearest, unknownName } from "./error.ts";
import { shown } from "./shown.ts";

type KeysOf<O> = O extends unknown ? keyof O : never;

type ValueOf<O, K> = O extends unknown ? (K extends keyof O ? O[K] : never) : never;

/**
 * An option's words, or its kind: `0` for a number, `false` for a switch, `""` for a text, "function" or "AbortSignal"; true where
 * the callee checks it.
 */
type KindOf<V> = [V] extends [never]
  ? true
  : [V] extends [AbortSignal]
    ? "AbortSignal"
    : [V] extends [(...values: never[]) => unknown]
      ? "function"
      : [V] extends [number]
        ? 0
        : [V] extends [boolean]
          ? false
          : [V] extends [string]
            ? string extends V
              ? ""
              : readonly V[]
            : true;

/**
 * The names of an options object, each with the words that it takes or a value of its kind; the compiler checks that no name is
 * absent and that kinds are those of the types.
 */
export type OptionNames<O> = {
  readonly [K in KeysOf<O> & string]: KindOf<Exclude<ValueOf<O, K>, undefined>>;
};

/**
 * Throws USAGE if `options` has a name that is not in `names`, a word that its option does not take, or a value of another kind:
 * callers in JavaScript have no compiler, and `blas: "none"` would be as good as true.
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
    const kind = Object.hasOwn(names, key)
      ? (names as Readonly<Record<string, Kind>>)[key]
      : undefined;
    if (kind === undefined)
      throw new CoupletError({
        code: "USAGE",
        where,
        ...unknownName("option", key, Object.keys(names)),
      });
    if (kind === true || value === undefined) continue;
    if (typeof kind === "object") checkWord(`${where}: ${key}`, value, kind);
    else if (!isOfKind(value, kind))
      throw new CoupletError({
        code: "USAGE",
        where: `${where}: ${key}`,
        expected: kind ? `${kind === "function" ? "a" : "an"} ${kind}` : KINDS[typeof kind]!,
        received: shown(value),
      });
  }
}

type Kind = boolean | 0 | "" | "function" | "AbortSignal" | readonly string[];

const KINDS: Readonly<Record<string, string>> = {
  number: "a number",
  boolean: "true or false",
  string: "a text",
};

function isOfKind(value: unknown, kind: Exclude<Kind, readonly string[]>): boolean {
  if (kind === "function") return typeof value === kind;
  if (kind !== "AbortSignal") return typeof value === typeof kind;
  // Of another realm's too.
  return (
    typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value
  );
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
