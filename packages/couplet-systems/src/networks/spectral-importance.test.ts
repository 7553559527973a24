/** Drops of spectral measures: exact, to first order, and what neither layer alone shows. */
import { describe, expect, it } from "vitest";
import { linkHarm } from "./link-harm.ts";
import { multilayerNetwork, type MultilayerSpec, type StateNode } from "./multilayer.ts";
import { networksExample } from "./problem/problem.ts";
import { readNetwork } from "./problem/read.ts";
import { barabasiAlbert, erdosRenyi } from "./random-graph.ts";
import { spectralImportance } from "./spectral-importance.ts";
import { spectralMeasures } from "./spectral-measures.ts";

const people = Array.from({ length: 12 }, (_, i) => String(i));
const spec = {
  layers: [
    { name: "hubs", nodes: people, edges: barabasiAlbert(12, 2, 1) },
    {
      name: "ring",
      nodes: people,
      edges: people.map((a, i) => [a, people[(i + 1) % 12]!] as const),
    },
  ],
  links: people.map(
    (name) =>
      [
        ["hubs", name],
        ["ring", name],
      ] as const,
  ),
} satisfies MultilayerSpec;
const pair = multilayerNetwork(spec);

/** The ends of a link as text. */
const ends = ({ from, to }: { readonly from: StateNode; readonly to: StateNode }): string =>
  [...from, ...to].join("/");
const measures = ["spectralRadius", "algebraicConnectivity", "naturalConnectivity"] as const;

describe.each(measures)("%s", (measure) => {
  const found = spectralImportance(pair, measure, { coupling: 0.5 });
  const value = (changed: MultilayerSpec): number =>
    spectralMeasures(multilayerNetwork(changed), { coupling: 0.5 })[measure];

  it("exact drops are the measure with less the measure without", () => {
    expect(found.method).toBe("exact");
    // Eigenvalues of both solvers are good to some 1e-10 of the norm, about 6.
    expect(found.value).toBeCloseTo(value(spec), 8);
    for (const link of [...found.links.slice(0, 3), ...found.links.slice(-3)]) {
      const [[a, i], [b, j]] = [link.from, link.to];
      const without =
        a === b
          ? {
              ...spec,
              layers: spec.layers.map((layer) =>
                layer.name === a
                  ? { ...layer, edges: layer.edges.filter(([x, y]) => !(x === i && y === j)) }
                  : layer,
              ),
            }
          : { ...spec, links: spec.links.filter(([[, x]]) => x !== i) };
      expect(link.together).toBeCloseTo(found.value - value(without), 8);
    }
    const { at, together } = found.nodes[0]!;
    const without = {
      layers: spec.layers.map((layer) =>
        layer.name === at[0]
          ? {
              ...layer,
              nodes: people.filter((name) => name !== at[1]),
              edges: layer.edges.filter(([x, y]) => x !== at[1] && y !== at[1]),
            }
          : layer,
      ),
      links: spec.links.filter(([[, name]]) => name !== at[1]),
    };
    expect(together).toBeCloseTo(found.value - value(without), 8);
  });

  it("drops alone are those of the layer as a network of its own", () => {
    const ring = spectralImportance(multilayerNetwork({ layers: [spec.layers[1]!] }), measure);
    const own = new Map(ring.links.map((link) => [ends(link), link.together]));
    for (const link of found.links)
      if (link.from[0] === "ring" && link.to[0] === "ring")
        expect(link.alone).toBeCloseTo(own.get(ends(link))!, 8);
    expect(found.links.filter(({ alone }) => alone === null)).toHaveLength(people.length);
  });

  it("is to first order what a small weight takes", () => {
    // A link that weighs 1e-4 changes eigenvalues by its first-order drop, to terms of 1e-8.
    const light = multilayerNetwork({
      layers: [
        { ...spec.layers[0]!, edges: [...spec.layers[0]!.edges, ["0", "11", 1e-4]] },
        spec.layers[1]!,
      ],
      links: spec.links,
    });
    const of = (method: "exact" | "firstOrder"): number =>
      spectralImportance(light, measure, { method, coupling: 0.5 }).links.find(
        ({ from, to }) => from[0] === to[0] && from[1] === "0" && to[1] === "11",
      )!.together;
    expect(of("firstOrder")).toBeGreaterThan(0);
    // Relative to the drop, about 1e-5: the second order is 1e-4 of it, and eigenvalues are good to 1e-10.
    expect(of("exact") / of("firstOrder")).toBeCloseTo(1, 3);
  });
});

