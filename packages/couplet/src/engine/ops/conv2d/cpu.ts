/**
 * The kernel calls of the convolution: patches of all images of the tile beside each other, and one matrix product. Patches are
 * made again on the way back: nine times an activation is too much to keep.
 */
import { onCpu } from "../../device/cpu/call.ts";
import type { Arg, Call, CpuOp, GemmCall } from "../../device/cpu/call.ts";
import { reversed, stridedCopyCall } from "../../device/cpu/strided-copy.ts";
import type { StridedCopy } from "../../device/cpu/strided-copy.ts";
import { activationCode } from "../linear/cpu.ts";
import { TAPS, conv2d, convolutionInputGradient, convolutionWeightGradient } from "./op.ts";
import type { ConvolutionAttrs } from "./op.ts";

const rows: Arg = { run: "rows" };

/** Fills `patches` with the neighbourhoods of the pixels of `x`. */
function patchCall(x: Arg, patches: Arg, channels: number, attrs: ConvolutionAttrs): Call {
  return { kernel: "patches", args: [x, patches, rows, attrs.height, attrs.width, channels] };
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

/**
 * The kernel with its taps in the opposite order and the outputs of all taps beside each other: inputs x (taps, outputs). `back` adds
 * such numbers to where they belong in a kernel.
 */
function turned(w: Arg, to: Arg, { inputs, outputs }: ConvolutionAttrs, back = false): Call {
  const area = inputs * outputs;
  const copy: StridedCopy = {
    from: (TAPS - 1) * area,
    to: 0,
    loops: [
      [TAPS, -area, outputs],
      [inputs, outputs, TAPS * outputs],
      [outputs, 1, 1],
    ],
  };
  return back
    ? stridedCopyCall(to, 0, w, 0, 1, reversed([copy]), "add")
    : stridedCopyCall(w, 0, to, 0, 1, [copy]);
}

/** Zeros where nothing is to be added to, then the numbers of patches, each added to the pixel that it stands for. */
function addPatches(
  patches: Arg,
  to: Arg,
  channels: number,
  { height, width }: ConvolutionAttrs,
  beta: 0 | 1,
): Call[] {
  const zero: Call = { kernel: "zeroRows", args: [to, rows, height * width * channels] };
  const add: Call = { kernel: "addPatches", args: [patches, to, rows, height, width, channels] };
  return beta === 0 ? [zero, add] : [add];
}

/** The calls of the three products. */
interface Ways {
  forward(x: Arg, w: Arg, product: Arg, attrs: ConvolutionAttrs): Call[];
  weightGradient(x: Arg, gz: Arg, gw: Arg, attrs: ConvolutionAttrs): Call[];
  inputGradient(gz: Arg, w: Arg, gx: Arg, attrs: ConvolutionAttrs, beta: 0 | 1): Call[];
}

/** gW = A^T B over all pixels. */
function overAllPixels(
  pixels: number,
  [a, m]: readonly [Arg, number],
  [b, n]: readonly [Arg, number],
  c: Arg,
  beta: 0 | 1,
): GemmCall {
  const size = { m, n, k: "rows", lda: m, ldb: n, ldc: n } as const;
  return { kernel: "gemm", transA: true, transB: false, ...size, a, b, c, beta, pixels };
}

/** With as many outputs as inputs, or more: products with patches of the inputs. */
const patchesOfInputs: Ways = {
  forward(x, w, product, attrs) {
    const { height, width, inputs, outputs } = attrs;
    const pixels = height * width;
    const patches: Arg = { scratch: pixels * TAPS * inputs, perRow: true };
    return [
      patchCall(x, patches, inputs, attrs),
      overPixels(pixels, [patches, TAPS * inputs], [w, false], [product, outputs], 0),
    ];
  },
  weightGradient(x, gz, gw, attrs) {
    const { height, width, inputs, outputs } = attrs;
    const pixels = height * width;
    const patches: Arg = { scratch: pixels * TAPS * inputs, perRow: true };
    return [
      patchCall(x, patches, inputs, attrs),
      overAllPixels(pixels, [patches, TAPS * inputs], [gz, outputs], gw, 1),
    ];
  },
  inputGradient(gz, w, gx, attrs, beta) {
    const { height, width, inputs, outputs } = attrs;
    const pixels = height * width;
    const patches: Arg = { scratch: pixels * TAPS * inputs, perRow: true };
    return [
      overPixels(pixels, [gz, outputs], [w, true], [patches, TAPS * inputs], 0),
      ...addPatches(patches, gx, inputs, attrs, beta),
    ];
  },
};

/**
 * With fewer outputs than inputs: each pixel's part of its neighbours' outputs first, then their sums, so that what lies between is
 * nine times the outputs, not nine times the inputs. On the way back patches of the outputs' gradient serve likewise.
 */
const patchesOfOutputs: Ways = {
  forward(x, w, product, attrs) {
    const { height, width, inputs, outputs } = attrs;
    const pixels = height * width;
    const kernel: Arg = { scratch: TAPS * inputs * outputs };
    const parts: Arg = { scratch: pixels * TAPS * outputs, perRow: true };
    return [
      turned(w, kernel, attrs),
      overPixels(pixels, [x, inputs], [kernel, false], [parts, TAPS * outputs], 0),
      ...addPatches(parts, product, outputs, attrs, 0),
    ];
  },
  weightGradient(x, gz, gw, attrs) {
    const { height, width, inputs, outputs } = attrs;
    const pixels = height * width;
    const patches: Arg = { scratch: pixels * TAPS * outputs, perRow: true };
    const gradient: Arg = { scratch: TAPS * inputs * outputs };
    return [
      patchCall(gz, patches, outputs, attrs),
      overAllPixels(pixels, [x, inputs], [patches, TAPS * outputs], gradient, 0),
      turned(gw, gradient, attrs, true),
    ];
  },
  inputGradient(gz, w, gx, attrs, beta) {
    const { height, width, inputs, outputs } = attrs;
    const pixels = height * width;
    const patches: Arg = { scratch: pixels * TAPS * outputs, perRow: true };
    const kernel: Arg = { scratch: TAPS * inputs * outputs };
    return [
      patchCall(gz, patches, outputs, attrs),
      turned(w, kernel, attrs),
      overPixels(pixels, [patches, TAPS * outputs], [kernel, true], [gx, inputs], beta),
    ];
  },
};

function waysOf({ inputs, outputs }: ConvolutionAttrs): Ways {
  return outputs < inputs ? patchesOfOutputs : patchesOfInputs;
}

export const conv2dCpu: readonly CpuOp[] = [
  onCpu(conv2d, ({ inputs: [x, w, bias], outputs: [h, z], attrs }) => {
    const { height, width, outputs, activation } = attrs;
    const product: Arg = { at: z ?? h! };
    const last: Arg[] = [
      { at: bias! },
      { at: h! },
      { run: "rows", times: height * width },
      outputs,
    ];
    return [
      ...waysOf(attrs).forward({ at: x! }, { at: w! }, product, attrs),
      { kernel: "biasActivate", args: [product, ...last, activationCode[activation]] },
    ];
  }),
  onCpu(convolutionWeightGradient, ({ inputs: [x, gz], accumulates: [weight], attrs }) =>
    waysOf(attrs).weightGradient({ at: x! }, { at: gz! }, { gradOf: weight! }, attrs),
  ),
  onCpu(convolutionInputGradient, ({ inputs: [gz, w, pending], outputs: [gx], attrs }) => {
    const { inputGradient } = waysOf(attrs);
    const beta = pending === undefined ? 0 : 1;
    const product = inputGradient({ at: gz! }, { at: w! }, { at: gx! }, attrs, beta);
    if (pending === undefined) return product;
    const columns = attrs.height * attrs.width * attrs.inputs;
    // Does nothing when the planner gave both the same address.
    return [
      { kernel: "copyRows", args: [{ at: pending }, { at: gx! }, rows, columns] },
      ...product,
    ];
  }),
];
