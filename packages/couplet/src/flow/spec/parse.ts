/** Checks a spec from anywhere (a file, a message, a form) and reports every problem at once. */
import { knowAllParts } from "../parts/all.ts";
import { checkSpec } from "./check.ts";
import type { FlowSpec } from "./types.ts";

/**
 * The value as a spec; a missing `shape` is `[dims]`, and missing `dims` are the product of `shape`.
 *
 * @throws CoupletError SPEC_INVALID listing every problem with its path
 */
export function parseSpec(value: unknown): FlowSpec {
  knowAllParts();
  return checkSpec(value);
}
