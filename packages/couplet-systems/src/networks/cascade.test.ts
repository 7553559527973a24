import { describe, expect, it } from "vitest";
import { cascadeModel, mutualComponent, nodeHarm } from "./cascade.ts";
import { components, graphOf } from "./graph.ts";
import { matchedDependencies } from "./matched-dependencies.ts";
import { multilayerNetwork, type Edge } from "./multilayer.ts";
import {
  degreePercolation,
  mutualPercolationSize,
  mutualPercolationThreshold,
} from "./percolation.ts";
import { erdosRenyi } from "./random-graph.ts";
import { removalCurve } from "./robustness.ts";
import { degrees, layerGraph } from "./graph.ts";

const names = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));
const path = (n: number): Edge[] => names(n - 1).map((_, i) => [String(i), String(i + 1)]);

describe("components", () => {
  it("finds them, and the first of equal size wins", () => {
    const graph = graphOf(6, [{ from: Int32Array.of(0, 3), to: Int32Array.of(1, 4) }]);
    const c = components(graph);
    expect(c.sizes).toEqual([2, 1, 2, 1]);
    expect(c.largest).toBe(0);
    expect(components(graph, Uint8Array.of(0, 1, 1, 1, 1, 1)).largest).toBe(2);
    expect(components(graph, new Uint8Array(6)).largest).toBe(-1);
  });
});

describe("mutualComponent", () => {
  it("runs Buldyrev's cascade to its end", () => {
    // layer b is a path that needs node 1 to hold 0 to the rest; in a everything hangs on 0
    const star: Edge[] = names(5)
      .slice(1)
      .map((v) => ["0", v]);
    const network = multilayerNetwork({
      layers: [
        { name: "a", nodes: names(5), edges: star },
        { name: "b", nodes: names(5), edges: path(5) },
      ],
    });
    expect(mutualComponent(network).size).toBe(5);
    // without 1: b falls into {0} and {2, 3, 4}; a then has no hub; one node stays
    const broken = mutualComponent(network, [1]);
    expect([broken.size, broken.rounds]).toEqual([1, 3]);
  });
  it("needs the same nodes in every layer", () => {
    const network = multilayerNetwork({
      layers: [
        { name: "a", edges: path(3) },
        { name: "b", edges: path(2) },
      ],
    });
    expect(() => mutualComponent(network)).toThrow(
      "expected layers with the same nodes in the same order",
    );
  });
});

describe("cascadeModel", () => {
  const network = multilayerNetwork({
    layers: [
      { name: "power", nodes: names(6), edges: path(6) },
      { name: "water", nodes: names(4), edges: path(4) },
    ],
  });
  const water = {
    layer: "water",
    on: "power",
    needs: new Map([
      ["0", ["0"]],
      ["1", ["2", "3"]],
      ["3", ["5"]],
    ]),
  };
  const power = { layer: "power", on: "water", needs: new Map([["5", ["2"]]]) };

  it("loses nothing if nothing is removed, and reports each stage", () => {
    expect(cascadeModel(network, [water, power]).run([])).toMatchObject({
      survivors: 10,
      rounds: 1,
      stages: [10, 10, 10],
    });
  });
  it("follows a failure there and back", () => {
    // power 4 goes: {0..3} stay, 5 is cut off; water 3 loses its feed
    const cut = cascadeModel(network, [water, power]).run([4]);
    expect(cut.perLayer).toEqual([4, 3]);
    expect(cut.stages[0]).toBe(9);
    // water 2 goes: water 3 is cut off, power 5 has no water
    expect(
      cascadeModel(network, [water, power]).run([network.indexOf("water", "2")]).perLayer,
    ).toEqual([5, 2]);
  });
  it("counts suppliers: any, at least, all", () => {
    const run = (atLeast: number | "all"): readonly number[] =>
      cascadeModel(network, [{ ...water, needs: new Map([["1", ["2", "3"]]]), atLeast }]).run([3])
        .perLayer;
    // without power 3 the path keeps {0, 1, 2}: 2 still feeds
    expect(run(1)).toEqual([3, 4]);
    expect(run(2)).toEqual([3, 2]);
    expect(run("all")).toEqual([3, 2]);
  });
  it("never does less harm than in the layer alone", () => {
    const harm = nodeHarm(network, [water, power]);
    for (const h of harm) expect(h.coupled).toBeGreaterThanOrEqual(h.alone);
    expect(harm[0]!.coupled).toBeGreaterThan(harm[0]!.alone);
  });
  it("names what does not exist", () => {
    expect(() => cascadeModel(network, [{ layer: "gas", on: "power", needs: new Map() }])).toThrow(
      'dependencies[0].layer: expected one of power, water, got "gas"',
    );
    expect(() =>
      cascadeModel(network, [{ layer: "water", on: "power", needs: new Map([["0", ["77"]]]) }]),
    ).toThrow('a node of layer "power"');
    expect(() => cascadeModel(network, [{ ...water, atLeast: 2 }])).toThrow(
      'node "0": expected at least 2 suppliers, got 1',
    );
  });
});

