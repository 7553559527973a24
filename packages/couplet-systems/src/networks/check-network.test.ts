import { describe, expect, it } from "vitest";
import { multilayerNetwork, type Edge, type MultilayerSpec } from "./multilayer.ts";

const layer = { name: "a", edges: [["1", "2"] as Edge] };

describe("what a network is built from", () => {
  it.each<[string, object]>([
    ["a key of the network", { linksDirectd: true }],
    ["a key of a layer", { layers: [{ ...layer, direcetd: true }] }],
    ["a layer without links", { layers: [{ name: "a", edgs: [] }] }],
    ["a link with one end", { layers: [{ name: "a", edges: [["1"]] }] }],
    ["a link of numbers", { layers: [{ name: "a", edges: [[1, 2]] }] }],
    ["a kind of coupling", { coupling: { kind: "categoricl" } }],
    ["a key of the coupling", { coupling: { kind: "ordinal", wight: 2 } }],
  ])("refuses %s", (_, wrong) => {
    expect(() => multilayerNetwork({ layers: [layer], ...wrong } as MultilayerSpec)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:USAGE|DATA_INVALID)$/) }),
    );
  });
});
