/** The kernel calls that pick columns. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuOp, KernelCall } from "../../device/cpu/call.ts";
import { asStridedCopies, stridedCopyCall } from "../../device/cpu/strided-copy.ts";
import { gatherColumns, scatterColumns } from "./op.ts";
import { colsOf } from "../../value.ts";
import type { Value } from "../../value.ts";

/** Runs at least this long are copied row by row in vectors; shorter ones go through an index table. */
const SHORTEST_RUN = 4;

/** Selections of more columns and in more runs than this are copied by rule: images. */
const MOST_LISTED_COLUMNS = 64;
const MOST_LISTED_RUNS = 4;

/** Kernel calls that fill `y` with the picked columns: long runs by vector copies, the rest by table. */
export function selectionCalls(
  inputs: readonly Value[],
  y: Value,
  sources: readonly number[],
  columns: readonly number[],
): KernelCall[] {
  const width = columns.length;
  const calls: KernelCall[] = [];
  for (const [source, input] of inputs.entries()) {
    const inputWidth = colsOf(input);
    const singles: number[] = [];
    const runs = runsOf(sources, columns, source);
    if (width > MOST_LISTED_COLUMNS && runs.length > MOST_LISTED_RUNS) {
      const pairs = columns.flatMap((from, to): [number, number][] =>
        sources[to] === source ? [[from, to]] : [],
      );
      const copies = asStridedCopies(pairs);
      calls.push(
        stridedCopyCall({ at: input }, inputWidth, { at: y }, width, { run: "rows" }, copies),
      );
      continue;
    }
    for (const run of runs) {
      if (run.length < SHORTEST_RUN) {
        for (let k = 0; k < run.length; k++) singles.push(run.column + k, run.start + k);
      } else {
        calls.push({
          kernel: "copyColumns",
          args: [
            { at: input },
            inputWidth,
            run.column,
            { at: y },
            width,
            run.start,
            { run: "rows" },
            run.length,
          ],
        });
      }
    }
    if (singles.length > 0) {
      calls.push({
        kernel: "gatherColumns",
        args: [
          { at: input },
          inputWidth,
          { at: y },
          width,
          { run: "rows" },
          { table: singles },
          singles.length / 2,
        ],
      });
    }
  }
  return calls;
}

function runsOf(sources: readonly number[], columns: readonly number[], source: number) {
  const runs: { start: number; column: number; length: number }[] = [];
  for (let j = 0; j < columns.length; j++) {
    if (sources[j] !== source) continue;
    const last = runs.at(-1);
    if (
      last !== undefined &&
      last.start + last.length === j &&
      last.column + last.length === columns[j]
    )
      last.length++;
    else runs.push({ start: j, column: columns[j]!, length: 1 });
  }
  return runs;
}

export const gatherColumnsCpu: readonly CpuOp[] = [
  onCpu(gatherColumns, ({ inputs, outputs: [y], attrs: { sources, columns } }) =>
    selectionCalls(inputs, y!, sources, columns),
  ),
  onCpu(scatterColumns, ({ inputs: [g], outputs: [x], attrs: { cols, columns } }) => {
    const width = colsOf(g!);
    const zero: KernelCall = { kernel: "zeroRows", args: [{ at: x! }, { run: "rows" }, cols] };
    if (width > MOST_LISTED_COLUMNS) {
      const copies = asStridedCopies(
        columns.flatMap((from, to): [number, number][] => (from >= 0 ? [[from, to]] : [])),
      );
      return [zero, stridedCopyCall({ at: g! }, width, { at: x! }, cols, { run: "rows" }, copies)];
    }
    const pairs = columns.flatMap((from, j) => (from >= 0 ? [from, j] : []));
    return [
      zero,
      {
        kernel: "gatherColumns",
        args: [
          { at: g! },
          width,
          { at: x! },
          cols,
          { run: "rows" },
          { table: pairs },
          pairs.length / 2,
        ],
      },
    ];
  }),
];
