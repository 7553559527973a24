import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutualComponent } from "./cascade.ts";
import { algebraicConnectivity, structuralTransition, superdiffusion } from "./connectivity.ts";
import { diffuse } from "./diffusion.ts";
import { epidemicThreshold, spectralMeasures, weakCoupling } from "./spectral-measures.ts";
import { multilayerNetwork, type MultilayerNetwork } from "./multilayer.ts";
import { mutualPercolationSize, mutualPercolationThreshold } from "./percolation.ts";

const load = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8"));
type EdgeRow = [number, number, number?];

interface MultiplexCase {
  name: string;
  N: number;
  M: number;
  D_layers: number[];
  interlayerWeights: number[][];
  edges: EdgeRow[][];
  lambda2_layers: number[];
  lambda2_avg: number;
  superdiffusion: boolean;
  adjSpectralRadius_layers: number[];
  pStar_exact?: number;
  pStar_upperBound_RadicchiArenas?: number;
  sweep: {
    Dx: number;
    lambda2: number;
    lambda3: number;
    lambdaMax: number;
    eigenratio: number;
    kirchhoff: number;
    logSpanningTrees: number;
    adjSpectralRadius: number;
    naturalConnectivity: number;
    spectrum: number[] | null;
  }[];
}

const names = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));
const multiplex = (n: number, edges: EdgeRow[][], weights: number[][]): MultilayerNetwork =>
  multilayerNetwork({
    layers: edges.map((own, a) => ({
      name: `layer${a}`,
      nodes: names(n),
      edges: own.map(([i, j, w = 1]) => [String(i), String(j), w] as const),
    })),
    coupling: { kind: "matrix", weights },
  });

describe("multiplexes of golden/multiplex.json", () => {
  const { cases } = load("multiplex.json") as { cases: MultiplexCase[] };
  it.each(cases.map((c) => [c.name, c] as const))(
    "%s: spectra, measures, transition",
    (_name, c) => {
      const network = multiplex(c.N, c.edges, c.interlayerWeights);
      for (const row of c.sweep) {
        const options = { coupling: row.Dx, layerFactors: c.D_layers };
        const m = spectralMeasures(network, options);
        // eigenvalues carry 1e-14 of the largest one (up to 4000); 1e-9 is the oracle's stated tolerance
        const absolute = 1e-13 * row.lambdaMax;
        expect(Math.abs(m.algebraicConnectivity - row.lambda2)).toBeLessThan(
          1e-9 * row.lambda2 + absolute,
        );
        expect(m.lambdaMax / row.lambdaMax).toBeCloseTo(1, 11);
        expect(Math.abs(m.kirchhoffIndex / row.kirchhoff - 1)).toBeLessThan(
          1e-9 + absolute / row.lambda2,
        );
        expect(m.logSpanningTrees).toBeCloseTo(row.logSpanningTrees, 8);
        expect(m.spectralRadius / row.adjSpectralRadius).toBeCloseTo(1, 11);
        expect(m.naturalConnectivity / row.naturalConnectivity).toBeCloseTo(1, 11);
        expect(Math.abs(algebraicConnectivity(network, options).value - row.lambda2)).toBeLessThan(
          1e-9 * row.lambda2 + absolute,
        );
        expect(epidemicThreshold(network, options).threshold * row.adjSpectralRadius).toBeCloseTo(
          1,
          11,
        );
        row.spectrum?.forEach((value, i) => {
          expect(Math.abs(m.laplacianSpectrum[i]! - value)).toBeLessThan(1e-12 * row.lambdaMax);
        });
      }
      const s = superdiffusion(network, c.D_layers);
      expect(s.superdiffusive).toBe(c.superdiffusion);
      expect(s.limit).toBeCloseTo(c.lambda2_avg, 10);
      c.lambda2_layers.forEach((value, a) => expect(s.layers[a]).toBeCloseTo(value, 10));
      if (c.pStar_exact !== undefined) {
        const p = structuralTransition(network, c.D_layers);
        expect(p.coupling / c.pStar_exact).toBeCloseTo(1, 9);
        expect(p.upperBound / c.pStar_upperBound_RadicchiArenas!).toBeCloseTo(1, 9);
      }
    },
  );
});

