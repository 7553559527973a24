import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { epidemicThreshold } from "../spectral-measures.ts";
import type { MultilayerNetwork } from "../multilayer.ts";
import { readEdgeList } from "./edge-list.ts";
import { readGraphml } from "./graphml.ts";
import { readMultinet } from "./multinet.ts";
import { readExtendedEdges, readMultiplexEdges, readMuxViz } from "./muxviz.ts";
import { readPymnet } from "./pymnet.ts";

/** A network as text: layers with nodes and links, then links between layers. */
function show(network: MultilayerNetwork): string[] {
  const inside = network.layers.map(
    (l) =>
      `${l.name}${l.directed ? " directed" : ""} [${l.nodes.join(" ")}]: ${Array.from(l.from, (i, e) => `${l.nodes[i]}-${l.nodes[l.to[e]!]}:${l.weights[e]}`).join(" ")}`,
  );
  const between = network.between.map((b) => {
    const [s, t] = [network.layers[b.source], network.layers[b.target]];
    return `${s!.name}~${t!.name}: ${Array.from(b.from, (i, e) => `${s!.nodes[i]}-${t!.nodes[b.to[e]!]}:${b.weights[e]}`).join(" ")}`;
  });
  return [...inside, ...between];
}

describe("readMuxViz", () => {
  const files: Record<string, string> = {
    "a.edges": "1 2 0.5\n# a comment\n2 3\n",
    "b.edges": "1 3 2\n",
    "layout.txt": 'nodeID nodeLabel nodeX nodeY\n1 Ann 0 0\n2 "Bob B" 1 0.5\n3 Cy 2 1\n4 Dee 3 1\n',
  };
  const read = (path: string): string => files[path] ?? "";
  it("reads config, edge lists and layouts; isolated nodes stay", async () => {
    const network = await readMuxViz("a.edges;email;layout.txt\nb.edges;chat;layout.txt\n", read);
    expect(show(network)).toEqual([
      "email [1 2 3 4]: 1-2:0.5 2-3:1",
      "chat [1 2 3 4]: 1-3:2",
      "email~chat: 1-1:1 2-2:1 3-3:1 4-4:1",
    ]);
    expect(network.nodeInfo.get("2")).toEqual({ label: "Bob B", x: 1, y: 0.5 });
  });
  it("names file and line", async () => {
    await expect(readMuxViz("a.edges\n", read)).rejects.toThrow(
      'config:1: expected path;label;layout, got "a.edges"',
    );
    files["bad.edges"] = "1 2\n1 2 x\n";
    await expect(readMuxViz("bad.edges;x;\n", read)).rejects.toThrow(
      'bad.edges:2: expected a number for the weight, got "x"',
    );
    files["far.edges"] = "1 9\n";
    await expect(readMuxViz("far.edges;x;layout.txt\n", read)).rejects.toThrow(
      'far.edges:1: expected nodes that the layout names, got "9"',
    );
    files["short.txt"] = "nodeID nodeLabel nodeX\n1 Ann\n";
    await expect(readMuxViz("a.edges;x;short.txt\n", read)).rejects.toThrow(
      "short.txt:2: expected 3 fields (nodeID nodeLabel nodeX), got 2",
    );
  });
  it("reads multiplex edges with the layer in front, and extended lists", () => {
    const multiplex = readMultiplexEdges("1 a b 2\n2 a b\n2 b c 3\n", {
      layerInfo: "layerID layerLabel\n1 lunch\n2 work\n",
    });
    expect(show(multiplex)).toEqual([
      "lunch [a b]: a-b:2",
      "work [a b c]: a-b:1 b-c:3",
      "lunch~work: a-a:1 b-b:1",
    ]);
    expect(() => readMultiplexEdges("1 a\n", { where: "x.edges" })).toThrow(
      "x.edges:1: expected layer i j [weight], got 2 fields",
    );
    expect(() =>
      readMultiplexEdges("3 a b\n", { layerInfo: "layerID layerLabel\n1 lunch\n" }),
    ).toThrow('edges:1: expected a layer out of 1, got "3"');
    const extended = readExtendedEdges("1 A 2 A 2\n1 A 7 B 0.5\n7 B 8 B\n");
    expect(show(extended)).toEqual(["A [1 2]: 1-2:2", "B [7 8]: 7-8:1", "A~B: 1-7:0.5"]);
    expect(() => readExtendedEdges("1 A 2\n")).toThrow(
      "extended edges:1: expected i layer_i j layer_j [weight], got 3 fields",
    );
  });
});

