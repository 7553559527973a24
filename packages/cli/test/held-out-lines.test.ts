import { expect, it } from "vitest";
import { heldOutLines } from "../src/verbs/fit/held-out-lines.ts";

const report = (advantage: number) => ({
  rows: 1234,
  flow: { nats: -15.6, standardError: 0.2 },
  baselines: [
    { name: "Gaussian", nats: -20, standardError: 0.2, advantage: 4.4, advantageError: 0.2 },
    {
      name: "Gaussian copula",
      nats: -15.6 - advantage,
      standardError: 0.2,
      advantage,
      advantageError: 0.1,
    },
  ],
  quantiles: [],
});

it("says when a simple model is better than chance would make it", () => {
  expect(heldOutLines(report(-0.7))).toMatch(
    /^1,234 held-out rows.*\n +this model +-15\.600 \+- 0\.200\n.*\n.*-14\.900.*\n +"Gaussian copula" is better than this model by 0\.700 \+- 0\.100/,
  );
  for (const advantage of [0.7, -0.1])
    expect(heldOutLines(report(advantage))).not.toMatch(/better than/);
});
