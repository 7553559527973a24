/** Columns dealt out to other batches, in float64. */
import { selectReference } from "../gather-columns/reference.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { repartition } from "./op.ts";

export const repartitionReference: readonly ReferenceOp[] = [
  onReference(repartition, (inputs, { sources, columns }) => {
    return sources.map((list, o) => selectReference(inputs, list, columns[o]!));
  }),
];
