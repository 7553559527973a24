import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nodeHarm } from "./cascade.ts";
import { structuralTransition } from "./connectivity.ts";
import { degrees, layerGraph } from "./graph.ts";
import { matchedDependencies } from "./matched-dependencies.ts";
import { multilayerNetwork, withLinks } from "./multilayer.ts";
import { degreePercolation } from "./percolation.ts";
import { barabasiAlbert, erdosRenyi } from "./random-graph.ts";
import { edgeListLayers } from "./read/edge-list.ts";
import { removalCurve } from "./robustness.ts";
import { spectralImportance } from "./spectral-importance.ts";

const data = new URL("../../../../../shared/data/networks/", import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, data), "utf8");

describe.skipIf(!existsSync(new URL("western_us_power.edges", data)))(
  "western US grid and the ky4 water network of shared/data/networks",
  () => {
    it("most of the ten worst failures together are not among the ten worst of either alone", () => {
      const network = multilayerNetwork({
        layers: [
          ...edgeListLayers(text("western_us_power.edges"), { layer: "power" }).layers,
          ...edgeListLayers(text("ky4.edges.csv"), { layer: "water" }).layers,
        ],
      });
      // the rule of examples/systems/power-water.ts
      const harm = nodeHarm(network, [
        matchedDependencies(network, { layer: "water", on: "power" }),
        matchedDependencies(network, { layer: "power", on: "water", every: 10 }),
      ]);
      for (const h of harm) expect(h.coupled).toBeGreaterThanOrEqual(h.alone);
      const alone = ["power", "water"].flatMap((layer) =>
        harm
          .filter((h) => h.layer === layer)
          .sort((a, b) => b.alone - a.alone || a.index - b.index)
          .slice(0, 10),
      );
      // deterministic: files, order and rule fix every number
      expect(harm.slice(0, 2).map((h) => [h.node, h.coupled, h.alone])).toEqual([
        ["726", 164, 106],
        ["692", 85, 56],
      ]);
      expect(harm.slice(0, 10).filter((h) => alone.includes(h))).toHaveLength(3);
    });

    it("the radius hangs on the grid's own links, the algebraic connectivity on links that their own network hides", () => {
      const plain = multilayerNetwork({
        layers: [
          ...edgeListLayers(text("western_us_power.edges"), { layer: "power" }).layers,
          ...edgeListLayers(text("ky4.edges.csv"), { layer: "water" }).layers,
        ],
      });
      const needs = [
        matchedDependencies(plain, { layer: "water", on: "power" }),
        matchedDependencies(plain, { layer: "power", on: "water", every: 10 }),
      ];
      const network = withLinks(
        plain,
        needs.flatMap(({ layer, on, needs: lists }) =>
          [...lists].flatMap(([node, suppliers]) =>
            suppliers.map(
              (supplier) =>
                [
                  [on, supplier],
                  [layer, node],
                ] as const,
            ),
          ),
        ),
      );
      const hidden = (["spectralRadius", "algebraicConnectivity"] as const).map((measure) => {
        const { method, links } = spectralImportance(network, measure);
        expect(method).toBe("firstOrder");
        const worst = links.slice(0, 10);
        return {
          hidden: worst.filter((link) => link.hidden).length,
          feeders: worst.filter(({ alone }) => alone === null).length,
          deepest: Math.max(...worst.map(({ rankAlone }) => rankAlone ?? 0)),
        };
      });
      expect(hidden).toEqual([
        { hidden: 1, feeders: 0, deepest: 12 },
        { hidden: 7, feeders: 1, deepest: 769 },
      ]);
    });
  },
);

describe("large networks", () => {
  it("random removal of 20,000 nodes follows the theory of their degrees", () => {
    const n = 20_000;
    const nodes = Array.from({ length: n }, (_, i) => String(i));
    const network = multilayerNetwork({
      layers: [{ name: "a", nodes, edges: erdosRenyi(n, 3, 21) }],
    });
    const theory = degreePercolation(degrees(layerGraph(network, 0)));
    const curve = removalCurve(network, { strategy: { kind: "random", seed: 2 }, points: 50 });
    curve.removed.forEach((count, k) => {
      const p = 1 - count / n;
      // noise 1 / sqrt(n) = 0.007 away from the threshold
      if (Math.abs(p - theory.threshold) > 0.05) {
        expect(Math.abs(curve.working[k]! - theory.giant(p))).toBeLessThan(0.03);
      }
    });
    // p_c = 1 / 3: the peak of the second component, on points of 0.02
    expect(Math.abs(1 - curve.breakingPoint - theory.threshold)).toBeLessThan(0.05);
  });

  it("the structural transition of two layers of 5000 nodes obeys its bounds", () => {
    const n = 5000;
    const nodes = Array.from({ length: n }, (_, i) => String(i));
    const network = multilayerNetwork({
      layers: [
        { name: "a", nodes, edges: barabasiAlbert(n, 3, 1) },
        { name: "b", nodes, edges: barabasiAlbert(n, 4, 2) },
      ],
      coupling: { kind: "categorical" },
    });
    const { coupling, upperBound } = structuralTransition(network);
    expect(coupling).toBeGreaterThan(0);
    expect(coupling).toBeLessThanOrEqual(upperBound);
  });
});
