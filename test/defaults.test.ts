/** Training never ends below a full-covariance Gaussian, and says where it stands. */
import {
  affine,
  alternating,
  coupling,
  fit,
  flow,
  gaussian,
  lu,
  mlp,
  neuralSpline,
  realNvp,
  repeat,
  studentT,
} from "couplet";
import { defaultFlow } from "couplet/table";
import type { BaseSpec, FitOptions, FlowSpec, TrainEvent } from "couplet";
import { describe, expect, it } from "vitest";
import { generator } from "./random.ts";

type Event<T extends TrainEvent["type"]> = Extract<TrainEvent, { readonly type: T }>;

async function storyOf(spec: FlowSpec<false>, rows: Float64Array, options: FitOptions<false> = {}) {
  const events: TrainEvent[] = [];
  using _ = await fit(spec, rows, {
    threads: 2,
    blas: false,
    ...options,
    onEvent: (event) => events.push(event),
  });
  return {
    start: events.find((event) => event.type === "start") as Event<"start">,
    end: events.at(-1) as Event<"end">,
    warnings: events.flatMap((event) => (event.type === "warning" ? [event.message] : [])),
  };
}

function rowsOf(
  count: number,
  cols: number,
  row: (normal: () => number, uniform: () => number) => number[],
) {
  const { normal, uniform } = generator(cols + count);
  const data = new Float64Array(count * cols);
  for (let r = 0; r < count; r++) data.set(row(normal, uniform), r * cols);
  return data;
}

/** Columns that share two factors: strongly correlated, exactly Gaussian. */
const correlated = (cols: number) => (normal: () => number) => {
  const [a, b] = [normal(), normal()];
  return Array.from(
    { length: cols },
    (_, j) => 100 * j + Math.cos(j) * a + Math.sin(j) * b + 0.1 * normal(),
  );
};

/** Losses to rounding: the flow computes in float32, the Gaussian in float64. */
const ROUNDING = 2e-3;

describe("with defaults", () => {
  it.each([
    ["300 rows of 1 column", rowsOf(300, 1, (normal) => [1e6 + normal()]), 1],
    ["300 rows of 10 correlated columns", rowsOf(300, 10, correlated(10)), 10],
    ["300 rows of 100 correlated columns", rowsOf(300, 100, correlated(100)), 100],
    [
      "a column that nearly repeats another",
      rowsOf(400, 2, (normal) => {
        const a = normal();
        return [a, a + 1e-2 * normal()];
      }),
      2,
    ],
    ["heavy tails", rowsOf(500, 2, (normal) => [normal() / normal(), Math.exp(2 * normal())]), 2],
  ])("%s: ends no worse than the Gaussian", async (_name, rows, dims) => {
    const spec = defaultFlow({ rows: rows.length / dims, dims, context: 0 }) as FlowSpec<false>;
    const { start, end, warnings } = await storyOf(spec, rows, { epochs: 8 });
    expect(end.best.validationLoss).toBeLessThan(end.gaussianLoss + ROUNDING);
    expect(end.gaussianLoss).toBe(start.gaussianLoss);
    // Where the Gaussian had to step in, the best epoch is the untrained one, and a warning says why.
    const worse = warnings.filter((message) => message.startsWith("training ended worse"));
    if (worse.length > 0) {
      expect(worse).toHaveLength(1);
      expect(worse[0]).toMatch(/by \d+\.\d{3} nats a row; the model is that Gaussian/);
      expect(end.best.epoch).toBe(0);
    }
  });

  it("heavy tails are told beforehand, and the base that the warning names keeps densities sane", async () => {
    const dims = 2;
    const sample = (rows: number) =>
      rowsOf(rows, dims, (normal) => [Math.exp(3 * normal()), Math.exp(3 * normal())]);
    const [rows, fresh] = [sample(1000), sample(3000)];
    const fitted = async (base: BaseSpec) => {
      const warnings: string[] = [];
      const spec = neuralSpline({ dims, couplings: 2, width: 16, base });
      using model = await fit(spec, rows, {
        epochs: 10,
        threads: 1,
        blas: false,
        columns: ["income", "debt"],
        onEvent: (event) => {
          if (event.type === "warning") warnings.push(event.message);
        },
      });
      const worst = (await model.logProb(fresh)).reduce((a, b) => Math.min(a, b));
      return { warnings, worst };
    };
    const normal = await fitted(gaussian());
    expect(normal.warnings.join("\n")).toMatch(
      /column "income" has heavy tails: \d+ of 900 training values lies? more than 10 standard deviations/,
    );
    const heavy = await fitted(studentT());
    expect(heavy.warnings.filter((message) => /tails/.test(message))).toEqual([]);
    // A value d deviations out costs d^2 / 2 nats under one base, about 6 log d under the other.
    expect(normal.worst).toBeLessThan(-500);
    expect(heavy.worst).toBeGreaterThan(-150);
  });

  it("too few steps: the model is the Gaussian, shrunk where few rows make it overfit", async () => {
    const rows = rowsOf(200, 20, correlated(20));
    const spec = flow({
      dims: 20,
      layers: [
        { kind: "permutation", order: "reverse" },
        { kind: "actNorm" },
        coupling({ mask: alternating(0), transform: affine() }),
        lu(),
        coupling({ mask: alternating(1), transform: affine() }),
        lu(),
      ],
    });
    const { start, end, warnings } = await storyOf(spec, rows, { epochs: 1, standardise: false });
    expect(start.validationLoss).toBeGreaterThan(start.gaussianLoss + 10);
    expect(end.best.epoch).toBe(0);
    expect(end.best.validationLoss).toBeLessThan(end.gaussianLoss + ROUNDING);
    expect(warnings.at(-1)).toMatch(
      /the model is that Gaussian .*, which the first lu layer holds/,
    );
  });
});

