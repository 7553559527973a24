/** Ops of classifiers of images, which `open.ts` adds to the others when something asks for them. */
import { crossEntropyCpu } from "../../ops/cross-entropy/cpu.ts";
import { sumPixelsCpu } from "../../ops/sum-pixels/cpu.ts";
import type { CpuOp } from "./call.ts";

export const classifierCpuOps: readonly CpuOp[] = [...crossEntropyCpu, ...sumPixelsCpu];
