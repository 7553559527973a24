import { paramShape, perRow, rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { gaussianMixtureLogProb, gaussianMixtureLogProbVjp, gaussianMixtureNoise } from "./op.ts";

function casesOf(variables: number, components: number): OpCase[] {
  const parameters = [
    { shape: paramShape(1, components) },
    { shape: paramShape(components, variables), draw: (normal: () => number) => 2 * normal() },
    { shape: paramShape(components, variables), draw: (normal: () => number) => normal() / 2 },
  ];
  const attrs = { variables, components };
  const at = `${variables} variables, ${components} components`;
  const inputs = [{ shape: rowsShape(variables) }, ...parameters];
  // exp(-logScale) enters squared, and a float32 difference of log-densities is an exponent.
  const tolerance = 2e-5;
  const because = "squares of rounded scales";
  return [
    {
      name: `gaussianMixtureLogProb, ${at}`,
      op: gaussianMixtureLogProb,
      attrs,
      inputs,
      tolerance,
      because,
      boundary: { input: 0 },
    },
    {
      name: `gaussianMixtureLogProbVjp, ${at}`,
      op: gaussianMixtureLogProbVjp,
      attrs,
      inputs: [...inputs, { shape: perRow }],
      accumulates: [1, 2, 3],
      tolerance: 1e-4,
      because: "squares of rounded scales, times responsibilities that cancel",
    },
    {
      name: `gaussianMixtureNoise, ${at}`,
      op: gaussianMixtureNoise,
      attrs,
      inputs: [
        { shape: perRow, draw: (normal: () => number) => Math.abs(normal()) },
        ...parameters,
      ],
      run: { seed: [0xdeadbeef, 0x9abcdef0], row0: 2 ** 31 + 5 },
      tolerance: 2e-4,
      because: "uniforms rounded to float32",
    },
  ];
}

export const gaussianMixtureCases: readonly OpCase[] = [
  ...widths.flatMap((variables) => casesOf(variables, 3)),
  ...[1, 2, 9].flatMap((components) => casesOf(5, components)),
];