describe("readPymnet", () => {
  it("reads both line forms", () => {
    expect(show(readPymnet("x a b 2\nx b c\ny a b\n"))).toEqual([
      "x [a b c]: a-b:2 b-c:1",
      "y [a b]: a-b:1",
      "x~y: a-a:1 b-b:1",
    ]);
    expect(show(readPymnet("a b x x 2\na a x y 0.25\n"))).toEqual([
      "x [a b]: a-b:2",
      "y [a]: ",
      "x~y: a-a:0.25",
    ]);
    expect(() => readPymnet("x a\n")).toThrow(
      "pymnet edges:1: expected layer node node [weight], or node node layer layer weight, got 2 fields",
    );
  });
});

describe("readMultinet", () => {
  it("reads the multiplex format with layers, vertices and a weight attribute", () => {
    const text = [
      "-- florentine",
      "#VERSION 3.0",
      "#TYPE multiplex",
      "#LAYERS",
      "marriage,UNDIRECTED",
      "business,DIRECTED,LOOPS",
      "#EDGE ATTRIBUTES",
      "weight,NUMERIC",
      "#VERTICES",
      "Pucci,marriage",
      "#EDGES",
      "Medici,Strozzi,marriage,2",
      "Medici,Pazzi,business,0.5",
    ].join("\n");
    expect(show(readMultinet(text))).toEqual([
      "marriage [Pucci Medici Strozzi]: Medici-Strozzi:2",
      "business directed [Medici Pazzi]: Medici-Pazzi:0.5",
      "marriage~business: Medici-Medici:1",
    ]);
  });
  it("reads bare edges and the multilayer format", () => {
    expect(show(readMultinet("A1,A2,L1\nA1,A3,L1\nA4,A2,L2\n", { coupling: "none" }))).toEqual([
      "L1 [A1 A2 A3]: A1-A2:1 A1-A3:1",
      "L2 [A4 A2]: A4-A2:1",
    ]);
    expect(
      show(
        readMultinet(
          "#TYPE multilayer\n#LAYERS\nL1,L1,UNDIRECTED\nL2,L2,UNDIRECTED\nL1,L2,UNDIRECTED\n#EDGES\nA,L1,B,L1\nA,L1,C,L2\n",
        ),
      ),
    ).toEqual(["L1 [A B]: A-B:1", "L2 [C]: ", "L1~L2: A-C:1"]);
  });
  it("names the line", () => {
    expect(() => readMultinet("#TYPE multiples\n")).toThrow(
      'multinet:1: expected type multiplex or multilayer, got "multiples"',
    );
    expect(() => readMultinet("#EDGE\nA,B,C\n")).toThrow("multinet:1: expected a section out of");
    expect(() => readMultinet("A,B,L\nA,B\n")).toThrow(
      'multinet:2: expected ACTOR,ACTOR,LAYER, got "A,B"',
    );
    expect(() => readMultinet("#LAYERS\nL1,SIDEWAYS\n")).toThrow(
      "multinet:2: expected LAYER,DIRECTED or LAYER,UNDIRECTED",
    );
  });
});

describe("readEdgeList", () => {
  it("reads CSV with a header in any order, quotes, TSV and plain columns", () => {
    expect(show(readEdgeList('kind,target,source,w\npipe,"b, 2",a,3\n'))).toEqual([
      "layer [a b, 2]: a-b, 2:3",
    ]);
    expect(show(readEdgeList("8 6\n8 7\n", { layer: "power" }))).toEqual([
      "power [8 6 7]: 8-6:1 8-7:1",
    ]);
    expect(show(readEdgeList("from;to;layer\na;b;x\na;c;y\n", { directed: true }))).toEqual([
      "x directed [a b]: a-b:1",
      "y directed [a c]: a-c:1",
    ]);
    expect(() => readEdgeList("from,to,weight\na,b,many\n", { where: "e.csv" })).toThrow(
      'e.csv:2: expected a number for the weight, got "many"',
    );
    expect(() => readEdgeList("a b\nc\n")).toThrow('edge list:2: expected two nodes, got "c"');
    expect(() => readEdgeList("")).toThrow("an empty file");
  });
});

