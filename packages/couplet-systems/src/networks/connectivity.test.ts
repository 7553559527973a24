import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { algebraicConnectivity, structuralTransition, superdiffusion } from "./connectivity.ts";
import { epidemicThreshold, spectralMeasures, weakCoupling } from "./spectral-measures.ts";
import { multilayerNetwork, type Edge, type MultilayerNetwork } from "./multilayer.ts";
import { barabasiAlbert, erdosRenyi } from "./random-graph.ts";

const names = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));
const layered = (
  n: number,
  layers: readonly (readonly Edge[])[],
  coupling: "categorical" | "ordinal" = "categorical",
): MultilayerNetwork =>
  multilayerNetwork({
    layers: layers.map((edges, a) => ({ name: `layer${a}`, nodes: names(n), edges })),
    coupling: { kind: coupling },
  });
const ring = (n: number, reach = 1): Edge[] =>
  names(n).flatMap((_, i) =>
    Array.from({ length: reach }, (__, d): Edge => [String(i), String((i + d + 1) % n)]),
  );
const complete = (n: number): Edge[] =>
  names(n).flatMap((_, i) => names(i).map((__, j): Edge => [String(j), String(i)]));
const golden = JSON.parse(
  readFileSync(new URL("golden/small-systems.json", import.meta.url), "utf8"),
) as {
  erEr: { nodes: number; layers: string[] };
  powerWater: { power: string; water: string; feeds: string };
};
const links = (text: string): [string, string][] =>
  text.split(" ").map((pair) => pair.split("-") as [string, string]);
const { erEr, powerWater } = golden;
const er = layered(erEr.nodes, erEr.layers.map(links));
const grid = multilayerNetwork({
  layers: [
    { name: "power", nodes: names(30), edges: links(powerWater.power) },
    { name: "water", nodes: names(18), edges: links(powerWater.water) },
  ],
  links: links(powerWater.feeds).map(
    ([p, w]) =>
      [
        ["power", p],
        ["water", w],
      ] as const,
  ),
});

describe("two Erdős–Rényi layers (SYSTEMS 3.4)", () => {
  // printed in the table to 9 decimals
  it.each([
    [0.1, 0.2],
    [1, 1.09043131],
    [10, 1.53018792],
    [100, 1.59633548],
    [1000, 1.60344888],
  ])("lambda_2 at coupling %d is %d", (coupling, expected) => {
    expect(algebraicConnectivity(er, { coupling }).value).toBeCloseTo(expected, 7);
  });
  it("is superdiffusive, with its structural transition at p*", () => {
    const s = superdiffusion(er);
    expect(s.superdiffusive).toBe(true);
    expect(s.limit).toBeCloseTo(1.604245683147069, 10);
    expect(s.layers[0]).toBeCloseTo(0.8250887079718834, 10);
    expect(s.layers[1]).toBeCloseTo(0.4652789410085989, 10);
    const p = structuralTransition(er);
    expect(p.coupling).toBeCloseTo(0.3989908857, 9);
    expect(p.upperBound).toBeCloseTo(0.8021228416, 9);
  });
  it("leaves lambda_2 = 2 p at p*, not before", () => {
    const { coupling } = structuralTransition(er);
    expect(
      algebraicConnectivity(er, { coupling: 0.99 * coupling }).value / (2 * 0.99 * coupling),
    ).toBeCloseTo(1, 10);
    expect(
      algebraicConnectivity(er, { coupling: 1.01 * coupling }).value / (2 * 1.01 * coupling),
    ).toBeLessThan(0.9999);
  });
  it("has the measures of the reference at coupling 1", () => {
    const m = spectralMeasures(er, { coupling: 1 });
    expect(m.kirchhoffIndex).toBeCloseTo(606.0435665335286, 8);
    expect(m.logSpanningTrees).toBeCloseTo(67.7711784843885, 9);
    expect(m.naturalConnectivity).toBeCloseTo(2.7252860621705977, 11);
    expect(m.spectralRadius).toBeCloseTo(6.1135158404991845, 11);
    expect(epidemicThreshold(er).threshold).toBeCloseTo(1 / 6.1135158404991845, 11);
  });
});

