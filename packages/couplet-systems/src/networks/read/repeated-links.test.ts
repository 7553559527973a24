import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toDense } from "../../linear-algebra/matrix/convert.ts";
import { multilayerNetwork, type MultilayerNetwork } from "../multilayer.ts";
import { supraAdjacency, supraLaplacian } from "../supra-matrices.ts";
import { readEdgeList } from "./edge-list.ts";
import { readGraphml } from "./graphml.ts";
import { readMultinet } from "./multinet.ts";
import { readExtendedEdges, readMultiplexEdges, readMuxViz } from "./muxviz.ts";
import { readPymnet } from "./pymnet.ts";
import { mergeRepeated } from "./repeated-links.ts";

type GoldenLink = readonly [from: string, to: string, weight: number, directed: boolean];

/** Written by tools/oracle/repeated_links.py with multinet (uunet), pymnet and NetworkX themselves. */
const golden = JSON.parse(
  readFileSync(new URL("../golden/repeated-links.json", import.meta.url), "utf8"),
) as {
  multinet: Record<string, { text: string; links?: GoldenLink[]; error?: true }>;
  pymnet: Record<string, { text: string; directed: boolean; nodes: string[]; links: GoldenLink[] }>;
  graphml: Record<string, { text: string; edges?: number; adjacency?: number[][]; error?: true }>;
  edges: Record<string, { text: string; directed: boolean; links: GoldenLink[] }>;
};

const byEnds = (a: GoldenLink, b: GoldenLink): number =>
  JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;

/** The links of a network as the golden file has them. */
function linksOf(network: MultilayerNetwork): GoldenLink[] {
  const links: GoldenLink[] = [];
  const add = (a: string, b: string, weight: number, directed: boolean): void => {
    const [from, to] = directed || a < b ? [a, b] : [b, a];
    links.push([from, to, weight, directed]);
  };
  for (const { name, nodes, from, to, weights, directed } of network.layers)
    from.forEach((i, e) =>
      add(`${name}/${nodes[i]}`, `${name}/${nodes[to[e]!]}`, weights[e]!, directed),
    );
  for (const { source, target, from, to, weights, directed } of network.between) {
    const [first, second] = [network.layers[source]!, network.layers[target]!];
    from.forEach((i, e) =>
      add(
        `${first.name}/${first.nodes[i]}`,
        `${second.name}/${second.nodes[to[e]!]}`,
        weights[e]!,
        directed,
      ),
    );
  }
  return links.sort(byEnds);
}

const adjacencyOf = (network: MultilayerNetwork): number[][] => {
  const { values, rows, cols } = toDense(supraAdjacency(network));
  return Array.from({ length: rows }, (_, i) =>
    Array.from(values.subarray(i * cols, (i + 1) * cols)),
  );
};

