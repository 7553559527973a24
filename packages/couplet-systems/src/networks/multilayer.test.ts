import { describe, expect, it } from "vitest";
import { type InterlayerEdge, multilayerNetwork, withLinks } from "./multilayer.ts";

const layers = [
  { name: "power", nodes: ["a", "b", "c"], edges: [["a", "b", 2]] as const },
  { name: "water", edges: [["c", "d"]] as const, directed: true },
];
const links: readonly InterlayerEdge[] = [
  [
    ["water", "c"],
    ["power", "a"],
  ],
  [["power", "a"], ["water", "c"], 3],
];

describe("withLinks", () => {
  it("gives the network that is built with the links at once", () => {
    const { indexOf, at, order, ...built } = multilayerNetwork({ layers, links });
    const plain = multilayerNetwork({ layers });
    const { indexOf: _, at: placeOf, order: own, ...added } = withLinks(plain, links);
    expect(added).toEqual(built);
    for (let i = 0; i < built.size; i++) expect(placeOf(i)).toEqual(at(i));
    expect(own.size).toBe(order.size);
    expect(indexOf("water", "d")).toBe(4);
    // the pieces of the first network are used again
    expect(added.layers).toBe(plain.layers);
    expect(added.warnings).toHaveLength(1);
  });

  it("names a link to a node that its layer has not", () => {
    const wrong: InterlayerEdge = [
      ["power", "d"],
      ["water", "c"],
    ];
    expect(() => withLinks(multilayerNetwork({ layers }), [wrong])).toThrow(
      /links\[0\]: expected a node of layer "power", got "d"/,
    );
  });
});
