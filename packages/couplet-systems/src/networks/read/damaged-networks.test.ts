import { describe, expect, it } from "vitest";
import { readEdgeList } from "./edge-list.ts";
import { readGraphml } from "./graphml.ts";
import { readMultinet } from "./multinet.ts";
import { readPymnet } from "./pymnet.ts";

const links = (text: string): string[] => {
  const [layer] = readEdgeList(text).layers;
  return Array.from(
    layer!.from,
    (i, e) => `${layer!.nodes[i]} - ${layer!.nodes[layer!.to[e]!]}: ${layer!.weights[e]}`,
  );
};
const refused = (line: number): object => ({
  code: "FILE_INVALID",
  where: expect.stringMatching(new RegExp(`:${line}$`)),
});

describe("edge lists that other programs write", () => {
  it.each<[string, string[]]>([
    [
      "New York\tBoston\t2\nBoston\tLos Angeles\t1\n",
      ["New York - Boston: 2", "Boston - Los Angeles: 1"],
    ],
    ["source\ttarget\nSmith, J\tDoe; K\n", ["Smith, J - Doe; K: 1"]],
    ["from;to\na,b;c\n", ["a,b - c: 1"]],
    ["node 1\tnode 2\n", ["node 1 - node 2: 1"]],
    ['"Smith, J",Doe,2\n', ["Smith, J - Doe: 2"]],
  ])("cuts lines at the separator that they have: %j", (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it.each<[string, string, number]>([
    ["decimal commas, or commas between fields", "a;b;0,5\nb;c;1,5\n", 1],
    ["a tab, or blanks", "a b\t3\n", 1],
    ["a header of words unknown", "person1,person2\n1,2\n2,3\n", 1],
    ["a line without its weight", "from,to,weight\n1,2,3\n2,3\n", 3],
    ["a line without the weight of the first", "1 2 3\n2 3\n", 2],
    ["a field too many", "from,to\n1,2,9\n", 2],
    ["four columns without a header", "1,2,3,4\n", 1],
    ["two columns of one kind", "source,from,to\n1,2,9\n", 1],
    ["a link without its layer", "from,to,layer\n1,2,\n", 2],
    ["hexadecimal weights", "1 2 0x10\n", 1],
    ["quotes that nothing closes", '"a b\nc d\n', 1],
    ["pages", "<!DOCTYPE html>\n<html><body>x y</body></html>\n", 1],
    ["comments of other programs", "// x\n1 2\n", 1],
  ])("refuses %s", (_, text, line) => {
    expect(() => readEdgeList(text)).toThrow(expect.objectContaining(refused(line)));
  });

  it("names the columns that it leaves out", () => {
    expect(readEdgeList("Source,Target,Type,value\n1,2,Directed,3\n").warnings).toEqual([
      "edge list: the network leaves out the columns Type, value",
    ]);
  });
});

describe("multinet and pymnet files", () => {
  it.each<[string, string, number]>([
    ["values of attributes that the file does not name", "#EDGES\na,b,l1,2\n", 2],
    ["actors without a name", "#EDGES\na,,l1\n", 2],
  ])("multinet: refuses %s, as uunet does", (_, text, line) => {
    expect(() => readMultinet(text)).toThrow(expect.objectContaining(refused(line)));
  });
  it("pymnet: refuses quotes that nothing closes", () => {
    expect(() => readPymnet('x "a b\n')).toThrow(expect.objectContaining(refused(1)));
  });
});

describe("GraphML", () => {
  const graph = (edge: string, attributes = 'edgedefault="undirected"', node = '<node id="a"/>') =>
    `<graphml><key id="w" for="edge" attr.name="weight"/>\n<graph ${attributes}>\n${node}<node id="b"/>\n${edge}</graph></graphml>`;
  const edge = (data: string, more = ""): string =>
    `<edge source="a" target="b"${more}>${data}</edge>`;
  it.each<[string, string, number]>([
    ["a direction that GraphML does not have", graph(edge(""), 'edgedefault="Directed"'), 2],
    ["a directed edge of an undirected graph", graph(edge("", ' directed="1"')), 4],
    ["an edge with an unknown direction", graph(edge("", ' directed="yes"')), 4],
    ["two weights of an edge", graph(edge('<data key="w">1</data><data key="w">2</data>')), 4],
    ["an empty weight", graph(edge('<data key="w"/>')), 4],
    ["a hexadecimal weight", graph(edge('<data key="w">0x1F</data>')), 4],
    ["ports of edges", graph(edge("", ' sourceport="p"')), 4],
    ["ports of nodes", graph(edge(""), undefined, '<node id="a"><port name="p"/></node>'), 3],
    [
      "a key twice",
      graph("").replace("<graph ", '<key id="w" for="edge" attr.name="c"/><graph '),
      2,
    ],
  ])("refuses %s", async (_, text, line) => {
    await expect(readGraphml(text)).rejects.toMatchObject(refused(line));
  });
  it("refuses a weight that no edge has", async () => {
    const text = graph(edge('<data key="w">3</data>'));
    await expect(readGraphml(text, { weight: "cost" })).rejects.toThrow(
      'expected edges with data "cost", got none',
    );
    expect((await readGraphml(text, { weight: "weight" })).layers[0]!.weights[0]).toBe(3);
  });
});
