/** A spec as the JSON text that goes into files and fingerprints. */
import type { FlowSpec } from "./types.ts";

/** JSON of the spec. A shape of one axis, which `dims` gives, is left out: version 0.1 reads and wrote specs so. */
export function specText(spec: FlowSpec): string {
  const { shape, ...rest } = spec;
  return JSON.stringify(shape.length === 1 ? rest : spec);
}
