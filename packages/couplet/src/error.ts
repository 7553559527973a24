/**
 * The one error class of the library. The message is derived from its parts:
 * `where: expected E, got G. Hint`, or `where: problem. Hint` where a sentence says it better.
 */

/** Stable codes: documented in docs/errors.md, tested, never renamed. */
export type CoupletErrorCode =
  | "CONTEXT_MISMATCH"
  | "DATA_INVALID"
  | "DEVICE_UNAVAILABLE"
  | "DISPOSED"
  | "DIVERGED"
  | "FILE_EXISTS"
  | "FILE_INVALID"
  | "FILE_NOT_FOUND"
  | "INTERNAL"
  | "NON_FINITE_INPUT"
  | "NOT_CONVERGED"
  | "NOT_SUPPORTED"
  | "OUT_OF_MEMORY"
  | "SHAPE_MISMATCH"
  | "SPEC_INVALID"
  | "USAGE";

/**
 * What mends an error about a table: more spellings of missing cells, fewer columns, another type of a column, another entry of
 * the schema. The command names its options by it.
 */
export type Remedy = "missing-values" | "columns" | "column-type" | "schema";

/** What a {@link CoupletError} is made of. */
export interface CoupletErrorParts {
  /** Stable machine-readable code. */
  readonly code: CoupletErrorCode;
  /** Where: a call ("logProb"), a path in a spec ("spec.layers[2].kind"), a file and line ("data.csv:12"). */
  readonly where: string;
  /** What was expected, as a noun phrase. */
  readonly expected: string;
  /** What came instead. */
  readonly received: string;
  /** A phrase that the message has in place of "expected E, got G": `unknown option "masks"`. */
  readonly problem?: string;
  /** What to do about it: a full sentence. */
  readonly hint?: string;
  /** What would mend it, where a program may offer that by another name. */
  readonly remedy?: Remedy;
  readonly cause?: unknown;
}

/**
 * Every error that a user can cause or meet.
 *
 *   logProb: expected 4 columns, got 3. The model was fitted on: age, height, weight, dose.
 */
export class CoupletError extends Error {
  override readonly name = "CoupletError";
  readonly code: CoupletErrorCode;
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string | undefined;
  readonly remedy: Remedy | undefined;

  constructor(parts: CoupletErrorParts) {
    const hint = parts.hint === undefined ? "" : ` ${parts.hint}`;
    const problem = parts.problem ?? `expected ${parts.expected}, got ${parts.received}`;
    super(`${parts.where}: ${problem}.${hint}`, { cause: parts.cause });
    this.code = parts.code;
    this.where = parts.where;
    this.expected = parts.expected;
    this.received = parts.received;
    this.hint = parts.hint;
    this.remedy = parts.remedy;
  }
}

/** A broken invariant of the library itself: never the user's fault. */
export function internalError(what: string): CoupletError {
  return new CoupletError({
    code: "INTERNAL",
    where: "internal",
    expected: "an invariant to hold",
    received: what,
    hint: "This is a bug in couplet; please report it.",
  });
}

/** The fields of an error about a name that is not one of `known`: an option, a key. */
export function unknownName(
  noun: string,
  name: string,
  known: readonly string[],
): Pick<CoupletErrorParts, "problem" | "expected" | "received"> & { readonly hint: string } {
  const guess = nearest(name, known);
  return {
    problem: `unknown ${noun} ${JSON.stringify(name)}`,
    expected: `one of ${known.join(", ")}`,
    received: JSON.stringify(name),
    hint: guess === undefined ? `Known ${noun}s: ${known.join(", ")}.` : `Did you mean "${guess}"?`,
  };
}

/**
 * The allowed value nearest to `received`, for "did you mean": an abbreviation ("lr" of "learningRate", "epoch" of
 * "epochs"), or the smallest edit distance, of at most two fifths of the letters and at most 3.
 */
export function nearest(received: string, allowed: readonly string[]): string | undefined {
  const word = received.toLowerCase();
  if (word === "") return undefined;
  const short = allowed.find((candidate) => initials(candidate) === word && word.length > 1);
  if (short !== undefined) return short;
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.max(1, Math.floor(word.length / 2.5))) + 1;
  for (const candidate of allowed) {
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  if (best !== undefined || word.length < 3) return best;
  return allowed.find((candidate) => candidate.toLowerCase().startsWith(word));
}

/** The first letters of the words of a camel-case or hyphenated name, in lower case. */
function initials(name: string): string {
  return name
    .split(/(?=[A-Z])|[-_ ]/)
    .map((part) => part[0] ?? "")
    .join("")
    .toLowerCase();
}

/** Insertions, deletions, substitutions and swaps of two neighbours, one each (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? beforePrevious[j - 2]! + 1 : Infinity;
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substitute, swap));
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length]!;
}
