/** Sums over pixels as copies that add: no kernel of their own. */
import { onCpu } from "../../device/cpu/call.ts";
import type { CpuNode, CpuOp, KernelCall } from "../../device/cpu/call.ts";
import { stridedCopyCall } from "../../device/cpu/strided-copy.ts";
import { spreadPixels, sumPixels } from "./op.ts";
import type { PixelAttrs } from "./op.ts";

/** From pixel to pixel the source goes on by `from` numbers and the target by `to`. */
function call(node: CpuNode<PixelAttrs>, from: number, to: number): KernelCall {
  const { pixels, channels } = node.attrs;
  const loops = [[pixels, from, to] as const, [channels, 1, 1] as const];
  const width = (step: number) => (step === 0 ? 1 : pixels) * channels;
  const [x, y] = [{ at: node.inputs[0]! }, { at: node.outputs[0]! }];
  const copies = [{ from: 0, to: 0, loops }];
  const mode = to === 0 ? "add" : "copy";
  return stridedCopyCall(x, width(from), y, width(to), { run: "rows" }, copies, mode);
}

export const sumPixelsCpu: readonly CpuOp[] = [
  onCpu(sumPixels, (node) => [
    {
      kernel: "zeroRows",
      args: [{ at: node.outputs[0]! }, { run: "rows" }, node.attrs.channels],
    },
    call(node, node.attrs.channels, 0),
  ]),
  onCpu(spreadPixels, (node) => [call(node, 0, node.attrs.channels)]),
];
