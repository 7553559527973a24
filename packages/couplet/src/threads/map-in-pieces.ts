import type { InPieces } from "./yield-to-event-loop.ts";

/** Values between two yields: a few milliseconds of what is done to a cell. */
const PIECE = 4096;

/** `values.map(of)` in pieces. */
export function* mapInPieces<Value, Result>(
  values: readonly Value[],
  of: (value: Value) => Result,
): InPieces<Result[]> {
  const mapped: Result[] = [];
  for (const value of values) {
    if (mapped.length % PIECE === PIECE - 1) yield;
    mapped.push(of(value));
  }
  return mapped;
}

/** `values.every(test)` in pieces. */
export function* everyInPieces<Value>(
  values: readonly Value[],
  test: (value: Value) => boolean,
): InPieces<boolean> {
  for (let from = 0; from < values.length; from += PIECE) {
    if (!values.slice(from, from + PIECE).every(test)) return false;
    yield;
  }
  return true;
}
