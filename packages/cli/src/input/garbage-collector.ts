/** Garbage, collected when it is known to be there. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * A function that collects garbage now; it takes some ten milliseconds.
 *
 * V8 lets its heap grow to about twice what lived after the last collection, which is the right thing for speed and the wrong one
 * for a limit on memory: when a part of a table makes place for the next, whole hundreds of megabytes are garbage.
 */
export function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("globalThis.gc");
  return typeof collect === "function" ? () => void collect() : () => {};
}
