/** Every op, with the cases that the generic suite runs it on. Adding an op is adding a line here. */
import type { OpCase } from "./op-case.ts";
import { affineCases } from "./affine-coupling/cases.ts";

export const registry: readonly OpCase[] = [...affineCases];
