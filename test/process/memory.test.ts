/** Memory that cannot be had: an error with the way out, and what was there before still works. */
import { coupling, createModel, fit, flow, lu, mlp, nice } from "couplet";
import { describe, expect, it, vi } from "vitest";

describe("memory that cannot be had", () => {
  it("for more rows than an array holds", async () => {
    using model = await createModel(nice({ dims: 2 }), { threads: 1 });
    const failed = model.sample(1e12, { seed: 1 });
    await expect(failed).rejects.toMatchObject({ code: "OUT_OF_MEMORY", where: "sample" });
    await expect(failed).rejects.toThrow(/Take fewer rows at a time/);
    expect(await model.sample(3, { seed: 1 })).toHaveLength(6);
  });

  it("for numbers that an array would have to hold, in any call", async () => {
    using model = await createModel(nice({ dims: 2 }), { device: "reference" });
    const refused = new RangeError("Array buffer allocation failed");
    const rows = [[1, 2]];
    for (const call of ["logProb", "encode", "decode", "checkInverse"] as const) {
      const floats = vi.spyOn(model.runner, "floats").mockImplementation(() => {
        throw refused;
      });
      await expect(model[call](rows)).rejects.toMatchObject({
        code: "OUT_OF_MEMORY",
        where: call,
        cause: refused,
      });
      floats.mockRestore();
      await model[call](rows);
    }
  });

  it("for more parameters than an array holds", async () => {
    const huge = flow({ dims: 90_000, layers: [lu()] });
    await expect(createModel(huge)).rejects.toThrow(
      /16,200,\d{3},\d{3} parameters: make it smaller/,
    );
    await expect(createModel(huge, { device: "reference" })).rejects.toMatchObject({
      code: "OUT_OF_MEMORY",
    });
  });

  it("for a step of training beyond 4 GB, which reversible mode may bring back", async () => {
    // A tile of 128 rows of 4,000,000 numbers is 2 GB.
    const wide = flow({
      dims: 2,
      layers: [coupling({ conditioner: mlp({ widths: [65_536, 1, 65_536, 1, 65_536, 1] }) })],
    });
    using small = await createModel(nice({ dims: 2 }), { threads: 1 });
    const rows = Float64Array.from({ length: 2 * 4000 }, (_, i) => Math.sin(i));
    const failed = fit(wide, rows, { threads: 256, batch: 4000, epochs: 1 });
    await expect(failed).rejects.toMatchObject({ code: "OUT_OF_MEMORY", where: "cpu device" });
    await expect(failed).rejects.toThrow(/4 GB/);
    expect(await small.logProb(rows)).toHaveLength(4000);
  });
});
