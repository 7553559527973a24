/** Phases over the glue between layers, surfaces in words, and closed gaps as values. */
import { describe, expect, it } from "vitest";
import { randomCrystal } from "../../test/random-crystal.ts";
import type { ComplexDenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import type { TightBindingModel } from "./model.ts";
import { phaseOf, surfaceStates } from "./phase.ts";
import { bhzStack } from "./preset.ts";
import {
  glueExample,
  topologyExample,
  type MatrixText,
  type ModelText,
} from "./problem/problem.ts";
import { runTopologyProblem } from "./problem/run.ts";
import { slab } from "./slab.ts";

const quick = { points: 2, surface: false, slabs: [] } as const;
const glued = (stackCurvature: number) => ({
  ...topologyExample,
  ...quick,
  model: { ...topologyExample.model, stackCurvature } as typeof topologyExample.model,
});

describe("phases", () => {
  it("are weak at .24, gapless at .25 = M / 4 and strong at .26", async () => {
    const { sweep, phase } = await runTopologyProblem({
      ...glued(0.1),
      z2: false,
      sweep: { path: "stackCurvature", values: [0.24, 0.25, 0.26] },
    });
    expect(phase).toBeNull();
    expect(sweep!.points.map((point) => [point.phase, point.label])).toEqual([
      ["weak", "(0;001)"],
      ["gapless", "gapless"],
      ["strong", "(1;000)"],
    ]);
    // |m| at (0, 0, pi) is |M - 4 Bz| = .04, and the gap twice that.
    expect(sweep!.points[0]!.gap).toBeCloseTo(0.08, 8);
    expect(sweep!.points[2]!.gap).toBeCloseTo(0.08, 8);
    expect(sweep!.closings).toEqual([0.25]);
  });

  it("find where the gap closes between two values", async () => {
    const { sweep, map } = await runTopologyProblem({
      ...glued(0.1),
      z2: false,
      sweep: { path: "stackCurvature", values: [0.2, 0.37] },
      map: {
        x: { path: "stackCurvature", values: [0.1, 0.4] },
        y: { path: "mass", values: [-1, 1] },
      },
    });
    // The gap is below 1e-4 of the bandwidth 16, gapless, within 2e-4 of the closing.
    expect(Math.abs(sweep!.closings[0]! - 0.25)).toBeLessThan(2.1e-4);
    expect(map!.phase).toEqual(["ordinary", "ordinary", "weak", "strong"]);
  });

  it("are those of Wilson loops where no inversion is given", async () => {
    const { inversion: _, ...without } = glued(0.1);
    const { sweep } = await runTopologyProblem({
      ...without,
      z2: false,
      sweep: { path: "stackCurvature", values: [0.26] },
    });
    expect(sweep!.points[0]!.label).toBe("(1;000)");
  });

  it("a closed gap is a value, not the end of the run", async () => {
    const result = await runTopologyProblem(glued(0.25));
    expect(result).toMatchObject({ phase: "gapless", z2: null, surfaceStates: null });
    expect(result.warnings.join()).toMatch(/the bands touch .* indices do not exist/);
    expect(result.bulk.bands.length).toBeGreaterThan(2);
  });

  it("refuse a path that leads to no number", async () => {
    const sweep = { path: "curvatura", values: [1] };
    await expect(runTopologyProblem({ ...glued(0.1), z2: false, sweep })).rejects.toThrow(
      /Did you mean "curvature"/,
    );
    await expect(
      runTopologyProblem({ ...glued(0.1), z2: false, sweep: { path: "kind", values: [1] } }),
    ).rejects.toThrow(/expected a number in the model/);
  });
});

describe("phases of a model with noise", () => {
  /** A model as the text of a file, without the half of its hoppings that are the way back. */
  const asText = (model: TightBindingModel): Extract<ModelText, { kind: "hoppings" }> => {
    const rows = ({ re, im }: ComplexDenseMatrix): MatrixText =>
      Array.from({ length: model.size }, (_, i) =>
        Array.from({ length: model.size }, (__, j) => {
          const p = i * model.size + j;
          return im[p] === 0 ? re[p]! : ([re[p]!, im[p]!] as const);
        }),
      );
    const [home, ...others] = [...model.terms].sort(
      (a, b) => Math.hypot(...a.cell) - Math.hypot(...b.cell),
    );
    return {
      kind: "hoppings",
      axes: 3,
      onSite: rows(home!.matrix),
      hoppings: others
        .filter(({ cell }) => cell.find((steps) => steps !== 0)! > 0)
        .map(({ cell, matrix }) => ({ cell, matrix: rows(matrix) })),
    };
  };
  const { kind: _, ...weak } = topologyExample.model as Extract<ModelText, { kind: "bhzStack" }>;
  /** The weak stack in a magnetic field: Kramers pairs are split by 2 h. */
  const inField = (h: number) => {
    const text = asText(bhzStack(weak));
    return {
      ...text,
      onSite: text.onSite.map((row, i) =>
        row.map((value, j) => (i === j ? Number(value) + (i % 2 === 0 ? h : -h) : value)),
      ),
    };
  };
  const problem = {
    ...quick,
    occupied: 2,
    timeReversal: "interleaved" as const,
    inversion: "bhz" as const,
    z2: true,
  };
  /** A sweep and a map over an entry, with the value that it has. */
  const over = (model: ReturnType<typeof asText>) => {
    const vary = { path: "onSite[2][2]", values: [Number(model.onSite[2]![2])] };
    return {
      model,
      sweep: vary,
      map: { x: vary, y: { ...vary, path: "onSite[3][3]", values: [Number(model.onSite[3]![3])] } },
    };
  };

  it.each(["bhz", undefined] as const)(
    "are those of the part that `symmetrise` keeps, with inversion %s",
    async (inversion) => {
      const { inversion: _bhz, ...rest } = problem;
      const broken = {
        ...rest,
        ...over(inField(0.2)),
        ...(inversion === undefined ? {} : { inversion }),
      };
      await expect(runTopologyProblem(broken)).rejects.toThrow(/time-reversal invariant/);
      const even = await runTopologyProblem({ ...broken, symmetrise: true });
      expect(even.z2!.label).toBe("(0;001)");
      expect(even.sweep!.points).toEqual([
        {
          value: expect.any(Number),
          phase: "weak",
          label: "(0;001)",
          gap: even.gap.value,
          warnings: [],
        },
      ]);
      expect([even.map!.indices, even.map!.gap]).toEqual([["(0;001)"], [even.gap.value]]);
      expect(even.warnings).toHaveLength(1);
    },
  );

  it("refuse what the indices of the problem refuse: bands without the stated time reversal", async () => {
    // The spins of the preset are interleaved; in blocks, the operator turns them into other orbitals.
    const wrong = { ...glued(0.1), timeReversal: "blocks" as const };
    const sweep = { path: "stackCurvature", values: [0.1] };
    await expect(runTopologyProblem(wrong)).rejects.toThrow(/degrees apart/);
    await expect(runTopologyProblem({ ...wrong, z2: false, sweep })).rejects.toThrow(
      /degrees apart/,
    );
  });

  it("warn of noise once for all models, as the indices do", async () => {
    const small = inField(0.01);
    const { model, sweep } = over(small);
    const run = (z2: boolean) => runTopologyProblem({ ...problem, model, sweep, z2 });
    const { warnings } = await run(false);
    expect(warnings).toEqual([
      expect.stringMatching(/^sweep, 1 of 1 models, the first: time reversal is broken by 0\.0/),
    ]);
    // The same model as that of the result, whose warning is enough.
    expect((await run(true)).warnings).toHaveLength(1);
  });

  it("take an inversion that noise breaks a little, as the indices do", async () => {
    const noisy = asText(
      randomCrystal({
        core: weak,
        orbitals: 4,
        cells: 33,
        hopping: 0,
        decay: 1,
        noise: 5e-4,
        seed: 4,
      }),
    );
    const { model, sweep } = over(noisy);
    const found = await runTopologyProblem({ ...problem, model, sweep, symmetrise: true });
    expect(found.z2!.byParities).toBe("(0;001)");
    expect(found.sweep!.points[0]!.label).toBe("(0;001)");
    expect(found.warnings.some((text) => text.startsWith("inversion is broken"))).toBe(true);
  });
});

describe("surfaces", () => {
  it("by indices: all, all but the planes of the stack, none", () => {
    expect(surfaceStates({ strong: 1, weak: [0, 0, 0] })).toEqual({
      x: "conducts",
      y: "conducts",
      z: "conducts",
    });
    expect(surfaceStates({ strong: 0, weak: [0, 0, 1] })).toEqual({
      x: "conducts",
      y: "conducts",
      z: "insulates",
    });
    expect(surfaceStates({ strong: 0, weak: [0, 1, 1] }).x).toBe("conducts");
    expect(Object.values(surfaceStates({ strong: 0, weak: [1, 1, 1] }))).not.toContain("insulates");
    expect(Object.values(surfaceStates({ strong: 0, weak: [0, 0, 0] }))).not.toContain("conducts");
    expect(surfaceStates({ strong: 1, weak: [] })).toEqual({ x: "conducts", y: "conducts" });
    expect(phaseOf({ strong: 1, weak: [] })).toBe("spinHall");
  });

  it.each([
    // Rows of the table in docs/systems/topology.md: indices, then slabs along each axis.
    [
      { mass: 1, stackCurvature: 0.1, stackSpinOrbit: 0.3 },
      { strong: 0, weak: [0, 0, 1] },
    ],
    [
      { mass: 1, stackCurvature: 0.6, stackSpinOrbit: 0.8 },
      { strong: 1, weak: [0, 0, 0] },
    ],
    [
      { mass: 4.4, stackCurvature: 0.8, stackSpinOrbit: 0.8 },
      { strong: 0, weak: [1, 1, 1] },
    ],
    [
      { mass: -1, stackCurvature: 0.1, stackSpinOrbit: 0.3 },
      { strong: 0, weak: [0, 0, 0] },
    ],
  ] as const)("as the gaps of slabs say: %j", (parameters, indices) => {
    const model = bhzStack({ inPlane: 1, curvature: 1, ...parameters });
    const states = surfaceStates(indices);
    for (const [axis, name] of ["x", "y", "z"].entries()) {
      const cut = slab({ model, axis, cells: 12 });
      const corners = [
        [0, 0],
        [0, Math.PI],
        [Math.PI, 0],
        [Math.PI, Math.PI],
      ];
      // Dirac points sit at these four wave vectors; bulk gaps are 1 and more, what 12 cells leave is below .02.
      const gap = Math.min(...corners.map((k) => cut.gap(k)));
      expect(gap < 0.05 ? "conducts" : "insulates", name).toBe(states[name]);
    }
  });

  it("a slab that is too thin to conduct is named", async () => {
    const result = await runTopologyProblem({
      ...glued(0.1),
      slabs: [{ axis: "x", cells: 2 }],
    });
    expect(result.surfaceStates).toMatchObject({ x: "conducts", z: "insulates" });
    expect(result.warnings.join()).toMatch(/slab of 2 cells that ends along x has a gap of \d/);
  });
});

it("the example glues 21 stacks and maps 81: what it computes is bounded", () => {
  const { sweep, map } = glueExample;
  expect(sweep!.values).toMatchObject({ points: 21 });
  expect(map!.x.values).toMatchObject({ points: 9 });
  expect(map!.y.values).toMatchObject({ points: 9 });
});
