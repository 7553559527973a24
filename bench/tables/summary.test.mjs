import { describe, expect, it } from "vitest";

import { comparison, contracts, places } from "./summary.mjs";

/** A cell with the figures that a test names, the others alike for all. */
function cell({
  broken = 0,
  score = 0.9,
  validity = 1,
  coverage = 0.9,
  auc = 0.6,
  accuracy = 0.8,
  fit = 10,
}) {
  return {
    relations: { broken },
    peers: { report: { score }, validity, coverage, auc, accuracy },
    own: { nearest: { ratio: 1, sampleCopies: 0 } },
    processorSeconds: { fit },
    heldOut: { baselines: [] },
  };
}
const losses = (cells) =>
  places(cells)
    .filter(({ holds }) => !holds)
    .map(({ measure, best }) => [measure, best.name]);

describe("places", () => {
  it("names the measures in which another participant is first by more than .005", () => {
    const cells = {
      couplet: cell({ broken: 0.02, score: 0.9 }),
      tvae: cell({ broken: 0, score: 0.904 }),
      ctgan: cell({ score: 0.91 }),
    };
    expect(losses(cells)).toEqual([
      ["relations kept", "tvae"],
      ["quality", "ctgan"],
    ]);
  });
  it("wants an AUC near a half, and counts what lies below as a half", () => {
    expect(losses({ couplet: cell({ auc: 0.49 }), tvae: cell({ auc: 0.502 }) })).toEqual([]);
    expect(losses({ couplet: cell({ auc: 0.56 }), tvae: cell({ auc: 0.52 }) })).toEqual([
      ["AUC", "tvae"],
    ]);
  });
  it("does not compare with the training rows, nor with a participant that failed", () => {
    const rows = cell({ score: 1 });
    const cells = { couplet: cell({}), rows, ctgan: { failed: "not done within 60 s" } };
    expect(places(cells)).toEqual([]);
    expect(comparison(cells)).toMatch(/CTGAN \(SDV\) +-/);
  });
});

describe("contracts", () => {
  it("asks for a fifth of CTGAN's time", () => {
    const of = (fit) =>
      contracts({ name: "t" }, { couplet: cell({ fit }), ctgan: cell({ fit: 50 }) }).find(
        ({ text }) => text.includes("a fifth"),
      )?.holds;
    expect([of(10), of(11)]).toEqual([true, false]);
  });
});
