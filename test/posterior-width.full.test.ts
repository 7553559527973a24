/**
 * Posteriors have their own width, tails included: theta ~ N(0, I), x = theta + s e, whose posterior is normal with mean
 * x / (1 + s^2) and variance s^2 / (1 + s^2). A flow of splines alone gave 4 times the deviation, and draws 140 deviations out.
 *
 * Measured after 40 epochs, in five seeds each, in two variables with noise 0.05, where one simulation in some thousand lies near the context 2
 * in both variables: neuralSpline was off by at most 7.7 %, with affine steps at both ends alone by 11.8 %; realNvp by 6.9 %, the farthest draw
 * 5.5 out, without residual blocks by 12 %. With noise 0.3 neuralSpline was off by at most 9.3 %.
 */
import { neuralSpline, realNvp } from "couplet";
import type { FlowSpec } from "couplet";
import { describe, expect, it } from "vitest";
import { posteriorDraws } from "./posterior-width.ts";

describe.each<[string, (dims: number) => FlowSpec<true>]>([
  ["neuralSpline", (dims) => neuralSpline({ dims, context: dims })],
  ["realNvp", (dims) => realNvp({ dims, context: dims })],
])("%s, 40 epochs", (_name, spec) => {
  it.each([
    [1, 0.05],
    [1, 0.3],
    [2, 0.05],
    [2, 0.3],
  ])(
    "%d variables, noise %d: in five seeds the deviation is near the exact one, and no draw of 100,000 beyond 8 deviations",
    async (dims, noise) => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const results = await posteriorDraws(
          spec(dims),
          { dims, noise, rows: 20_000, draws: 100_000, seed },
          { epochs: 40 },
        );
        for (const { context, deviation, farthest } of results) {
          const where = `seed ${seed}, context ${context}`;
          expect(Math.abs(deviation - 1), where).toBeLessThan(0.1);
          expect(farthest, where).toBeLessThan(8);
        }
      }
    },
    1_800_000,
  );
});
