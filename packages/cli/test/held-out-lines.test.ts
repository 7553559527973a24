import { expect, it } from "vitest";
import { heldOutLines, isOwnLine } from "../src/verbs/fit/held-out-lines.ts";

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
    /^Poor: 0\.70 nats a row worse than the best simple model \(Gaussian copula\)\.\n1,234 held-out rows.*\n +this model +-15\.600 \+- 0\.200\n.*\n.*-14\.900.*\n +"Gaussian copula" is better than this model by 0\.700 \+- 0\.100/,
  );
  for (const advantage of [0.7, -0.1])
    expect(heldOutLines(report(advantage))).not.toMatch(/" is better than/);
});

it("opens with the verdict, and with which relations are kept", () => {
  const first = (advantage: number, ...relations: Parameters<typeof heldOutLines>[1] & object) =>
    heldOutLines(report(advantage), relations).split("\n")[0]!;
  expect(first(0.7)).toBe(
    "Good: 0.70 nats a row better than the best simple model (Gaussian copula).",
  );
  expect(first(-0.1)).toBe("Fair: about as good as the best simple model (Gaussian copula).");
  const order = { kind: "order", low: ["start"], high: "end" } as const;
  expect(first(0.7, order, { ...order, keep: false }, { ...order, keep: false })).toMatch(
    /\(Gaussian copula\); 1 relation is kept in samples; 2 relations are listed and not kept\.$/,
  );
  for (const advantage of [0.7, -0.1, -0.7]) expect(isOwnLine(first(advantage))).toBe(true);
});

it("has no verdict where no simple model was scored", () => {
  expect(heldOutLines({ ...report(0.7), baselines: [] })).toMatch(/^1,234 held-out rows/);
});
