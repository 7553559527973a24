import { describe, expect, it } from "vitest";
import { forceLayout, radialLayout } from "./layout.ts";
import { multilayerNetwork, type Edge } from "./multilayer.ts";
import { barabasiAlbert } from "./random-graph.ts";

const far = (a: readonly [number, number], b: readonly [number, number]): number =>
  Math.hypot(a[0] - b[0], a[1] - b[1]);

describe("radialLayout", () => {
  it("puts the hub in the middle and each ring one step out, nobody on top of another", () => {
    const edges: Edge[] = ["a", "b", "c", "d"].flatMap((v): Edge[] => [
      ["hub", v],
      [v, `${v}1`],
    ]);
    const network = multilayerNetwork({ layers: [{ name: "x", edges }] });
    const at = radialLayout(network, 0);
    network.layers[0]!.nodes.forEach((name, v) => {
      // ring 0, 1 or 2 of radius 0, 1/4, 1/2
      const ring = name === "hub" ? 0 : name.length;
      expect(far(at[v]!, [0.5, 0.5])).toBeCloseTo(ring / 4, 12);
    });
    at.forEach((p, i) => at.slice(0, i).forEach((q) => expect(far(p, q)).toBeGreaterThan(0.1)));
  });
});

describe("forceLayout", () => {
  it("spans the unit square, keeps nodes apart and neighbours nearer than strangers", () => {
    const network = multilayerNetwork({ layers: [{ name: "x", edges: barabasiAlbert(30, 2, 1) }] });
    const at = forceLayout(network);
    expect(at).toHaveLength(30);
    for (const axis of [0, 1] as const) {
      expect(Math.min(...at.map((p) => p[axis]))).toBe(0);
      expect(Math.max(...at.map((p) => p[axis]))).toBe(1);
    }
    const layer = network.layers[0]!;
    const linked = Array.from(layer.from, (i, e) => far(at[i]!, at[layer.to[e]!]!));
    const all = at.flatMap((p, i) => at.slice(0, i).map((q) => far(p, q)));
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(linked)).toBeLessThan(0.8 * mean(all));
    expect(Math.min(...all)).toBeGreaterThan(0.01);
    expect(forceLayout(network)).toEqual(at);
  });
});