interface CascadeOracle {
  thresholds: Record<string, { kp_c: number; kPinf_c: number }>;
  curve_n2: { kp: number; kPinf: number }[];
  cascade: {
    N: number;
    edges: EdgeRow[][];
    removalOrder: number[];
    result: { removed: number; mutualGiant: number; rounds: number }[];
  };
}
interface PowerWaterOracle {
  edgesPower: EdgeRow[];
  edgesWater: EdgeRow[];
  coupling: [number, number][];
  secondOrderCoefficient: number;
  sweep: {
    coupling: number;
    adjSpectralRadius: number;
    lambda2: number;
    naturalConnectivity: number;
    kirchhoff: number | null;
    laplacianTop: number;
  }[];
}
interface DiffusionOracle {
  edges: EdgeRow[][];
  Dx: number;
  source: number;
  times: number[];
  x: number[][];
}

describe("power and water, diffusion: golden/multiplex.json", () => {
  it("power-water sweep over the coupling", () => {
    const { powerWater: pw } = load("multiplex.json") as { powerWater: PowerWaterOracle };
    const network = multilayerNetwork({
      layers: [
        {
          name: "power",
          nodes: names(30),
          edges: pw.edgesPower.map(([i, j]) => [String(i), String(j)] as const),
        },
        {
          name: "water",
          nodes: names(18),
          edges: pw.edgesWater.map(([i, j]) => [String(i), String(j)] as const),
        },
      ],
      links: pw.coupling.map(
        ([i, j]) =>
          [
            ["power", String(i)],
            ["water", String(j)],
          ] as const,
      ),
    });
    for (const row of pw.sweep) {
      const m = spectralMeasures(network, { coupling: row.coupling });
      expect(m.spectralRadius / row.adjSpectralRadius).toBeCloseTo(1, 12);
      expect(m.lambdaMax / row.laplacianTop).toBeCloseTo(1, 12);
      expect(Math.abs(m.algebraicConnectivity - row.lambda2)).toBeLessThan(1e-12);
      expect(m.naturalConnectivity / row.naturalConnectivity).toBeCloseTo(1, 12);
      if (row.kirchhoff === null) expect(m.kirchhoffIndex).toBe(Number.POSITIVE_INFINITY);
      else expect(m.kirchhoffIndex / row.kirchhoff).toBeCloseTo(1, 9);
    }
    expect(weakCoupling(network).coefficient / pw.secondOrderCoefficient).toBeCloseTo(1, 11);
  });

  it("diffusion from one node of a two-layer multiplex", () => {
    const { diffusion: d } = load("multiplex.json") as { diffusion: DiffusionOracle };
    const network = multiplex(20, d.edges, [
      [0, 1],
      [1, 0],
    ]);
    const run = diffuse(network, {
      coupling: d.Dx,
      from: ["layer0", String(d.source)],
      times: d.times,
      tolerance: 1e-12,
    });
    run.states.forEach((x, k) => {
      // the tolerance asked for, and rounding
      x.forEach((value, i) => expect(Math.abs(value - d.x[k]![i]!)).toBeLessThan(2e-12));
    });
  });
});

describe("golden/percolation.json", () => {
  const oracle = (): CascadeOracle => load("percolation.json") as CascadeOracle;
  it("thresholds for one to seven networks and the curve for two", () => {
    for (const [n, { kp_c, kPinf_c }] of Object.entries(oracle().thresholds)) {
      const t = mutualPercolationThreshold(Number(n));
      expect(Math.abs(t.meanDegree - kp_c)).toBeLessThan(1e-13 * kp_c);
      expect(Math.abs(t.jump - kPinf_c)).toBeLessThan(1e-13);
    }
    // the oracle iterates the map to 1e-15 per step, near the fold that is 1e-14 from the solution
    for (const { kp, kPinf } of oracle().curve_n2)
      expect(Math.abs(mutualPercolationSize(kp, 2) - kPinf)).toBeLessThan(1e-12);
  });
  it("cascade on a pair of Erdős–Rényi networks: sizes and rounds", () => {
    const { N, edges, removalOrder, result } = oracle().cascade;
    const network = multiplex(N, edges, [
      [0, 1],
      [1, 0],
    ]);
    for (const { removed, mutualGiant, rounds } of result) {
      const found = mutualComponent(network, removalOrder.slice(0, removed));
      expect([found.size, found.rounds]).toEqual([mutualGiant, rounds]);
    }
    expect(result.find((r) => r.removed === 130)!.mutualGiant).toBeGreaterThan(100);
    expect(result.find((r) => r.removed === 140)!.mutualGiant).toBeLessThanOrEqual(2);
  });
});
