/** Sizes of the presets: by a stated rule, by the rows that there will be, and by the papers. */
import { createModel, neuralSpline, nice, realNvp, uniform } from "couplet";
import type { FlowSpec, PresetOptions } from "couplet";
import { defaultFlow } from "couplet/table";
import { describe, expect, it } from "vitest";

async function parametersOf(spec: FlowSpec): Promise<number> {
  const model = await createModel(spec, { device: "reference" });
  model.dispose();
  return model.parameterCount;
}

type Preset = (options: PresetOptions) => FlowSpec;

describe.each<[string, Preset]>([
  ["nice", nice],
  ["realNvp", realNvp],
  ["neuralSpline", neuralSpline],
])("%s", (_name, preset) => {
  it.each([
    [1, 100_000],
    [2, 100_000],
    [64, 1_000_000],
  ])("with %d variables alone has at most %d parameters", async (dims, most) => {
    expect(await parametersOf(preset({ dims }))).toBeLessThanOrEqual(most);
    expect(await parametersOf(preset({ dims, context: 4 }))).toBeLessThanOrEqual(most);
  });

  it("grows with the rows that there will be, unless a size is given", async () => {
    const sizes = await Promise.all(
      [500, 5_000, 50_000].map((rows) => parametersOf(preset({ dims: 4, rows }))),
    );
    expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
    expect(preset({ dims: 4, rows: 500, width: 8, couplings: 2 }).layers.length).toBeLessThan(
      preset({ dims: 4, rows: 500 }).layers.length,
    );
  });

  it("refuses other settings than the paper's, and rows that are no number of rows", () => {
    expect(() => preset({ dims: 2, settings: "large" as "paper" })).toThrow(
      /settings: expected "paper", got "large"/,
    );
    expect(() => preset({ dims: 2, rows: 0.5 })).toThrow(/rows: expected an integer of 1 or more/);
  });
});

describe("neuralSpline of so many variables", () => {
  const couplings = (spec: FlowSpec) =>
    spec.layers.flatMap((layer) =>
      layer.kind === "coupling" && layer.conditioner.kind === "residualMlp"
        ? [layer.conditioner.width]
        : [],
    );

  it.each([
    [2, 32, 48],
    [6, 44, 64],
    [64, 64, 112],
  ])(
    "has 12 narrow couplings with the parameters of 6 wide ones: %d variables",
    async (dims, narrow, wide) => {
      const spec = neuralSpline({ dims });
      const six = neuralSpline({ dims, couplings: 6 });
      expect(couplings(spec)).toEqual(Array.from({ length: 12 }, () => narrow));
      expect(couplings(six)).toEqual(Array.from({ length: 6 }, () => wide));
      const ratio = (await parametersOf(spec)) / (await parametersOf(six));
      expect(Math.abs(ratio - 1)).toBeLessThan(0.08);
    },
  );

  it("keeps 6 wide ones where a width is given or the base has a box, and its steps with a context", () => {
    expect(couplings(neuralSpline({ dims: 2, width: 20 }))).toEqual(
      Array.from({ length: 6 }, () => 20),
    );
    expect(couplings(neuralSpline({ dims: 2, base: uniform({ bound: 3 }) }))).toEqual(
      Array.from({ length: 6 }, () => 48),
    );
    expect(new Set(couplings(neuralSpline({ dims: 2, context: 1 })))).toEqual(new Set([48]));
  });
});

it("a table's default flow has the size that the preset has for so many rows", () => {
  const widths = (spec: FlowSpec) =>
    spec.layers.flatMap((layer) =>
      layer.kind === "coupling" && layer.conditioner.kind === "residualMlp"
        ? [[layer.conditioner.width, layer.conditioner.dropout, layer.transform.kind]]
        : [],
    );
  for (const rows of [500, 5_000, 50_000])
    for (const context of [0, 3])
      expect(widths(defaultFlow({ dims: 5, rows, context }))).toEqual(
        widths(neuralSpline({ dims: 5, rows, ...(context === 0 ? {} : { context }) })),
      );
});

it('settings: "paper" are those of the papers', () => {
  const couplings = (spec: FlowSpec) =>
    spec.layers.filter((layer) => layer.kind === "coupling").map(({ conditioner }) => conditioner);
  const nsf = couplings(neuralSpline({ dims: 6, settings: "paper" }));
  expect(nsf).toHaveLength(10);
  expect(nsf[0]).toMatchObject({ kind: "residualMlp", width: 256, blocks: 2 });
  const dinh = couplings(nice({ dims: 6, settings: "paper" }));
  expect(dinh).toHaveLength(4);
  expect(dinh[0]).toMatchObject({ widths: [1000, 1000, 1000, 1000, 1000] });
  const maf = couplings(realNvp({ dims: 6, settings: "paper" }));
  expect(maf).toHaveLength(10);
  expect(maf[0]).toMatchObject({ widths: [100, 100] });
});

it("with a context, affine couplings of every variable come first, last and between splines", () => {
  const transforms = (dims: number, couplings?: number, more: object = {}) =>
    neuralSpline({ dims, context: 1, ...(couplings === undefined ? {} : { couplings }), ...more })
      .layers.filter((layer) => layer.kind === "coupling")
      .map(({ transform }) => transform.kind[0])
      .join("");
  expect(transforms(1)).toBe("ara");
  expect(transforms(3)).toBe("aaraaraaraa");
  expect(transforms(3, 6)).toBe("aaraarraa");
  expect(transforms(3, 4)).toBe("aarraa");
  expect(transforms(3, 2)).toBe("raa");
  expect(transforms(3, 1)).toBe("r");
  // For so many rows as for tables, and with the paper's size: at both ends alone.
  expect(transforms(3, undefined, { rows: 5000 })).toBe("aarrrraa");
  expect(transforms(3, undefined, { settings: "paper" })).toBe("aarrrrrrrraa");
  expect(transforms(3, undefined, { base: uniform() })).toBe("rrrrrr");
});