describe("links that a file lists more than once", () => {
  it.each(Object.entries(golden.multinet))(
    "multinet, %s: as multinet itself",
    (_, { text, links }) => {
      if (links === undefined) expect(() => readMultinet(text)).toThrow(/^multinet:\d+: expected/);
      else expect(linksOf(readMultinet(text, { coupling: "none" }))).toEqual(links.sort(byEnds));
    },
  );

  it.each(Object.entries(golden.pymnet))(
    "pymnet, %s: as pymnet itself",
    (_, { text, directed, nodes, links }) => {
      const network = readPymnet(text, { directed, coupling: "none" });
      expect(linksOf(network)).toEqual(links.sort(byEnds));
      expect([...network.nodes].sort()).toEqual(nodes);
    },
  );

  it.each(Object.entries(golden.graphml))(
    "GraphML, %s: as NetworkX",
    async (_, { text, edges, adjacency }) => {
      if (adjacency === undefined) {
        await expect(readGraphml(text)).rejects.toThrow(/edges, by the graph's edgedefault/);
        return;
      }
      const network = await readGraphml(text);
      expect(network.layers[0]!.from.length).toBe(edges);
      expect(adjacencyOf(network)).toEqual(adjacency);
    },
  );

  it.each(Object.entries(golden.edges))(
    "edge lists, %s: as NetworkX",
    (_, { text, directed, links }) => {
      expect(linksOf(readEdgeList(text, { directed }))).toEqual(links.sort(byEnds));
    },
  );

  it("muxViz: one direction adds up, two directions are averaged", async () => {
    // M = [[0, 5], [3, 0]] from 2 + 3 and 3; (M + M^T) / 2 has 4
    const lines = ["1 2 2", "1 2 3", "2 1 3", "3 2 7"];
    const network = await readMuxViz("a.edges;a;\n", () => lines.join("\n"));
    expect(linksOf(network)).toEqual([
      ["a/1", "a/2", 4, false],
      ["a/2", "a/3", 7, false],
    ]);
    expect(linksOf(readMultiplexEdges(lines.map((line) => `a ${line}`).join("\n")))).toEqual(
      linksOf(network),
    );
    const extended = lines.map((line) => line.replace(/^(.) (.)/, "$1 a $2 a")).join("\n");
    expect(linksOf(readExtendedEdges(extended))).toEqual(linksOf(network));
    expect(linksOf(readExtendedEdges(extended, { directed: true }))).toEqual([
      ["a/1", "a/2", 5, true],
      ["a/2", "a/1", 3, true],
      ["a/3", "a/2", 7, true],
    ]);
    expect(linksOf(readExtendedEdges("1 a 1 b 2\n1 b 1 a 4\n"))).toEqual([
      ["a/1", "b/1", 3, false],
    ]);
  });

  it("counts them and says so once for a file", async () => {
    const florence = golden.multinet["with weights"]!.text;
    expect(readMultinet(florence, { where: "florence.mpx" }).warnings).toEqual([
      "florence.mpx: 1 link is listed more than once, 1 of them in both directions; as in multinet each is one link, with the last weight",
    ]);
    const twoLayers = readEdgeList("from,to,layer\na,b,x\na,b,x\nb,c,x\na,b,y\nb,a,y\n");
    expect(twoLayers.warnings).toEqual([
      "edge list: 2 links are listed more than once, 1 of them in both directions; each is one link, with the last weight",
    ]);
    expect(readMultiplexEdges("1 a b\n1 b a\n").warnings).toEqual([
      "edges: 1 link is listed more than once, 1 of them in both directions; as in muxViz the weights of one direction add up, and two directions are averaged",
    ]);
    expect(readPymnet("x a b 1\nx a b 2\nx a a 3\n").warnings).toEqual([
      "pymnet edges: 1 link is listed more than once; as in pymnet each is one link, with the last weight",
      "pymnet edges: 1 line links a node to itself; skipped, as in pymnet",
    ]);
    expect((await readGraphml(golden.graphml["two ids"]!.text)).warnings).toEqual([
      'layer "layer": 1 link is parallel to another one; their weights add up',
    ]);
    expect((await readGraphml(golden.graphml["one id twice"]!.text)).warnings).toEqual([
      "graphml: 1 edge repeats the id of another between the same nodes; each id is one edge, with the last weight",
    ]);
    expect(readMultinet(golden.multinet["loop allowed"]!.text).warnings).toEqual([]);
  });

  it("a network from code keeps parallel links, which add up, and counts them", () => {
    const network = multilayerNetwork({
      layers: [
        {
          name: "x",
          edges: [
            ["a", "b", 2],
            ["b", "a", 3],
            ["b", "c"],
          ],
        },
        { name: "y", edges: [["a", "b"]] },
      ],
      links: [
        [
          ["x", "a"],
          ["y", "a"],
        ],
        [
          ["y", "a"],
          ["x", "a"],
        ],
      ],
    });
    expect(adjacencyOf(network)[1]).toEqual([5, 0, 1, 0, 0]);
    expect(network.warnings).toEqual([
      'layer "x": 1 link is parallel to another one; their weights add up',
      'links from layer "x" to "y": 1 link is parallel to another one; their weights add up',
    ]);
  });

  it("keeps the direction of each pair of layers", () => {
    const text =
      "#TYPE multilayer\n#LAYERS\nA,A,UNDIRECTED\nB,B,UNDIRECTED\nC,C,UNDIRECTED\nA,B,DIRECTED\nA,C,UNDIRECTED\n" +
      "#EDGES\nx,A,y,B\nx,A,z,C\n";
    // rows are targets: x -> y one way, x - z both ways
    expect(adjacencyOf(readMultinet(text))).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [1, 0, 0],
    ]);
  });

  it("refuses a layer with directed and undirected graphs", async () => {
    const graph = (id: string, kind: string): string =>
      `<graph id="${id}" edgedefault="${kind}"><node id="a"/><node id="b"/><edge source="a" target="b"/></graph>`;
    const text = (second: string): string =>
      `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n${graph("g", "directed")}\n${graph(second, "undirected")}</graphml>`;
    await expect(readGraphml(text("g"))).rejects.toThrow(
      'graphml:3: expected edges of one kind in layer "g", got directed and undirected graphs',
    );
    expect(
      (await readGraphml(text("h"), { coupling: "none" })).layers.map((l) => l.directed),
    ).toEqual([true, false]);
  });

  it("a listing of every link twice changes no spectrum of a simple graph", () => {
    const once = ["a b", "b c", "c a", "c d"];
    const both = once.flatMap((line) => [line, line.split(" ").reverse().join(" ")]);
    const laplacian = (text: string): number[] => [
      ...toDense(supraLaplacian(readEdgeList(text))).values,
    ];
    expect(laplacian(both.join("\n"))).toEqual(laplacian(once.join("\n")));
  });

  it("tells layers and nodes apart whatever their names are", () => {
    const { links, repeats } = mergeRepeated(
      [
        [
          ["a", "b c"],
          ["d", "e"],
        ],
        [
          ["a b", "c"],
          ["d", "e"],
        ],
      ],
      "last",
      false,
    );
    expect([links.length, repeats.links]).toEqual([2, 0]);
  });
});
