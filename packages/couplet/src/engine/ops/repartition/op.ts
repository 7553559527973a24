/**
 * Deals all columns of some batches out to other batches: every column goes to exactly one place.
 *
 * The state of a flow is kept in the parts that the next coupling wants (frozen, transformed), so
 * most layers need no copy at all; where the partition changes, this op moves the columns.
 */
import { internalError } from "../../../error.ts";
import { colsOf } from "../../value.ts";
import type { Value } from "../../value.ts";
import type { Emitter, OpDef } from "../../op.ts";
import { zeros } from "../zeros/op.ts";

type RepartitionAttrs = {
  /** Per output, for each of its columns, the input it comes from. */
  readonly sources: readonly (readonly number[])[];
  /** Per output, for each of its columns, the column in that input. */
  readonly columns: readonly (readonly number[])[];
  /** Widths of the inputs. */
  readonly widths: readonly number[];
};

export const repartition: OpDef<RepartitionAttrs> = {
  name: "repartition",
  infer(inputs, { columns, widths, sources }) {
    const total = widths.reduce((sum, width) => sum + width, 0);
    const seen = widths.map((width) => new Uint8Array(width));
    let placed = 0;
    for (const [o, list] of sources.entries())
      for (const [j, source] of list.entries()) {
        const column = columns[o]![j]!;
        if (seen[source]?.[column] !== 0) continue;
        seen[source][column] = 1;
        placed++;
      }
    if (placed !== total || inputs.length !== widths.length) {
      throw internalError("a repartition that is not a permutation");
    }
    return columns.map((list) => ({ kind: "rows", cols: list.length }));
  },
  vjp({ b, outputs, attrs, cotangents, inputs }) {
    const filled = cotangents.map(
      (g, i) => g ?? b.emitOne(zeros, [], { cols: colsOf(outputs[i]!) }),
    );
    return invertRepartition(b, inputs, filled, attrs);
  },
  invert: invertRepartition,
};

function invertRepartition(
  b: Emitter,
  _inputs: readonly Value[],
  outputs: readonly Value[],
  { sources, columns, widths }: RepartitionAttrs,
): Value[] {
  const back = widths.map((width) => ({
    sources: Array.from({ length: width }, () => -1),
    columns: Array.from({ length: width }, () => -1),
  }));
  for (const [o, list] of sources.entries()) {
    for (const [j, source] of list.entries()) {
      back[source]!.sources[columns[o]![j]!] = o;
      back[source]!.columns[columns[o]![j]!] = j;
    }
  }
  return b.emit(repartition, outputs, {
    sources: back.map((entry) => entry.sources),
    columns: back.map((entry) => entry.columns),
    widths: columns.map((list) => list.length),
  });
}
