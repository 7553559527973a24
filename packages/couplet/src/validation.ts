/** Validation of plain data from anywhere: valibot's issues as faults with a path, and faults as one error. */
import * as v from "valibot";
import { CoupletError, nearest, unknownName } from "./error.ts";
import { shown } from "./shown.ts";

/** One fault of a value, in the words of {@link CoupletError}. */
export interface Fault {
  /** The place: "spec.layers[2].kind". */
  readonly path: string;
  /** A phrase in place of "expected E, got G": `unknown key "latice"`. */
  readonly problem?: string;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
}

/** How the message of an object schema carries the keys that it knows, for "did you mean". */
const keysMark = "keys:";

type Entries = Readonly<Record<string, v.GenericSchema>>;

/** The schema of an object with exactly these keys; the fault of an unknown key names the nearest one. */
export function record<const E extends Entries>(entries: E): v.StrictObjectSchema<E, string> {
  return v.strictObject(entries, `${keysMark}${Object.keys(entries).join(",")}`);
}

/**
 * The value if the schema accepts it.
 *
 * @param where the name of the value in messages: "spec", or the file's name
 * @throws CoupletError SPEC_INVALID: the first fault with its path, and the others after it
 */
export function validated<T>(
  schema: v.GenericSchema<unknown, T>,
  value: unknown,
  where: string,
): T {
  // A list has keys of its own (`map`, `sort`), which an object schema would take for the value's.
  if (
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value)
  )
    throw faultError([{ path: where, expected: "an object", received: shown(value) }]);
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const faults = deepest(result.issues).map((issue) => faultOf(issue, where));
  // A missing key and an unknown one are usually one misspelling: the unknown one says more.
  throw faultError(faults.toSorted((a, b) => rank(a) - rank(b)));
}

function rank({ problem = "" }: Fault): number {
  return problem.startsWith("unknown") ? 0 : problem.startsWith("missing") ? 2 : 1;
}

/** Faults (at least one) as one error: the first in full, up to five more in its hint. */
export function faultError(faults: readonly Fault[]): CoupletError {
  const [first, ...others] = faults as readonly [Fault, ...Fault[]];
  const more = others
    .slice(0, 5)
    .map(
      ({ path, problem, expected, received }) =>
        `Also ${path}: ${problem ?? `expected ${expected}, got ${received}`}.`,
    );
  if (others.length > 5) more.push(`And ${others.length - 5} more.`);
  const hint = [first.hint, ...more].filter((text) => text !== undefined).join(" ");
  const { path, hint: _, ...rest } = first;
  return new CoupletError({
    code: "SPEC_INVALID",
    where: path,
    ...rest,
    ...(hint === "" ? {} : { hint }),
  });
}

/** A union that no option fits: the option that came nearest has the issues worth reading. */
function deepest(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown>[] {
  return issues.flatMap((issue) => {
    const inner = issue.type === "union" ? issue.issues : undefined;
    if (inner === undefined || inner.length === 0) return [issue];
    const depth = Math.max(...inner.map((one) => one.path?.length ?? 0));
    if (depth === 0) return [issue];
    return deepest(
      inner
        .filter((one) => (one.path?.length ?? 0) === depth)
        .map(
          (one) => ({ ...one, path: [...(issue.path ?? []), ...(one.path ?? [])] }) as typeof one,
        ),
    );
  });
}

function faultOf(issue: v.BaseIssue<unknown>, where: string): Fault {
  const items = issue.path ?? [];
  const path = pathOf(where, items);
  const last = items.at(-1);
  if (last !== undefined && "origin" in last && last.origin === "key") {
    const parent = pathOf(where, items.slice(0, -1));
    const key = String(last.key);
    const known = issue.message.startsWith(keysMark)
      ? issue.message.slice(keysMark.length).split(",")
      : [];
    if (issue.expected === "never") return { path: parent, ...unknownName("key", key, known) };
    const problem = `missing key ${JSON.stringify(key)}`;
    return { path: parent, problem, expected: `the key ${JSON.stringify(key)}`, received: "none" };
  }
  const allowed = [...(issue.expected ?? "").matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
  const guess = typeof issue.input === "string" ? nearest(issue.input, allowed) : undefined;
  return {
    path,
    // A message of the schema's own says it better than the types' names.
    expected: issue.message.startsWith("expected ")
      ? issue.message.slice("expected ".length)
      : (Array.isArray(issue.input) && issue.kind === "validation" ? "a list of " : "") +
        inWords(issue.expected ?? issue.message),
    received: shown(issue.input),
    ...(guess === undefined ? {} : { hint: `Did you mean "${guess}"?` }),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  Object: "an object",
  Array: "a list",
  string: "text",
  number: "a number",
  boolean: "true or false",
};

/** Valibot's short types in words; names in quotes stay as they are. */
function inWords(expected: string): string {
  return expected
    .replace(/^\((.*)\)$/, "$1")
    .replaceAll(" | ", " or ")
    .replaceAll(/"[^"]*"|\b\w+\b/g, (word) => WORDS[word] ?? word)
    .replace(/^>=(.+)$/, "$1 or more")
    .replace(/^<=(.+)$/, "$1 or less")
    .replace(/^>(.+)$/, "more than $1")
    .replace(/^<(.+)$/, "less than $1")
    .replace(/^!0$/, "something");
}

function pathOf(where: string, items: readonly { readonly key?: unknown }[]): string {
  return (
    where +
    items.map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("")
  );
}