it("first-order drops bound exact ones: from above for the radius, from below for lambda_2", () => {
  const network = multilayerNetwork({
    layers: [{ name: "random", nodes: people, edges: erdosRenyi(12, 5, 4) }],
  });
  for (const [measure, sign] of [
    ["spectralRadius", 1],
    ["algebraicConnectivity", -1],
  ] as const) {
    const exact = spectralImportance(network, measure, { method: "exact" });
    const first = spectralImportance(network, measure, { method: "firstOrder" });
    const bound = new Map(first.links.map((link) => [ends(link), link.together]));
    for (const link of exact.links)
      expect(sign * (bound.get(ends(link))! - link.together)).toBeGreaterThan(-1e-9);
    const nodes = new Map(first.nodes.map(({ index, together }) => [index, together]));
    for (const { index, together } of exact.nodes)
      expect(sign * (nodes.get(index)! - together)).toBeGreaterThan(-1e-9);
  }
});

it("ranks equal drops alike: no link of a ring is worse than another", () => {
  const ring = spectralImportance(
    multilayerNetwork({ layers: [spec.layers[1]!] }),
    "spectralRadius",
  );
  expect(ring.links.map(({ rank }) => rank)).toEqual(people.map(() => 1));
  expect(ring.links.every(({ hidden }) => !hidden)).toBe(true);
});

describe("what a layer alone cannot show", () => {
  /** A ring of eight, and two lines of one link that hang on it. */
  const parted = {
    layers: [
      {
        name: "lines",
        edges: [
          ["0", "1"],
          ["4", "5"],
        ],
      },
      { name: "ring", edges: people.slice(0, 8).map((a, i) => [a, people[(i + 1) % 8]!] as const) },
    ],
    links: ["0", "4"].map(
      (name) =>
        [
          ["lines", name],
          ["ring", name],
        ] as const,
    ),
  } satisfies MultilayerSpec;

  it("a layer in parts has an algebraic connectivity of 0: none of its links is among its worst", () => {
    const { value, layers, links } = spectralImportance(
      multilayerNetwork(parted),
      "algebraicConnectivity",
    );
    expect(layers[0]).toBe(0);
    // Without either line, or what feeds it, the whole is in parts; without a link of the ring it is not.
    const deadly = links.filter(({ rank }) => rank === 1);
    expect(deadly.map(ends)).toEqual([
      "lines/0/lines/1",
      "lines/4/lines/5",
      "lines/0/ring/0",
      "lines/4/ring/4",
    ]);
    for (const { together } of deadly) expect(together).toBe(value);
    expect(links.filter(({ hidden }) => hidden).map(ends)).toEqual([
      "lines/0/lines/1",
      "lines/4/lines/5",
    ]);
  });

  it("links between layers lead together, and are hidden from no layer", () => {
    const { links } = spectralImportance(multilayerNetwork(parted), "algebraicConnectivity");
    const between = links.filter(({ alone }) => alone === null);
    expect(between.map(({ rank }) => rank)).toEqual([1, 1]);
    expect(between.map(({ hidden }) => hidden)).toEqual([false, false]);
  });

  it.each(["exact", "firstOrder"] as const)(
    "nothing is hidden in a network in parts, whose drops are all 0: %s",
    (method) => {
      const apart = multilayerNetwork({ layers: parted.layers, links: [] });
      const found = spectralImportance(apart, "algebraicConnectivity", { method });
      expect(found.value).toBe(0);
      expect(found.links.every(({ together }) => together === 0)).toBe(true);
      expect([...found.links, ...found.nodes].some(({ hidden }) => hidden)).toBe(false);
    },
  );
});

it("the shipped town has a link that its layer hardly misses and that both together need", async () => {
  const { network, dependencies } = await readNetwork(networksExample, {});
  const harm = await linkHarm(network, dependencies);
  expect(harm.find(({ from, to }) => from === "depot" && to === "farm")).toEqual({
    layer: "power",
    from: "depot",
    to: "farm",
    coupled: 11,
    alone: 1,
  });
  const natural = spectralImportance(network, "naturalConnectivity");
  const [worst] = natural.links;
  expect([worst!.from[1], worst!.to[1]]).toEqual(["centre", "east"]);
  expect(worst).toMatchObject({ rank: 1, rankAlone: 7, hidden: true });
});

it("refuses directed networks, unknown measures and weights below 0", () => {
  const one = (edges: MultilayerSpec["layers"][number]["edges"], directed = false) =>
    multilayerNetwork({ layers: [{ name: "a", edges, directed }] });
  expect(() => spectralImportance(one([["a", "b"]], true), "spectralRadius")).toThrow(
    /expected an undirected network/,
  );
  expect(() => spectralImportance(one([["a", "b"]]), "radius" as "spectralRadius")).toThrow(
    /measure: expected spectralRadius/,
  );
  expect(() => spectralImportance(one([["a", "b", -1]]), "spectralRadius")).toThrow(
    /expected weights and factors of 0 or more, got -1/,
  );
});
