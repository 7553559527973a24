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

describe("an epoch", () => {
  it("shows log densities, the signs of scores, and keeps bar and time left at any width", () => {
    const lines: string[] = [];
    const print = (isLive: boolean) =>
      fitProgress({
        quiet: false,
        isLive,
        say: (text) => void lines.push(text),
        warn: () => {},
        live: (text) => void lines.push(text),
        clear: () => {},
      });
    const epoch = {
      type: "epoch",
      epoch: 4,
      epochs: 40,
      trainLoss: 13.5,
      validationLoss: -1.25,
      learningRate: 0,
      gradientNorm: 1,
      best: { epoch: 3, validationLoss: -1.5 },
      skippedSteps: 0,
      rowsPerSecond: 12_345,
      elapsedMs: 2000,
      etaMs: 90_000,
    } as const;
    print(false)(epoch);
    expect(lines.pop()).toBe(
      "epoch 4/40  train -13.500  validation 1.250  best 1.500 (epoch 3)  12,345 rows/s  2.0 s  about 1 min 30 s left",
    );
    print(true)(epoch);
    expect(lines.pop()).toMatch(/^\[##-{18}\] 10 %  epoch 4\/40 .* about 1 min 30 s left$/);
  });
});

describe("the end of a fit", () => {
  it("tells how to train longer where the last epochs were the best", () => {
    expect(lastWords(39, "epochs")).toBe(
      "all epochs done; the best was epoch 39, which is kept (--epochs 80 trains twice as long)",
    );
  });

  it("does not where they were not", () => {
    expect(lastWords(20, "epochs")).toBe("all epochs done; the best was epoch 20, which is kept");
    expect(lastWords(30, "patience")).toBe(
      "stopped early, as validation got no better; the best was epoch 30, which is kept",
    );
  });
});
