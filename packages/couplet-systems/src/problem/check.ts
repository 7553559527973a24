/** Checks a problem file and says what is wrong: the path, what was expected, what came, the nearest key. */
import * as v from "valibot";
import { CoupletError, nearest } from "couplet/kit";

/** How the message of an object schema carries the keys that it knows, for "did you mean". */
const keysMark = "keys:";

type Entries = Readonly<Record<string, v.GenericSchema>>;

/** An object with exactly these keys; an unknown one is an error that names the nearest. */
export function record<const E extends Entries>(entries: E): v.StrictObjectSchema<E, string> {
  return v.strictObject(entries, `${keysMark}${Object.keys(entries).join(",")}`);
}

/** A finite number. */
export const number: v.GenericSchema<number> = v.pipe(v.number(), v.finite());

/** A finite number above 0. */
export const positive: v.GenericSchema<number> = v.pipe(v.number(), v.finite(), v.gtValue(0));

/** A whole number from `least` to `most`. */
export function count(least: number, most = 1_000_000): v.GenericSchema<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
}

/** Text that says something. */
export const name: v.GenericSchema<string> = v.pipe(v.string(), v.nonEmpty());

/** Values from `from` to `to`, both included, in equal steps. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly points: number;
}

/** The values of a {@link Range}, or the list itself. */
export function valuesOf(range: Range | readonly number[]): number[] {
  if (!("from" in range)) return [...range];
  const { from, to, points } = range;
  return Array.from({ length: points }, (_, i) =>
    i === points - 1 ? to : from + ((to - from) * i) / Math.max(1, points - 1),
  );
}

/** A list of numbers, or `{ from, to, points }`. */
export const range: v.GenericSchema<Range | readonly number[]> = v.lazy((input) =>
  Array.isArray(input)
    ? v.pipe(v.array(number), v.minLength(1))
    : record({ from: number, to: number, points: count(1, 10_000) }),
);

/**
 * The value as a problem.
 *
 * @param where what to call it in messages: the file's name
 * @throws CoupletError SPEC_INVALID: the first problem with its path, and all others after it
 */
export function checkProblem<T>(schema: v.GenericSchema<T>, value: unknown, where: string): T {
  // A list has keys of its own (`map`, `sort`), which an object schema would take for the problem's.
  if (Array.isArray(value)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where,
      expected: "an object",
      received: `a list of ${value.length}`,
    });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issues = flatten(result.issues).map((issue) => describe(issue, where));
  // A missing key and an unknown one are usually one misspelling: the unknown one says more.
  issues.sort((a, b) => Number(b.hint !== undefined) - Number(a.hint !== undefined));
  const [first, ...others] = issues as [Problem, ...Problem[]];
  const more = others
    .slice(0, 5)
    .map(({ path, expected, received }) => `Also ${path}: expected ${expected}, got ${received}.`);
  if (others.length > 5) more.push(`And ${others.length - 5} more.`);
  const hint = [first.hint, ...more].filter((text) => text !== undefined).join(" ");
  throw new CoupletError({
    code: "SPEC_INVALID",
    where: first.path,
    expected: first.expected,
    received: first.received,
    ...(hint === "" ? {} : { hint }),
  });
}

interface Problem {
  readonly path: string;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
}

/** A union that fits in no part: the part that came nearest has the issues worth reading. */
function flatten(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown>[] {
  return issues.flatMap((issue) => {
    const inner = issue.type === "union" ? issue.issues : undefined;
    if (inner === undefined || inner.length === 0) return [issue];
    const deepest = Math.max(...inner.map((one) => one.path?.length ?? 0));
    if (deepest === 0) return [issue];
    return flatten(
      inner
        .filter((one) => (one.path?.length ?? 0) === deepest)
        .map(
          (one) => ({ ...one, path: [...(issue.path ?? []), ...(one.path ?? [])] }) as typeof one,
        ),
    );
  });
}

function describe(issue: v.BaseIssue<unknown>, where: string): Problem {
  const items = issue.path ?? [];
  const last = items.at(-1);
  const keys = issue.message.startsWith(keysMark)
    ? issue.message.slice(keysMark.length).split(",")
    : undefined;
  if (keys !== undefined && last !== undefined && "origin" in last && last.origin === "key") {
    const key = String(last.key);
    const parent =
      where +
      items
        .slice(0, -1)
        .map((item) => part(item.key))
        .join("");
    if (issue.expected !== "never") {
      return { path: parent, expected: `"${key}"`, received: "no such key" };
    }
    const guess = nearest(key, keys);
    return {
      path: parent,
      expected: `no key but ${keys.map((one) => `"${one}"`).join(", ")}`,
      received: `"${key}"`,
      ...(guess === undefined ? {} : { hint: `Did you mean "${guess}"?` }),
    };
  }
  const path = where + items.map((item) => part(item.key)).join("");
  const allowed = [...(issue.expected ?? "").matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
  const guess = typeof issue.input === "string" ? nearest(issue.input, allowed) : undefined;
  const expected =
    issue.kind === "validation" && issue.expected === null
      ? issue.message.replace(/^expected /, "")
      : plain(issue.expected ?? issue.message);
  return {
    path,
    expected,
    received: shown(issue),
    ...(guess === undefined ? {} : { hint: `Did you mean "${guess}"?` }),
  };
}

/** Valibot's short types in words. */
function plain(expected: string): string {
  return expected
    .replace(/^\((.*)\)$/, "$1")
    .replaceAll(" | ", " or ")
    .replaceAll(/\bObject\b/g, "an object")
    .replaceAll(/\bArray\b/g, "a list")
    .replaceAll(/\bstring\b/g, "text")
    .replaceAll(/\bnumber\b/g, "a number")
    .replaceAll(/\bboolean\b/g, "true or false")
    .replace(/^>=(.+)$/, "$1 or more")
    .replace(/^<=(.+)$/, "$1 or less")
    .replace(/^>(.+)$/, "more than $1")
    .replace(/^!0$/, "something");
}

function shown(issue: v.BaseIssue<unknown>): string {
  const { input } = issue;
  if (input === undefined) return "nothing";
  if (input === null || typeof input !== "object") return JSON.stringify(input) ?? String(input);
  if (Array.isArray(input)) return `a list of ${input.length}`;
  return issue.kind === "schema" ? `an object` : issue.received;
}

function part(key: unknown): string {
  return typeof key === "number" ? `[${key}]` : `.${String(key)}`;
}
