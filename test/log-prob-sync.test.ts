/** The synchronous small path: the numbers of `logProb`, at once, on the caller's stack. */
import { createModel, neuralSpline, realNvp } from "couplet";
import type { FlowModel, FlowSpec } from "couplet";
import { describe, expect, it } from "vitest";
import { normals } from "./random.ts";
import { integerSpecs, specs } from "./specs.ts";

async function perturbed(
  spec: FlowSpec,
  options: { readonly device?: "cpu" | "reference"; readonly threads?: number } = {},
): Promise<FlowModel> {
  const model = await createModel(spec, { threads: 2, ...options });
  const noise = normals(model.parameters.length, 11, 0.1);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  return model;
}

describe.each(Object.entries({ ...specs, ...integerSpecs }))("%s", (name, spec) => {
  it("gives the bits of logProb on a row and on some", async () => {
    using model = await perturbed(spec);
    const integers = name in integerSpecs;
    for (const rows of [1, 37]) {
      const x = normals(rows * spec.dims, 3).map((v) => (integers ? Math.floor(Math.abs(v)) : v));
      const given = spec.context === 0 ? {} : { context: normals(rows * spec.context, 5) };
      const now = model.logProbSync(x, given);
      expect(now).toEqual(await model.logProb(x, given));
      expect(now.every((value) => !Number.isNaN(value))).toBe(true);
    }
  });
});

describe("logProbSync", () => {
  it("equals logProb before and after threads have started, and with BLAS or without", async () => {
    const spec = neuralSpline({ dims: 6, couplings: 3, width: 32 });
    for (const blas of [true, false]) {
      using model = await createModel(spec, { threads: 2, blas });
      const x = normals(6 * 8192, 4);
      const first = model.logProbSync(x);
      expect(first).toEqual(await model.logProb(x));
      await model.deviceReport();
      expect(model.logProbSync(x)).toEqual(first);
    }
  });

  it("computes in float64 on the reference device", async () => {
    using model = await perturbed(realNvp({ dims: 3, couplings: 2, width: 8 }), {
      device: "reference",
    });
    const x = normals(3 * 300, 4);
    expect(model.logProbSync(x)).toEqual(await model.logProb(x));
  });

  it("sees new parameters", async () => {
    using model = await createModel(realNvp({ dims: 2, couplings: 2, width: 8 }));
    const before = model.logProbSync([[1, 2]]);
    model.setParameters(model.parameters.map((value) => value + 0.1));
    const after = model.logProbSync([[1, 2]]);
    expect(after).not.toEqual(before);
    expect(after).toEqual(await model.logProb([[1, 2]]));
  });

  it("refuses too many rows, values other than rows, an abort signal, and a disposed model", async () => {
    const model = await createModel(realNvp({ dims: 2, couplings: 2, width: 8 }));
    expect(() => model.logProbSync(new Float64Array(2 * 8193))).toThrow(
      "logProbSync: expected at most 8192 rows, got 8193. logProb takes any number of rows",
    );
    expect(() => model.logProbSync([[1, NaN]])).toThrow(
      "row 0, column 1: expected a finite number",
    );
    expect(() => model.logProbSync([[1]])).toThrow("row 0: expected 2 columns, got 1");
    // @ts-expect-error Nothing can end a call that is not waited for.
    expect(() => model.logProbSync([[1, 2]], { signal: AbortSignal.abort() })).toThrow('"signal"');
    expect(model.logProbSync([])).toHaveLength(0);
    model.dispose();
    expect(() => model.logProbSync([[1, 2]])).toThrow("the model is disposed");
  });
});
