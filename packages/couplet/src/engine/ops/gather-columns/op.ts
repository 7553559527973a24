/**
 * Picks columns out of several batches: y[:, j] = x_{source_j}[:, column_j].
 *
 * Splits, merges, concatenations and permutations are all this one op. Its VJP is itself, with the
 * inverse selection, as long as no column is picked twice.
 */
import { CoupletError, internalError } from "../../../error.ts";
import { colsOf, expectRows } from "../../value.ts";
import type { Value } from "../../value.ts";
import type { Emitter, OpDef } from "../../op.ts";

type GatherAttrs = {
  /** For each output column, the number of the input it comes from. */
  readonly sources: readonly number[];
  /** For each output column, the column in that input. */
  readonly columns: readonly number[];
};

export const gatherColumns: OpDef<GatherAttrs> = {
  name: "gatherColumns",
  infer(inputs, { sources, columns }) {
    const widths = inputs.map((input, i) => expectRows("gatherColumns", `inputs[${i}]`, input));
    const seen = new Set<number>();
    for (const [j, source] of sources.entries()) {
      const column = columns[j]!;
      const key = source * 2 ** 32 + column;
      if (!(column >= 0 && column < (widths[source] ?? 0)) || seen.has(key)) {
        throw new CoupletError({
          code: "SHAPE_MISMATCH",
          where: `gatherColumns.columns[${j}]`,
          expected: `a column of input ${source}, each at most once`,
          received: `column ${column}`,
        });
      }
      seen.add(key);
    }
    return [{ kind: "rows", cols: columns.length }];
  },
  vjp({ b, inputs, attrs: { sources, columns }, cotangents: [g], needs }) {
    if (g === undefined) return [];
    return inputs.map((input, i) => {
      if (!needs[i] || input.shape.kind !== "rows") return undefined;
      // Where each column of input i went; columns that went nowhere have cotangent zero.
      const back: (number | undefined)[] = Array.from({ length: input.shape.cols });
      for (const [j, source] of sources.entries()) if (source === i) back[columns[j]!] = j;
      if (back.every((j) => j === undefined)) return undefined;
      if (back.every((j) => j !== undefined))
        return gather(
          b,
          [g],
          back.map((j) => [0, j]),
        );
      return b.emitOne(scatterColumns, [g], {
        cols: input.shape.cols,
        columns: back.map((j) => j ?? -1),
      });
    });
  },
};

/** Columns back to where they came from; column j of the output is input column `columns[j]`, or 0 for -1. */
export const scatterColumns: OpDef<{ readonly cols: number; readonly columns: readonly number[] }> =
  {
    name: "gatherColumns.scatter",
    infer(_inputs, { cols }) {
      return [{ kind: "rows", cols }];
    },
    vjp({ b, inputs: [x], attrs: { columns }, cotangents: [g] }) {
      if (g === undefined) return [];
      const back: number[] = [];
      for (const [to, from] of columns.entries()) if (from >= 0) back[from] = to;
      if (back.length !== colsOf(x!)) throw internalError("a column that is scattered nowhere");
      return [
        gather(
          b,
          [g],
          Array.from(back, (to) => [0, to] as const),
        ),
      ];
    },
  };

/** Emits the selection, or nothing when it is the identity on one input. */
export function gather(
  b: Emitter,
  inputs: readonly Value[],
  picks: readonly (readonly [source: number, column: number])[],
): Value {
  // Inputs that nothing is picked from would only lengthen their lives.
  const used = [...new Set(picks.map(([source]) => source))].sort((p, q) => p - q);
  const only = used.length === 1 ? inputs[used[0]!] : undefined;
  if (
    only?.shape.kind === "rows" &&
    only.shape.cols === picks.length &&
    picks.every(([, column], j) => column === j)
  ) {
    return only;
  }
  return b.emitOne(
    gatherColumns,
    used.map((source) => inputs[source]!),
    {
      sources: picks.map(([source]) => used.indexOf(source)),
      columns: picks.map(([, column]) => column),
    },
  );
}

/** Batches side by side. */
export function concatenate(b: Emitter, inputs: readonly Value[]): Value {
  return gather(
    b,
    inputs,
    inputs.flatMap((input, source) =>
      Array.from(
        { length: input.shape.kind === "rows" ? input.shape.cols : 0 },
        (_, column) => [source, column] as const,
      ),
    ),
  );
}
