/** Dropout is the identity outside training. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { dropout } from "./op.ts";

export const dropoutOnnx: readonly OnnxOp[] = [onOnnx(dropout, (_g, { inputs: [x] }) => [x!])];
