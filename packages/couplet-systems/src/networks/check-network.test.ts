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
    ["layers that are missing", { layers: undefined }],
    ["layers that are no list", { layers: "a" }],
    ["a layer that is missing", { layers: [undefined] }],
    ["a layer without a name", { layers: [{ edges: layer.edges }] }],
    ["nodes that are no list", { layers: [{ ...layer, nodes: "12" }] }],
    ["a link that is missing", { layers: [{ name: "a", edges: [null] }] }],
    ["links between layers that are no list", { links: "a" }],
    ["a link between layers with one end", { links: [[["a", "1"]]] }],
    ["no coupling as null", { coupling: null }],
    ["a coupling without a kind", { coupling: {} }],
    ["a coupling by a matrix without one", { coupling: { kind: "matrix" } }],
    ["a key of the coupling", { coupling: { kind: "ordinal", wight: 2 } }],
  ])("refuses %s", (_, wrong) => {
    expect(() => multilayerNetwork({ layers: [layer], ...wrong } as MultilayerSpec)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(?:USAGE|DATA_INVALID)$/) }),
    );
  });

  it.each<[string, unknown, string]>([
    ["layers", {}, "layers: expected a list of layers, got none"],
    ["a network", undefined, "multilayerNetwork: expected a network"],
    ["a coupling", { layers: [layer], coupling: null }, "coupling: expected an object"],
  ])("names %s where it is missing", (_, spec, message) => {
    expect(() => multilayerNetwork(spec as MultilayerSpec)).toThrow(message);
  });
});
