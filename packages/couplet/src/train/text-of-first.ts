/** What one process of several makes, and all need. Apart from the reducer, so that tables load no checksums for it. */
import type { Reducer } from "./reducer.ts";

/** Bytes that a broadcast number carries: whole numbers below 2 ** 48 are exact in a double. */
const BYTES_OF_NUMBER = 6;

/** The text that rank 0 makes, on every rank; the others make none. Where rank 0 fails it leaves, and the others reject. */
export async function textOfFirst(reducer: Reducer, make: () => Promise<string>): Promise<string> {
  let made = "";
  try {
    if (reducer.rank === 0) made = await make();
  } catch (error) {
    reducer.leave(error instanceof Error ? error.message : String(error));
    throw error;
  }
  const own = new TextEncoder().encode(made);
  const text = new Uint8Array(await reducer.broadcast(own.length));
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
