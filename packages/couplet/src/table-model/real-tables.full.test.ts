/**
 * What a model of a real table with defaults must be: better than simple models on rows that it never saw, with samples that look
 * like the table and are no copies of it. The benchmark (`npm run bench:tables`) does the same on whole tables, with more figures.
 */
import { describe, expect, it } from "vitest";
import { shuffled } from "../random/shuffle.ts";
import { nearestRows } from "../table/quality/nearest-rows.ts";
import { shapesAndTrends } from "../table/quality/shapes-and-trends.ts";
import { trainOnSyntheticTestOnReal } from "../table/quality/utility.ts";
import { isThere, realTable } from "../table/suite/real-table.ts";
import { selectRows } from "../table/table.ts";
import { fitTable } from "./fit/fit-table.ts";
import { splitTable } from "./fit/split-table.ts";

/** Rows are those of a subset where the whole takes minutes. */
const cases = [
  { name: "penguins", label: "species", rows: Infinity, beatsCopula: false },
  { name: "telco-churn", label: "Churn", rows: 2000, beatsCopula: true },
  { name: "california-housing", label: "ocean_proximity", rows: 3000, beatsCopula: true },
];

describe.each(cases)("table $name, with defaults", ({ name, label, rows, beatsCopula }) => {
  it.skipIf(!isThere(name))(
    "is modelled better than by simple models, and sampled without copying",
    async () => {
      const all = realTable(name);
      const source = selectRows(all, shuffled(all.rows, 0).subarray(0, Math.min(rows, all.rows)));
      const model = await fitTable(source, { threads: 2 });
      const { schema, heldOut } = model;
      const { training, heldOut: held } = splitTable(source, 0.1, model.source.seed);
      const samples = await model.sample(training.rows, { seed: 1 });
      model.dispose();

      for (const { name: simple, advantage, advantageError } of heldOut.baselines) {
        if (simple === "Gaussian copula" && !beatsCopula) continue;
        // Not by luck: three standard errors of the paired difference.
        expect(advantage, simple).toBeGreaterThan(3 * advantageError);
      }

      // The mean Kolmogorov-Smirnov distance of two samples of n rows each is 0.87 sqrt(2 / n); the model may add 0.02.
      const { shapeScore } = shapesAndTrends(training, samples, schema);
      expect(shapeScore).toBeGreaterThan(1 - 0.87 * Math.sqrt(2 / training.rows) - 0.02);
      // As many samples as held-out rows look as like the training rows as these do: the noise of few rows is in both.
      const few = selectRows(
        samples,
        Array.from({ length: held.rows }, (_, i) => i),
      );
      const real = shapesAndTrends(training, held, schema);
      expect(shapesAndTrends(training, few, schema).score).toBeGreaterThan(real.score - 0.03);

      // Samples teach at least half of what real rows teach, where there is something to learn.
      const test = { train: training, synthetic: samples, test: held, schema, label };
      const { trainOnSynthetic, trainOnReal, majority } = await trainOnSyntheticTestOnReal(test);
      expect(trainOnSynthetic).toBeGreaterThan((trainOnReal + majority) / 2 - 0.02);

      // Samples lie no nearer to the training rows than other real rows do: 1.1 to 1.4 times as far, measured.
      const nearest = nearestRows({ train: training, synthetic: samples, heldOut: held, schema });
      expect(nearest.ratio).toBeGreaterThan(0.8);
      expect(nearest.sampleCopies).toBeLessThanOrEqual(nearest.heldOutCopies + 0.01);
    },
  );
});
