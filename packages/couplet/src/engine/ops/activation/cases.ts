import { rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { activations } from "../linear/reference.ts";
import { activation } from "./op.ts";

export const activationCases: readonly OpCase[] = activations.flatMap((kind) =>
  [1, 3, 4, 21].map((columns): OpCase => ({
    name: `activation ${kind}, ${columns} columns`,
    op: activation,
    attrs: { activation: kind },
    inputs: [{ shape: rowsShape(columns) }],
    boundary: { input: 0 },
  })),
);
