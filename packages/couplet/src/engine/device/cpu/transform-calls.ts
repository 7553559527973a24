/** The kernel calls that all elementwise transforms of a coupling share (`ops/elementwise-transform.ts`). */
import type { TransformAttrs, TransformOps } from "../../ops/elementwise-transform.ts";
import { addressOf, onCpu } from "./call.ts";
import type { Arg, CpuOp } from "./call.ts";

/**
 * The calls of a transform's four ops. Their kernels have the names of the ops.
 *
 * @param kernelArgs what the kernels take after (..., rows, n)
 */
export function transformCalls<A extends TransformAttrs>(
  ops: TransformOps<A>,
  kernelArgs: (attrs: A) => readonly Arg[],
): readonly CpuOp[] {
  const map = (op: typeof ops.encode): CpuOp =>
    onCpu(op, ({ inputs: [v, params], outputs: [w, logDet], attrs }) => [
      {
        kernel: op.name,
        args: [
          { at: v! },
          { at: params! },
          { at: w! },
          addressOf(logDet),
          { run: "rows" },
          attrs.variables,
          ...kernelArgs(attrs),
        ],
      },
    ]);
  const pullBack = (op: typeof ops.encodeVjp): CpuOp =>
    onCpu(op, ({ inputs: [v, params, g, gLogDet], outputs: [gv, gParams], attrs }) => [
      {
        kernel: op.name,
        args: [
          { at: v! },
          { at: params! },
          { at: g! },
          addressOf(gLogDet),
          { at: gv! },
          { at: gParams! },
          { run: "rows" },
          attrs.variables,
          ...kernelArgs(attrs),
        ],
      },
    ]);
  return [
    map(ops.encode),
    map(ops.decode as typeof ops.encode),
    pullBack(ops.encodeVjp),
    pullBack(ops.decodeVjp),
  ];
}