describe("power and water (SYSTEMS 3.4)", () => {
  it.each([
    [0, 5.432265137, 0],
    [0.1, 5.4525424474, 0.3057783964],
    [1, 6.5167234696, 1.0577339645],
    [5, 14.2427400885, 1.1935676958],
  ])("at coupling %d: rho %d, lambda_2 %d", (coupling, rho, lambda) => {
    expect(epidemicThreshold(grid, { coupling }).spectralRadius).toBeCloseTo(rho, 9);
    expect(algebraicConnectivity(grid, { coupling }).value).toBeCloseTo(lambda, 9);
  });
  it("grows as the second order predicts", () => {
    const w = weakCoupling(grid);
    expect(w.dominant).toBe("power");
    expect(w.radius + 0.01 * w.coefficient).toBeCloseTo(5.452947, 6);
    // the next term is of order g^4: 1e-8 at g = 0.01
    expect(
      Math.abs(
        epidemicThreshold(grid, { coupling: 0.01 }).spectralRadius -
          w.radius -
          1e-4 * w.coefficient,
      ),
    ).toBeLessThan(1e-7);
  });
});

describe("closed forms", () => {
  it("ring and complete graph: not superdiffusive, p* = 1 / (1 / lambda_2(ring) + 1 / n)", () => {
    const network = layered(16, [ring(16), complete(16)]);
    const s = superdiffusion(network);
    const slow = 2 - 2 * Math.cos((2 * Math.PI) / 16);
    expect(s.superdiffusive).toBe(false);
    expect(s.layers[0]).toBeCloseTo(slow, 12);
    expect(s.layers[1]).toBeCloseTo(16, 11);
    expect(s.limit).toBeCloseTo((slow + 16) / 2, 11);
    expect(structuralTransition(network).coupling).toBeCloseTo(1 / (1 / slow + 1 / 16), 11);
  });
  it("equal layers: eigenvalues mu_i + D nu_a", () => {
    const m = spectralMeasures(layered(12, [ring(12), ring(12)]), { coupling: 0.3 });
    const mu = names(12).map((_, i) => 2 - 2 * Math.cos((2 * Math.PI * i) / 12));
    const expected = [...mu, ...mu.map((x) => x + 0.6)].sort((a, b) => a - b);
    expected.forEach((value, i) => expect(m.laplacianSpectrum[i]).toBeCloseTo(value, 12));
  });
  it("three layers, weakly coupled: M D_x all to all, a chain's lambda_2 in a chain", () => {
    const layers = [ring(10, 2), ring(10, 3), ring(10, 4)];
    expect(algebraicConnectivity(layered(10, layers), { coupling: 0.01 }).value).toBeCloseTo(
      0.03,
      12,
    );
    expect(
      algebraicConnectivity(layered(10, layers, "ordinal"), { coupling: 0.01 }).value,
    ).toBeCloseTo(0.01, 12);
    const chain = multilayerNetwork({
      layers: layers.map((edges, a) => ({ name: `l${a}`, nodes: names(10), edges })),
      coupling: {
        kind: "matrix",
        weights: [
          [0, 1, 0],
          [1, 0, 0.5],
          [0, 0.5, 0],
        ],
      },
    });
    expect(algebraicConnectivity(chain, { coupling: 0.01 }).value).toBeCloseTo(0.006339745962, 11);
  });
  it("spanning trees of a ring of n: n; Kirchhoff index (n^3 - n) / 12", () => {
    const m = spectralMeasures(layered(9, [ring(9)]));
    expect(Math.exp(m.logSpanningTrees)).toBeCloseTo(9, 10);
    expect(m.kirchhoffIndex).toBeCloseTo((729 - 9) / 12, 10);
  });
  it("merges layers with missing nodes by their replicas", () => {
    // a path 0-1-2 in one layer, node 2 alone missing from the other: strong coupling joins 0 and 1 with themselves
    const network = multilayerNetwork({
      layers: [
        {
          name: "a",
          edges: [
            ["0", "1"],
            ["1", "2"],
          ],
        },
        { name: "b", edges: [["0", "1"]] },
      ],
      coupling: { kind: "categorical" },
    });
    // the error of the limit is of order 1 / coupling
    expect(
      Math.abs(
        algebraicConnectivity(network, { coupling: 1e6 }).value - superdiffusion(network).limit,
      ),
    ).toBeLessThan(1e-5);
  });
});

