/**
 * The one error class of the library. The message is derived from its parts:
 * `where: expected E, got G. Hint`.
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
  /** What to do about it: a full sentence. */
  readonly hint?: string;
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

  constructor(parts: CoupletErrorParts) {
    const hint = parts.hint === undefined ? "" : ` ${parts.hint}`;
    super(`${parts.where}: expected ${parts.expected}, got ${parts.received}.${hint}`, {
      cause: parts.cause,
    });
    this.code = parts.code;
    this.where = parts.where;
    this.expected = parts.expected;
    this.received = parts.received;
    this.hint = parts.hint;
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

/** The allowed value nearest to `received` (edit distance at most 3), for "did you mean". */
export function nearest(received: string, allowed: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = 4;
  for (const candidate of allowed) {
    const distance = editDistance(received.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substitute));
    }
    previous = current;
  }
  return previous[b.length]!;
}
