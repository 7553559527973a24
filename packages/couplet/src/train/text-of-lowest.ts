/** What some processes of several know, and all need. */
import type { Reducer } from "./reducer.ts";

/** Bytes of a text that are told; the rest is cut off. */
const MOST_BYTES = 256;

/**
 * The text of the lowest rank that has one, on every rank; undefined where none has. Each rank gives its bytes in a place of its own, and
 * the sum over ranks is all of them.
 */
export async function textOfLowest(
  reducer: Reducer,
  own: string | undefined,
): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(own ?? "").subarray(0, MOST_BYTES);
  // With a buffer of its own: transports hold its address.
  const all = new Float32Array(new ArrayBuffer(4 * reducer.ranks * MOST_BYTES));
  all.set(bytes, reducer.rank * MOST_BYTES);
  await reducer.reduce(all, { loss: 0, drift: 0, verdict: 0 });
  for (let rank = 0; rank < reducer.ranks; rank++) {
    const place = all.subarray(rank * MOST_BYTES, (rank + 1) * MOST_BYTES);
    const end = place.indexOf(0);
    if (end !== 0)
      return new TextDecoder().decode(
        Uint8Array.from(place.subarray(0, end < 0 ? undefined : end)),
      );
  }
  return undefined;
}
