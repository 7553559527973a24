import type { OpCase } from "../op-case.ts";
import { zeroPerRow, zeros } from "./op.ts";

export const zerosCases: readonly OpCase[] = [
  { name: "zeros, 7 columns", op: zeros, attrs: { cols: 7 }, inputs: [] },
  { name: "zeroPerRow", op: zeroPerRow, attrs: {}, inputs: [] },
];
