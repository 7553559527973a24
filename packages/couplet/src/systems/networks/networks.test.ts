import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutual, mutualComponent } from "./cascade.ts";
import { algebraicConnectivity, structuralTransition, superdiffusion } from "./connectivity.ts";
import { diffuse } from "./diffusion.ts";
import { graphOf } from "./graph.ts";
import { epidemicThreshold, spectralMeasures, weakCoupling } from "./measures.ts";
import { multilayerNetwork, type MultilayerNetwork } from "./multilayer.ts";
import { mutualPercolationSize, mutualPercolationThreshold } from "./percolation.ts";

const folder = new URL("../../../../../../shared/oracles/systems/", import.meta.url);
const present = existsSync(new URL("multiplex.json", folder));
const load = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
type EdgeRow = [number, number, number?];

interface MultiplexCase {
  name: string; N: number; M: number; D_layers: number[]; interlayerWeights: number[][]; edges: EdgeRow[][];
  lambda2_layers: number[]; lambda2_avg: number; superdiffusion: boolean; adjSpectralRadius_layers: number[];
  pStar_exact?: number; pStar_upperBound_RadicchiArenas?: number;
  sweep: { Dx: number; lambda2: number; lambda3: number; lambdaMax: number; eigenratio: number; kirchhoff: number; logSpanningTrees: number; adjSpectralRadius: number; naturalConnectivity: number; spectrum: number[] | null }[];
}

const names = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));
const multiplex = (n: number, edges: EdgeRow[][], weights: number[][]): MultilayerNetwork =>
  multilayerNetwork({
    layers: edges.map((own, a) => ({ name: `layer${a}`, nodes: names(n), edges: own.map(([i, j, w = 1]) => [String(i), String(j), w] as const) })),
    coupling: { kind: "matrix", weights },
  });

describe.skipIf(!present)("multiplexes of shared/oracles/systems/multiplex.json", () => {
  const { cases } = present ? (load("multiplex.json") as { cases: MultiplexCase[] }) : { cases: [] };
  it.each(cases.map((c) => [c.name, c] as const))("%s: spectra, measures, transition", (_name, c) => {
    const network = multiplex(c.N, c.edges, c.interlayerWeights);
    for (const row of c.sweep) {
      const options = { coupling: row.Dx, layerFactors: c.D_layers };
      const m = spectralMeasures(network, options);
      // eigenvalues carry 1e-14 of the largest one (up to 4000); 1e-9 is the oracle's stated tolerance
      const absolute = 1e-13 * row.lambdaMax;
      expect(Math.abs(m.algebraicConnectivity - row.lambda2)).toBeLessThan(1e-9 * row.lambda2 + absolute);
      expect(m.lambdaMax / row.lambdaMax).toBeCloseTo(1, 11);
      expect(Math.abs(m.kirchhoffIndex / row.kirchhoff - 1)).toBeLessThan(1e-9 + absolute / row.lambda2);
      expect(m.logSpanningTrees).toBeCloseTo(row.logSpanningTrees, 8);
      expect(m.spectralRadius / row.adjSpectralRadius).toBeCloseTo(1, 11);
      expect(m.naturalConnectivity / row.naturalConnectivity).toBeCloseTo(1, 11);
      expect(Math.abs(algebraicConnectivity(network, options).value - row.lambda2)).toBeLessThan(1e-9 * row.lambda2 + absolute);
      expect(epidemicThreshold(network, options).threshold * row.adjSpectralRadius).toBeCloseTo(1, 11);
      row.spectrum?.forEach((value, i) => {
        expect(Math.abs(m.laplacianSpectrum[i] - value)).toBeLessThan(1e-12 * row.lambdaMax);
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
  });
});
describe.skipIf(!present)("dbg", () => {
  it("power water", () => {
    const pw = (load("multiplex.json") as any).powerWater;
    const net = multilayerNetwork({ layers: [
      { name: "power", nodes: names(30), edges: pw.edgesPower.map(([i, j]: any) => [String(i), String(j)]) },
      { name: "water", nodes: names(18).map((x) => "w" + x), edges: pw.edgesWater.map(([i, j]: any) => ["w" + i, "w" + j]) }],
      links: pw.coupling.map(([i, j]: any) => [["power", String(i)], ["water", "w" + j]]) });
    for (const s of pw.sweep) {
      const m = spectralMeasures(net, { coupling: s.coupling });
      console.log(s.coupling, m.spectralRadius - s.adjSpectralRadius, m.algebraicConnectivity - s.lambda2, m.naturalConnectivity - s.naturalConnectivity, m.kirchhoffIndex - s.kirchhoff);
    }
    console.log(weakCoupling(net), pw.secondOrderCoefficient);
    const d = (load("multiplex.json") as any).diffusion;
    const dn = multiplex(20, d.edges, [[0, 1], [1, 0]]);
    const r = diffuse(dn, { coupling: d.Dx, from: ["layer0", "3"], times: d.times });
    r.states.forEach((x, k) => console.log(d.times[k], Math.max(...x.map((v, i) => Math.abs(v - d.x[k][i]))), r.errorEstimates[k]));
    const p = load("percolation.json") as any;
    for (let n = 1; n < 8; n++) console.log(n, mutualPercolationThreshold(n).meanDegree - p.thresholds[n].kp_c, mutualPercolationThreshold(n).jump - p.thresholds[n].kPinf_c);
    for (const c of p.curve_n2) console.log(c.kp, mutualPercolationSize(c.kp, 2) - c.kPinf);
    const cn = multiplex(300, p.cascade.edges, [[0, 1], [1, 0]]);
    console.log(p.cascade.result.map((q: any) => { const m = mutualComponent(cn, p.cascade.removalOrder.slice(0, q.removed)); return [m.size - q.mutualGiant, m.rounds - q.rounds]; }).flat().join(" "));
  });
});
