/** Sums of row vectors: the log-determinants of all layers and the base's log-density. */
import { internalError } from "../../../error.ts";
import type { Shape } from "../../value.ts";
import type { KernelCall, OpDef } from "../../op.ts";

function expectRowVectors(op: string, inputs: readonly (Shape | undefined)[]): void {
  if (inputs.length === 0 || inputs.some((shape) => shape?.kind !== "rowVector")) {
    throw internalError(`${op} takes one number per row`);
  }
}

/** [v_0, v_1, ...] -> [sum]. */
export const sumRowVectors: OpDef<Record<string, never>> = {
  name: "sumRowVectors",
  infer(inputs) {
    expectRowVectors("sumRowVectors", inputs);
    return [{ kind: "rowVector" }];
  },
  vjp({ inputs, cotangents: [g] }) {
    return inputs.map(() => g);
  },
  inPlace: [[0, 0]],
  reference(inputs) {
    const sum = inputs[0]!.data.slice();
    for (const { data } of inputs.slice(1))
      for (let r = 0; r < sum.length; r++) sum[r]! += data[r]!;
    return [{ ...inputs[0]!, data: sum }];
  },
  calls({ inputs, outputs: [sum] }) {
    const at = { at: sum! };
    const [first, second, ...rest] = inputs;
    const rows = { run: "rows" } as const;
    if (second === undefined)
      return [{ kernel: "scaleRowVector", args: [{ at: first! }, at, rows, 1] }];
    return [
      { kernel: "addRowVectors", args: [{ at: first! }, { at: second }, at, rows] },
      ...rest.map((value): KernelCall => ({
        kernel: "addRowVectors",
        args: [at, { at: value }, at, rows],
      })),
    ];
  },
};

/** [v] -> [factor v]. */
export const scaleRowVector: OpDef<{ readonly factor: number }> = {
  name: "scaleRowVector",
  infer(inputs) {
    expectRowVectors("scaleRowVector", inputs);
    return [{ kind: "rowVector" }];
  },
  vjp: ({ b, attrs, cotangents: [g] }) =>
    g === undefined ? [] : b.emit(scaleRowVector, [g], attrs),
  inPlace: [[0, 0]],
  reference: ([v], { factor }) => [{ ...v!, data: v!.data.map((value) => factor * value) }],
  calls: ({ inputs: [v], outputs: [out], attrs: { factor } }) => [
    { kernel: "scaleRowVector", args: [{ at: v! }, { at: out! }, { run: "rows" }, factor] },
  ],
};
