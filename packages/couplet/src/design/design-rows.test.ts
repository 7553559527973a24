import { describe, expect, it } from "vitest";
import { createModel, fit, FlowModel, modelToBytes, neuralSpline } from "couplet";
import { designRows } from "couplet/design";
import { generator } from "../../../../test/random.ts";

/** y = a - b + noise, a and b uniform on [0, 10]. */
const data = (() => {
  const { uniform, normal } = generator(4);
  const [rows, properties]: [number[][], number[][]] = [[], []];
  for (let i = 0; i < 1200; i++) {
    const [a, b] = [10 * uniform(), 10 * uniform()];
    rows.push([a, b]);
    properties.push([a - b + 0.5 * normal()]);
  }
  return { rows, properties };
})();

const fitted: Promise<Uint8Array<ArrayBuffer>> = (async () => {
  const spec = neuralSpline({ dims: 2, context: 1, width: 24, couplings: 3 });
  using model = await fit(spec, data.rows, {
    context: data.properties,
    epochs: 25,
    threads: 1,
    seed: 1,
  });
  return modelToBytes(model);
})();
const open = async () =>
  (await FlowModel.fromBytes(await fitted, { threads: 1 })) as FlowModel<true>;
const { properties } = data;
const truth = (rows: ArrayLike<number>, count: number) =>
  Array.from({ length: count }, (_, r) => rows[2 * r]! - rows[2 * r + 1]!);
const missOf = (values: ArrayLike<number>, wanted: number) =>
  Array.from(values).reduce((sum, v) => sum + Math.abs(v - wanted) / values.length, 0);

describe("designs of a plain conditional flow", { timeout: 120_000 }, () => {
  it("have the property, the more so the higher they rank", async () => {
    using model = await open();
    const found = await designRows(model, {
      target: [4],
      properties,
      count: 40,
      candidates: 1000,
      judge: truth,
    });
    expect([found.count, found.rows.length, found.drawn]).toEqual([40, 80, 1000]);
    expect(found.warnings).toEqual([]);
    const context = Array.from({ length: 1000 }, () => [4]);
    const sampled = await model.sample(1000, { seed: 0, context });
    expect(missOf(found.predicted!, 4)).toBeLessThan(missOf(truth(sampled, 1000), 4));
    // The noise of the law has a mean size of 0.4.
    expect(missOf(found.predicted!, 4)).toBeLessThan(0.8);
    found.information.forEach((value, i) => {
      if (i > 0) expect(value).toBeLessThanOrEqual(found.information[i - 1]!);
    });
    const own = await model.logProb(found.rows, { context: context.slice(0, 40) });
    found.logProb.forEach((value, i) => expect(value).toBeCloseTo(own[i]!, 4));
    const again = await designRows(model, { target: [4], properties, count: 40, candidates: 1000 });
    expect(again.rows).toEqual(found.rows);
    expect(again.predicted).toBeUndefined();
    const hot = { target: [4], properties, count: 40, candidates: 1000, temperature: 1.5 };
    const { predicted: wide } = await designRows(model, { ...hot, judge: truth });
    expect(missOf(found.predicted!, 4)).toBeLessThan(missOf(wide!, 4));
  });

  it("are chosen among the likely rows", async () => {
    using model = await open();
    const options = { target: [4], properties, count: 40, candidates: 1000 };
    const context = Array.from({ length: 1000 }, () => [4]);
    const drawn = await model.sample(1000, { seed: 0, context, temperature: 0.8 });
    const densities = (await model.logProb(drawn, { context })).sort().reverse();
    // The least log-density of the designs, among the likeliest tenth, quarter and all.
    const least = async (likely?: number) => {
      const found = await designRows(
        model,
        likely === undefined ? options : { ...options, likely },
      );
      return Math.min(...found.logProb);
    };
    expect(await least(0.1)).toBeGreaterThan(densities[100]! - 1e-4);
    expect(await least()).toBeGreaterThan(densities[250]! - 1e-4);
    expect(await least(1)).toBeLessThan(densities[250]!);
    // Never fewer than are wanted.
    expect(await least(0.001)).toBeCloseTo(densities[39]!, 4);
  });

  it("keep bounds and constraints, and warn with the distance", async () => {
    using model = await open();
    const found = await designRows(model, {
      target: [0],
      properties,
      count: 20,
      bounds: [[2, 6], undefined],
      constraints: [([, b]) => b! < 5],
    });
    for (let r = 0; r < found.count; r++) {
      expect(found.rows[2 * r]).toBeGreaterThanOrEqual(2);
      expect(found.rows[2 * r]).toBeLessThanOrEqual(6);
      expect(found.rows[2 * r + 1]).toBeLessThan(5);
    }
    expect(found.outOfBounds).toBeGreaterThan(50);
    expect(found.refused).toBeGreaterThan(10);
    const few = await designRows(model, {
      target: [0],
      properties,
      count: 20,
      candidates: 20,
      bounds: [[2, 6], undefined],
    });
    expect(few.count).toBeLessThan(20);
    expect(few.warnings[0]).toMatch(/^\d+ designs of 20: /);
    const most = properties.reduce((top, [y]) => Math.max(top, y!), -Infinity);
    const far = await designRows(model, { target: [most + 3], properties, count: 3 });
    expect(far.warnings[0]).toContain("target[0]");
    expect(far.warnings[0]).toContain(
      `by 3 (the properties end at ${Number(most.toPrecision(3))})`,
    );
  });

  it("refuse what cannot be", async () => {
    using model = await open();
    const refuses = (options: object, code: string, words: string) =>
      expect(designRows(model, { target: [1], properties, ...options })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    await refuses({ target: [1, 2] }, "SHAPE_MISMATCH", "designRows: target");
    await refuses({ target: [NaN] }, "NON_FINITE_INPUT", "designRows: target");
    await refuses({ properties: [[1, 2]] }, "SHAPE_MISMATCH", "designRows: properties");
    await refuses({ bounds: [[5, 2], undefined] }, "USAGE", "low at most high");
    await refuses({ bounds: [[1, 2]] }, "USAGE", "2 ranges");
    await refuses({ bounds: [[90, 99], undefined], count: 4 }, "DATA_INVALID", "none of 200");
    await refuses({ count: 10, candidates: 5 }, "USAGE", "candidates");
    for (const likely of [0, 1.5, NaN]) await refuses({ likely }, "USAGE", "designRows: likely");
    await refuses({ judge: () => [1] }, "SHAPE_MISMATCH", "one per design");
    await refuses({ temperature: -1 }, "USAGE", "temperature");
    await refuses({ targets: [1] }, "USAGE", "unknown option");
    using plain = await createModel(neuralSpline({ dims: 2 }), { threads: 1 });
    await expect(
      designRows(plain as unknown as FlowModel<true>, { target: [1], properties }),
    ).rejects.toMatchObject({ code: "CONTEXT_MISMATCH" });
  });
});
