/** What a fit says when it ends: where a longer training is worth a try, and where not. */
import { describe, expect, it } from "vitest";
import { fitProgress } from "./fit-progress.ts";

function lastWords(best: number, reason: "epochs" | "patience"): string {
  const said: string[] = [];
  const print = fitProgress({
    quiet: false,
    isLive: false,
    say: (text) => void said.push(text),
    warn: (text) => void said.push(text),
    live: () => {},
    clear: () => {},
  });
  const pace = { rowsPerSecond: 1, elapsedMs: 1, etaMs: 0 };
  const loss = { trainLoss: 1, validationLoss: 1, learningRate: 0, gradientNorm: 1 };
  const kept = { epoch: best, validationLoss: 1 };
  print({ type: "epoch", epoch: 40, epochs: 40, ...loss, best: kept, skippedSteps: 0, ...pace });
  print({ type: "end", reason, best: kept, gaussianLoss: 2, elapsedMs: 1 });
  return said.at(-1)!;
}

describe("the end of a fit", () => {
  it("tells how to train longer where the last epochs were the best", () => {
    expect(lastWords(39, "epochs")).toBe(
      "all epochs done; the best was epoch 39, which is kept (--epochs 80 trains twice as long)",
    );
  });

  it("does not where they were not", () => {
    expect(lastWords(20, "epochs")).toBe("all epochs done; the best was epoch 20, which is kept");
    expect(lastWords(30, "patience")).toBe(
      "stopped early: validation was best at epoch 30, which is kept",
    );
  });
});