describe("the events say", () => {
  it("what the Gaussian's loss is, weighted and conditional, as computed by hand", async () => {
    const { normal } = generator(5);
    const context = Float64Array.from({ length: 300 }, normal);
    const rows = context.map((c) => 7 + 2 * c + 0.5 * normal());
    const held = {
      rows: Float64Array.of(7, 9.5),
      context: Float64Array.of(0, 1),
    };
    const spec = flow({
      dims: 1,
      context: 1,
      layers: [coupling({ conditioner: mlp({ width: 4 }) })],
    });
    let loss = NaN;
    using _ = await fit(spec, rows, {
      context,
      validation: held,
      epochs: 1,
      threads: 1,
      onEvent: (event) => {
        if (event.type === "start") loss = event.gaussianLoss;
      },
    });
    // Regression by least squares: intercept, slope, residual variance.
    const n = rows.length;
    const mean = (v: Float64Array) => v.reduce((sum, value) => sum + value, 0) / n;
    const [mc, mx] = [mean(context), mean(rows)];
    const slope =
      mean(context.map((c, i) => (c - mc) * (rows[i]! - mx))) /
      mean(context.map((c) => (c - mc) ** 2));
    const variance = mean(rows.map((x, i) => (x - mx - slope * (context[i]! - mc)) ** 2));
    const expected =
      [0, 1].reduce((sum, i) => {
        const residual = held.rows[i]! - mx - slope * (held.context[i]! - mc);
        return sum + 0.5 * Math.log(2 * Math.PI * variance) + residual ** 2 / (2 * variance);
      }, 0) / 2;
    // The ridge of 1e-6 that keeps covariances regular is all that differs.
    expect(loss).toBeCloseTo(expected, 4);
  });

  it("the same loss of the Gaussian whatever the columns' units, standardised or not", async () => {
    // With one amount for both columns on the diagonal, the second would be lost in it: 6 nats.
    const rows = rowsOf(300, 2, (normal) => [1e3 * normal(), 1e-3 * normal()]);
    const lossOf = async (standardise: boolean): Promise<number> => {
      const spec = realNvp({ dims: 2, couplings: 2, width: 8 });
      for await (const event of fit(spec, rows, { standardise, epochs: 1, threads: 1 }))
        if (event.type === "start") return event.gaussianLoss;
      return NaN;
    };
    expect(await lossOf(false)).toBeCloseTo(await lossOf(true), 10);
  });

  it("which columns are constant or repeat another", async () => {
    const rows = rowsOf(200, 4, (normal) => {
      const a = normal();
      return [a, 7, normal(), a];
    });
    const spec = realNvp({ dims: 4, couplings: 2, width: 8 });
    const { warnings } = await storyOf(spec, rows, { epochs: 1, columns: ["a", "b", "c", "d"] });
    expect(warnings.slice(0, 2)).toEqual([
      'column "b" has the value 7 in every training row: its density has no bound; leave it out',
      'column "d" repeats column "a": together their density has no bound; leave one out',
    ]);
  });

  it("that the model is worse than the Gaussian, when it is", async () => {
    const rows = rowsOf(300, 12, correlated(12));
    const spec = flow({
      dims: 12,
      layers: repeat(2, (i) => coupling({ mask: alternating(i), conditioner: mlp({ width: 8 }) })),
    });
    const { end, warnings } = await storyOf(spec, rows, { epochs: 1 });
    expect(end.best.validationLoss).toBeGreaterThan(end.gaussianLoss);
    expect(warnings.at(-1)).toMatch(
      /worse than a full-covariance Gaussian .* by \d+\.\d{3} nats a row: an lu layer would/,
    );
  });
});