describe("matchedDependencies", () => {
  it("gives neighbours neighbouring suppliers, evenly over the other network", () => {
    const network = multilayerNetwork({
      layers: [
        { name: "a", nodes: names(40), edges: path(40) },
        { name: "b", nodes: names(20), edges: path(20) },
      ],
    });
    const d = matchedDependencies(network, { layer: "a", on: "b", suppliers: 2 });
    expect(d.needs.size).toBe(40);
    const load = new Map<string, number>();
    for (const suppliers of d.needs.values())
      for (const s of suppliers) load.set(s, (load.get(s) ?? 0) + 1);
    expect(load.size).toBe(20);
    expect(Math.max(...load.values())).toBeLessThanOrEqual(5);
    expect(matchedDependencies(network, { layer: "a", on: "b", every: 4 }).needs.size).toBe(10);
    expect(() => matchedDependencies(network, { layer: "a", on: "b", every: 0 })).toThrow(
      "an integer of 1 or more",
    );
  });
});

describe("percolation thresholds (SYSTEMS 3.4)", () => {
  it.each([
    [2, 2.4554074823],
    [3, 3.0891193592],
    [4, 3.5089013324],
    [5, 3.8224867636],
  ])("%d networks: k p_c = %d", (n, expected) => {
    expect(mutualPercolationThreshold(n).meanDegree).toBeCloseTo(expected, 10);
  });
  it("jumps: k P_inf = 1.2564312086 at the collapse of two, 0 below it", () => {
    expect(mutualPercolationThreshold(2).jump).toBeCloseTo(1.2564312086, 10);
    expect(mutualPercolationThreshold(1)).toEqual({ meanDegree: 1, jump: 0 });
    expect(mutualPercolationSize(2.45, 2)).toBe(0);
    expect(mutualPercolationSize(2.46, 2)).toBeGreaterThan(1.25);
    expect(() => mutualPercolationThreshold(1.5)).toThrow("an integer number of networks");
  });
  it("solves its own equation", () => {
    for (const [kp, n] of [
      [1.5, 1],
      [3, 2],
      [5, 4],
    ] as const) {
      const x = mutualPercolationSize(kp, n);
      expect(kp * (1 - Math.exp(-x)) ** n).toBeCloseTo(x, 13);
    }
  });
  it("single networks by their degrees: a regular graph of degree 3 breaks at 1 / 2, S(p) from its cubic", () => {
    const d = degreePercolation(new Array<number>(10).fill(3));
    expect(d.threshold).toBeCloseTo(0.5, 14);
    expect(d.giant(0.4)).toBeCloseTo(0, 10);
    // u = 1 - p + p u^2 at p = 0.8: u = 1/4; S = p (1 - u^3)
    expect(d.giant(0.8)).toBeCloseTo(0.8 * (1 - 1 / 64), 12);
  });
});

describe("removalCurve", () => {
  const n = 2000;
  const network = multilayerNetwork({
    layers: [{ name: "a", nodes: names(n), edges: erdosRenyi(n, 4, 11) }],
  });
  it("follows the theory of random removal on an Erdős–Rényi graph", () => {
    const curve = removalCurve(network, { strategy: { kind: "random", seed: 5 }, points: 20 });
    const theory = degreePercolation(degrees(layerGraph(network, 0)));
    curve.removed.forEach((count, k) => {
      const p = 1 - count / n;
      // sample noise of S is of order 1 / sqrt(n) = 0.02, more near the threshold (left out)
      if (p > theory.threshold + 0.1)
        expect(Math.abs(curve.working[k]! - theory.giant(p))).toBeLessThan(0.04);
    });
    // p_c = 1 / 4; the peak of a single sample at 21 points is that wide
    expect(Math.abs(curve.breakingPoint - 0.75)).toBeLessThan(0.15);
  });
  it("targeted removal does more harm than random", () => {
    const r = (strategy: Parameters<typeof removalCurve>[1]["strategy"]): number =>
      removalCurve(network, { strategy, points: 40 }).robustness;
    const [random, degree, adaptive, eigenvector] = [
      r({ kind: "random", seed: 5 }),
      r({ kind: "degree" }),
      r({ kind: "degree", adaptive: true }),
      r({ kind: "eigenvector" }),
    ];
    expect(degree).toBeLessThan(0.9 * random);
    expect(adaptive).toBeLessThan(degree);
    expect(eigenvector).toBeLessThan(random);
  });
  it("mutual percolation collapses where the theory says", () => {
    const pair = multilayerNetwork({
      layers: [
        { name: "a", nodes: names(n), edges: erdosRenyi(n, 4, 11) },
        { name: "b", nodes: names(n), edges: erdosRenyi(n, 4, 12) },
      ],
    });
    const curve = removalCurve(pair, {
      strategy: { kind: "random", seed: 5 },
      works: "mutual",
      points: 50,
    });
    const critical = 1 - mutualPercolationThreshold(2).meanDegree / 4;
    const last = curve.working.findIndex((w) => w < 0.05) / 50;
    // finite size moves the collapse by n^(-2/3) and the samples' mean degrees by 1 %: within two points of 0.02
    expect(Math.abs(last - critical)).toBeLessThan(0.06);
  });
  it("takes an order, and refuses one with repeats", () => {
    const small = multilayerNetwork({ layers: [{ name: "a", edges: path(5) }] });
    const curve = removalCurve(small, { strategy: { kind: "order", nodes: ["2"] } });
    expect(Array.from(curve.working)).toEqual([1, 0.4]);
    expect(() => removalCurve(small, { strategy: { kind: "order", nodes: ["2", "2"] } })).toThrow(
      'at most once, got "2"',
    );
  });
});
