/** A sum of two batches. */
import { onOnnx } from "../../onnx/onnx-op.ts";
import type { OnnxOp } from "../../onnx/onnx-op.ts";
import { add } from "./op.ts";

export const addOnnx: readonly OnnxOp[] = [onOnnx(add, (g, { inputs: [a, b] }) => [g.add(a!, b!)])];