describe("larger networks use sparse solvers", () => {
  it("agrees with what the small solver cannot reach: bounds and exact slopes", () => {
    const n = 450;
    const network = layered(n, [barabasiAlbert(n, 3, 1), barabasiAlbert(n, 4, 2)]);
    const p = structuralTransition(network);
    expect(p.coupling).toBeLessThanOrEqual(p.upperBound);
    expect(
      algebraicConnectivity(network, { coupling: 0.9 * p.coupling }).value / (1.8 * p.coupling),
    ).toBeCloseTo(1, 6);
    expect(
      algebraicConnectivity(network, { coupling: 1.1 * p.coupling }).value / (2.2 * p.coupling),
    ).toBeLessThan(0.9999);
  });
});

describe("bad input", () => {
  it("says when layers are disconnected, and gives lambda_2 = 0", () => {
    const broken = layered(6, [
      ring(6),
      [
        ["0", "1"],
        ["2", "3"],
      ],
    ]);
    expect(() => structuralTransition(broken)).toThrow(
      'layer "layer1": expected a connected layer, got 4 components',
    );
    const c = algebraicConnectivity(er, { coupling: 0 });
    expect([c.value, c.components]).toEqual([0, 2]);
    const apart = spectralMeasures(er, { coupling: 0 });
    expect([apart.kirchhoffIndex, apart.logSpanningTrees, apart.eigenratio]).toEqual([
      Infinity,
      -Infinity,
      Infinity,
    ]);
  });
  it("refuses negative weights and couplings in a Laplacian, and takes them in an adjacency", () => {
    const signed = layered(3, [
      [
        ["0", "1", -1],
        ["1", "2"],
      ],
    ]);
    expect(() => algebraicConnectivity(signed)).toThrow(
      'layer "layer0", link 0 - 1: expected weights of 0 or more, got -1',
    );
    expect(() => algebraicConnectivity(er, { coupling: -1 })).toThrow(
      "coupling: expected a number of 0 or more, got -1",
    );
    expect(epidemicThreshold(signed).spectralRadius).toBeCloseTo(Math.SQRT2, 12);
    expect(() => layered(2, [[["0", "1", Number.NaN]]])).toThrow(
      "expected a finite weight, got NaN",
    );
  });
  it("refuses directed links where symmetry is needed", () => {
    const directed = multilayerNetwork({
      layers: [{ name: "a", edges: [["0", "1"]], directed: true }],
    });
    expect(() => algebraicConnectivity(directed)).toThrow(
      "expected an undirected network, got directed links",
    );
    expect(() => spectralMeasures(directed)).toThrow("expected an undirected network");
  });
  it("names unknown layers and nodes, with a guess", () => {
    expect(() => er.indexOf("layr0", "3")).toThrow('Did you mean "layer0"?');
    expect(() =>
      multilayerNetwork({ layers: [{ name: "a", nodes: ["x"], edges: [["x", "y"]] }] }),
    ).toThrow('layer "a": expected edges between its nodes, got an edge to "y"');
    expect(() =>
      multilayerNetwork({
        layers: [
          { name: "a", edges: [["x", "y"]] },
          { name: "b", edges: [["x", "y"]] },
        ],
        coupling: { kind: "categorical", weight: 0 },
      }),
    ).toThrow("coupling.weight: expected a positive weight, got 0");
    expect(() => multilayerNetwork({ layers: [] })).toThrow("at least one layer");
  });
});

describe("random graphs", () => {
  it("are fixed by their seed and have the right number of links", () => {
    expect(erdosRenyi(100, 4, 3)).toEqual(erdosRenyi(100, 4, 3));
    expect(erdosRenyi(100, 4, 3)).not.toEqual(erdosRenyi(100, 4, 4));
    // 4000 links expected with a standard deviation of 63: 5 sigma
    expect(Math.abs(erdosRenyi(2000, 4, 1).length - 4000)).toBeLessThan(315);
    expect(new Set(erdosRenyi(200, 8, 1).map((e) => e.join())).size).toBe(
      erdosRenyi(200, 8, 1).length,
    );
    expect(barabasiAlbert(50, 3, 1)).toHaveLength(6 + 46 * 3);
  });
});
