/** What one process of several makes, and all need. Apart from the reducer, so that tables load no checksums for it. */
import { CoupletError } from "../error.ts";
import type { Reducer } from "./reducer.ts";

/** Bytes that a broadcast number carries: whole numbers below 2 ** 48 are exact in a double. */
const BYTES_OF_NUMBER = 6;

/** Most bytes of a text: far more than a schema of all columns that a table can have. */
const MOST_BYTES = 2 ** 28;

/**
 * The text that rank 0 makes, on every rank; the others make none. Where rank 0 fails it leaves, and the others reject.
 *
 * @throws CoupletError USAGE for what cannot be the length of a text: rank 0 is at another place
 */
export async function textOfFirst(reducer: Reducer, make: () => Promise<string>): Promise<string> {
  let made = "";
  try {
    if (reducer.rank === 0) made = await make();
  } catch (error) {
    reducer.leave(error instanceof Error ? error.message : String(error));
    throw error;
  }
  const own = new TextEncoder().encode(made);
  const length = await reducer.broadcast(own.length);
  if (!(Number.isInteger(length) && length >= 0 && length <= MOST_BYTES)) throw outOfStep(length);
  const text = new Uint8Array(length);
  for (let at = 0; at < text.length; at += BYTES_OF_NUMBER) {
    let number = 0;
    for (let i = 0; i < BYTES_OF_NUMBER; i++) number += (own[at + i] ?? 0) * 256 ** i;
    number = await reducer.broadcast(number);
    for (let i = at; i < Math.min(text.length, at + BYTES_OF_NUMBER); i++) {
      text[i] = number % 256;
      number = Math.floor(number / 256);
    }
  }
  return new TextDecoder().decode(text);
}

function outOfStep(length: number): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: "reducer: the text of rank 0",
    expected: `a length from 0 to ${MOST_BYTES} bytes`,
    received: String(length),
    hint: "Start all processes with the same version, data and options.",
  });
}
