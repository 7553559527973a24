import { paramShape, perRow, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { noise } from "./op.ts";
import type { NoiseAttrs } from "./op.ts";

const seed = [0xdeadbeef, 0x9abcdef0] as const;

function caseOf(
  variables: number,
  attrs: Omit<NoiseAttrs, "variables">,
  parameters: number,
): OpCase {
  return {
    name: `noise ${attrs.kind}, ${variables} variables, ${parameters} parameters`,
    op: noise,
    attrs: { variables, ...attrs },
    inputs: [
      { shape: perRow, draw: (normal) => Math.abs(normal()) },
      ...Array.from({ length: parameters }, () => ({ shape: paramShape(1, variables) })),
    ],
    run: { seed, row0: 2 ** 31 + 5, step: 7 },
    // A word has 32 bits and float32 keeps 24: near u = 1 the square of the radius loses them.
    tolerance: 2e-4,
    because: "uniforms rounded to float32",
  };
}

/** Without inputs. */
function plain(variables: number): OpCase {
  const { inputs: _inputs, ...rest } = caseOf(
    variables,
    { kind: "gaussian", bound: 1, df: 3, learnedDf: false },
    0,
  );
  return { ...rest, name: `noise, ${variables} variables, temperature 1`, inputs: [] };
}

export const noiseCases: readonly OpCase[] = [16, 17, ...widths].flatMap((n) => [
  plain(n),
  caseOf(n, { kind: "gaussian", bound: 1, df: 3, learnedDf: false }, 0),
  caseOf(n, { kind: "gaussian", bound: 1, df: 3, learnedDf: false }, 2),
  caseOf(n, { kind: "studentT", bound: 1, df: 3, learnedDf: false }, 2),
  caseOf(n, { kind: "studentT", bound: 1, df: 3, learnedDf: true }, 3),
  caseOf(n, { kind: "uniform", bound: 2.5, df: 3, learnedDf: false }, 0),
  caseOf(n, { kind: "bins", bound: 0.125, df: 3, learnedDf: false }, 0),
]);