describe("readGraphml", () => {
  const graphml = (inner: string): string =>
    `<?xml version="1.0"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n${inner}\n</graphml>`;
  it("takes layers from nodes, edges, or graphs", async () => {
    const keys =
      '<key id="d0" for="node" attr.name="layer"/><key id="d1" for="edge" attr.name="weight"><default>2</default></key><key id="d2" for="node" attr.name="name"/>';
    const node = (id: string, layer: string, name: string): string =>
      `<node id="${id}"><data key="d0">${layer}</data><data key="d2">${name}</data></node>`;
    const byNode = graphml(
      `${keys}<graph edgedefault="undirected">${node("n0", "A", "x")}${node("n1", "A", "y")}${node("n2", "B", "x")}<edge source="n0" target="n1"/><edge source="n0" target="n2"><data key="d1">0.5</data></edge></graph>`,
    );
    expect(show(await readGraphml(byNode))).toEqual(["A [x y]: x-y:2", "B [x]: ", "A~B: x-x:0.5"]);
    const byEdge = graphml(
      '<key id="l" for="edge" attr.name="layer"/><graph edgedefault="directed"><node id="x"/><node id="y"/><edge source="x" target="y"><data key="l">mail</data></edge><edge source="y" target="x"><data key="l">chat</data></edge></graph>',
    );
    expect(show(await readGraphml(byEdge, { coupling: "none" }))).toEqual([
      "mail directed [x y]: x-y:1",
      "chat directed [y x]: y-x:1",
    ]);
    const plain = graphml(
      '<graph id="g" edgedefault="undirected"><node id="x"/><node id="y"/><node id="z"/><edge source="x" target="y"/></graph>',
    );
    expect(show(await readGraphml(plain))).toEqual(["g [x y z]: x-y:1"]);
  });
  it("names the line", async () => {
    await expect(
      readGraphml(graphml('<graph>\n<node id="x"/>\n<edge source="x" target="q"/></graph>')),
    ).rejects.toThrow('graphml:5: expected edges between nodes of the graph, got "q"');
    await expect(readGraphml(graphml("<graph>\n<hyperedge/></graph>"))).rejects.toThrow(
      "graphml:4: expected nodes and edges, got <hyperedge>. Hyperedges are not supported.",
    );
    await expect(readGraphml("<graphml>\n<graph></graphml>")).rejects.toThrow(
      "graphml:2: expected well-formed XML",
    );
  });
});

const data = new URL("../../../../../../shared/data/networks/", import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, data), "utf8");
describe.skipIf(!existsSync(new URL("CS-Aarhus_multiplex.edges", data)))(
  "shared/data/networks",
  () => {
    it("reads CS-Aarhus: 61 people, 620 links in 5 layers", () => {
      const network = readMultiplexEdges(text("CS-Aarhus_multiplex.edges"), {
        layout: text("CS-Aarhus_nodes.txt"),
        layerInfo: text("CS-Aarhus_layers.txt"),
      });
      expect(network.layers.map((l) => [l.name, l.from.length])).toEqual([
        ["lunch", 193],
        ["facebook", 124],
        ["coauthor", 21],
        ["leisure", 88],
        ["work", 194],
      ]);
      expect([network.nodes.length, network.size]).toEqual([61, 305]);
      expect(epidemicThreshold(network).spectralRadius).toBeGreaterThan(10);
    });
    it("reads the water and power networks", () => {
      const water = readEdgeList(text("ky4.edges.csv"));
      // 21 of the 1,158 pipes lie beside another: one link each, as in NetworkX's read_edgelist.
      expect([water.size, water.layers[0]!.from.length]).toEqual([964, 1137]);
      expect(readEdgeList(text("western_us_power.edges")).size).toBe(4941);
      const london = readMultiplexEdges(text("london_transport_multiplex.edges"), {
        layout: text("london_transport_nodes.txt"),
      });
      expect([london.nodes.length, london.layers.reduce((s, l) => s + l.from.length, 0)]).toEqual([
        369, 441,
      ]);
    });
  },
);
