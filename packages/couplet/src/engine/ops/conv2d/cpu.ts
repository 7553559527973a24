/**
 * The kernel calls of the convolution: patches of all images of the tile beside each other, and one matrix product. Patches are
 * made again on the way back: nine times an activation is too much to keep.
 */
import { onCpu } from "../../device/cpu/call.ts";
import type { Arg, Call, CpuOp, GemmCall } from "../../device/cpu/call.ts";
import { reversed, stridedCopyCall } from "../../device/cpu/strided-copy.ts";
import { activationCode } from "../linear/cpu.ts";
import { TAPS, conv2d, convolutionInputGradient, convolutionWeightGradient } from "./op.ts";
import type { ConvolutionAttrs } from "./op.ts";
import { patchCopies } from "../../device/cpu/patches.ts";

const rows: Arg = { run: "rows" };

/** Fills `patches` with the neighbourhoods of the pixels of `x`. */
function patchCall(x: Arg, patches: Arg, height: number, width: number, channels: number): Call {
  const pixels = height * width;
  const copies = patchCopies(height, width, channels);
  return stridedCopyCall(x, pixels * channels, patches, pixels * TAPS * channels, rows, copies);
}

/** A product over all pixels: C (+)= A op(B) with A pixels x k, row-major and without gaps. */
function overPixels(
  pixels: number,
  [a, k]: readonly [Arg, number],
  [b, transB]: readonly [Arg, boolean],
  [c, n]: readonly [Arg, number],
  beta: 0 | 1,
): GemmCall {
  const ldb = transB ? k : n;
  const size = { m: "rows", n, k, lda: k, ldb, ldc: n } as const;
  return { kernel: "gemm", transA: false, transB, ...size, a, b, c, beta, pixels };
}

/** The input's gradient of a layer with fewer outputs than inputs: a convolution with the turned kernel. */
function byTurnedKernel(gz: Arg, w: Arg, gx: Arg, attrs: ConvolutionAttrs, beta: 0 | 1): Call[] {
  const { height, width, inputs, outputs } = attrs;
  const pixels = height * width;
  const patches: Arg = { scratch: pixels * TAPS * outputs, perRow: true };
  const turned: Arg = { scratch: TAPS * inputs * outputs };
  const area = inputs * outputs;
  return [
    patchCall(gz, patches, height, width, outputs),
    stridedCopyCall(w, 0, turned, 0, 1, [
      {
        from: (TAPS - 1) * area,
        to: 0,
        loops: [
          [TAPS, -area, area],
          [outputs, 1, inputs],
          [inputs, outputs, 1],
        ],
      },
    ]),
    overPixels(pixels, [patches, TAPS * outputs], [turned, false], [gx, inputs], beta),
  ];
}

/** The same with more outputs than inputs: the patches' gradient, added up where patches overlap. */
function byPatches(gz: Arg, w: Arg, gx: Arg, attrs: ConvolutionAttrs, beta: 0 | 1): Call[] {
  const { height, width, inputs, outputs } = attrs;
  const pixels = height * width;
  const patches: Arg = { scratch: pixels * TAPS * inputs, perRow: true };
  const back = reversed(patchCopies(height, width, inputs));
  const zero: Call = { kernel: "zeroRows", args: [gx, rows, pixels * inputs] };
  return [
    overPixels(pixels, [gz, outputs], [w, true], [patches, TAPS * inputs], 0),
    ...(beta === 0 ? [zero] : []),
    stridedCopyCall(patches, pixels * TAPS * inputs, gx, pixels * inputs, rows, back, "add"),
  ];
}

export const conv2dCpu: readonly CpuOp[] = [
  onCpu(conv2d, ({ inputs: [x, w, bias], outputs: [h, z], attrs }) => {
    const { height, width, inputs, outputs, activation } = attrs;
    const pixels = height * width;
    const patches: Arg = { scratch: pixels * TAPS * inputs, perRow: true };
    const product: Arg = { at: z ?? h! };
    const last: Arg[] = [{ at: bias! }, { at: h! }, { run: "rows", times: pixels }, outputs];
    return [
      patchCall({ at: x! }, patches, height, width, inputs),
      overPixels(pixels, [patches, TAPS * inputs], [{ at: w! }, false], [product, outputs], 0),
      { kernel: "biasActivate", args: [product, ...last, activationCode[activation]] },
    ];
  }),
  onCpu(convolutionWeightGradient, ({ inputs: [x, gz], accumulates: [weight], attrs }) => {
    const { height, width, inputs, outputs } = attrs;
    const pixels = height * width;
    const patches: Arg = { scratch: pixels * TAPS * inputs, perRow: true };
    return [
      patchCall({ at: x! }, patches, height, width, inputs),
      {
        kernel: "gemm",
        transA: true,
        transB: false,
        m: TAPS * inputs,
        n: outputs,
        k: "rows",
        a: patches,
        lda: TAPS * inputs,
        b: { at: gz! },
        ldb: outputs,
        beta: 1,
        c: { gradOf: weight! },
        ldc: outputs,
        pixels,
      },
    ];
  }),
  onCpu(convolutionInputGradient, ({ inputs: [gz, w, pending], outputs: [gx], attrs }) => {
    const back = attrs.outputs <= attrs.inputs ? byTurnedKernel : byPatches;
    const product = back(
      { at: gz! },
      { at: w! },
      { at: gx! },
      attrs,
      pending === undefined ? 0 : 1,
    );
    if (pending === undefined) return product;
    const columns = attrs.height * attrs.width * attrs.inputs;
    // Does nothing when the planner gave both the same address.
    return [
      { kernel: "copyRows", args: [{ at: pending }, { at: gx! }, rows, columns] },
      ...product,
    ];
  }),
];
