import { expect, it } from "vitest";
import { generator } from "../../../../test/random.ts";
import { logDensityInPieces, momentsInPieces } from "../statistics/gaussian.ts";
import { atOnce } from "../threads/yield-to-event-loop.ts";
import { bestGaussian } from "./gaussian-loss.ts";

it("one wild held-out row does not choose how far a covariance is shrunk", () => {
  const { normal } = generator(3);
  const cols = 8;
  // One factor behind all columns, and rows too few for a covariance.
  const rowsOf = (count: number) => {
    const out = new Float64Array(count * cols);
    for (let r = 0; r < count; r++) {
      const factor = normal();
      for (let j = 0; j < cols; j++) out[r * cols + j] = factor + 0.3 * normal();
    }
    return out;
  };
  const moments = atOnce(momentsInPieces(rowsOf(12), cols, undefined));
  const held = rowsOf(60);
  const wild = held.slice();
  for (let j = 0; j < cols; j++) wild[j] = j % 2 === 0 ? 1e3 : -1e3;
  // Nats a row that the choice among 60 clean rows costs, where one of them is wild.
  const meanOf = (chosenBy: Float64Array): number => {
    const gaussian = atOnce(bestGaussian(moments, chosenBy, undefined));
    const logDensity = atOnce(logDensityInPieces(gaussian, held));
    return logDensity.reduce((sum, value) => sum + value / logDensity.length, 0);
  };
  // By the mean it cost 7.8.
  expect(meanOf(held) - meanOf(wild)).toBeLessThan(0.1);
});
