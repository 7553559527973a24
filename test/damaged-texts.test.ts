/**
 * What comes from outside, damaged in every way that is cheap to try: a reader gives a result or an error that names the place, never a
 * TypeError about its own insides.
 */
import { CoupletError } from "couplet";
import { readImages } from "couplet/images";
import { parseRelation, parseSchema } from "couplet/table";
import { domains } from "couplet-systems";
import { readSbml } from "couplet-systems/kinetics";
import {
  readEdgeList,
  readExtendedEdges,
  readGraphml,
  readLayerInfo,
  readLayout,
  readMultinet,
  readMultiplexEdges,
  readMuxViz,
  readPymnet,
} from "couplet-systems/networks";
import { formatWannier90, readWannier90 } from "couplet-systems/topology";
import { describe, expect, it } from "vitest";

type Read = (text: string) => unknown;

const hamiltonian = [
  "comment",
  "1 !num_wann",
  "3",
  "1 1 1",
  "-1 0 0 1 1 -1.0 0.0",
  " 0 0 0 1 1 0.5 0.0",
  " 1 0 0 1 1 -1.0 0.0",
  "",
].join("\n");
const math = '<math xmlns="http://www.w3.org/1998/Math/MathML">';
const sbml = [
  '<?xml version="1.0"?>',
  '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">',
  '<model id="m"><listOfCompartments><compartment id="c" size="2" constant="true"/></listOfCompartments>',
  '<listOfSpecies><species id="A" compartment="c" initialConcentration="3" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/></listOfSpecies>',
  '<listOfParameters><parameter id="k" value="0.5" constant="true"/></listOfParameters>',
  `<listOfInitialAssignments><initialAssignment symbol="A">${math}<apply><plus/><ci>k</ci><cn>1</cn></apply></math></initialAssignment></listOfInitialAssignments>`,
  '<listOfReactions><reaction id="r" reversible="false"><listOfReactants><speciesReference species="A" stoichiometry="1" constant="true"/></listOfReactants>',
  `<kineticLaw>${math}<apply><times/><ci>k</ci><piecewise><piece><ci>A</ci><apply><gt/><ci>A</ci><cn>0</cn></apply></piece><otherwise><cn>0</cn></otherwise></piecewise></apply></math></kineticLaw></reaction></listOfReactions>`,
  "</model></sbml>",
].join("\n");
const graphml = [
  '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
  '<key id="w" for="edge" attr.name="weight" attr.type="double"/>',
  '<graph edgedefault="undirected"><node id="a"/><node id="b"/>',
  '<edge source="a" target="b"><data key="w">2</data></edge></graph></graphml>',
].join("\n");
const multinet =
  "#VERSION 3.0\n#TYPE multilayer\n#LAYERS\nL1,L1,UNDIRECTED\nL1,L2,UNDIRECTED\n#EDGE ATTRIBUTES\nweight,NUMERIC\n#EDGES\nA,L1,B,L1,2\nA,L1,C,L2,1\n";
const muxviz = (config: string, edges: string): unknown =>
  readMuxViz(config, (file) =>
    file === "layout.txt" ? "nodeID nodeLabel\n1 Ann\n2 Bob\n" : edges,
  );

const readers: readonly (readonly [name: string, valid: string, read: Read])[] = [
  ["readWannier90", hamiltonian, (text) => formatWannier90(readWannier90(text))],
  ["readSbml", sbml, (text) => readSbml(text)],
  ["readGraphml", graphml, (text) => readGraphml(text)],
  ["readMultinet", multinet, (text) => readMultinet(text)],
  ["readPymnet", "x a b 2\nx b c\ny a b\n", (text) => readPymnet(text)],
  ["readEdgeList", 'kind,target,source,w\npipe,"b, 2",a,3\nwire,b,c,1\n', (t) => readEdgeList(t)],
  ["readMultiplexEdges", "1 a b 2\n2 a b\n", (text) => readMultiplexEdges(text)],
  ["readExtendedEdges", "1 1 2 1 0.5\n2 1 2 2 1\n", (text) => readExtendedEdges(text)],
  ["readLayerInfo", "layerID layerLabel\n1 lunch\n2 work\n", (text) => readLayerInfo(text)],
  [
    "readLayout",
    "nodeID nodeLabel nodeX nodeY\n1 Ann 0 0\n2 Bob 1 2\n",
    (text) => readLayout(text),
  ],
  ["readMuxViz, its config", "a.edges;email;layout.txt\n", (text) => muxviz(text, "1 2 0.5\n")],
  ["readMuxViz, its edges", "1 2 0.5\n2 1\n", (text) => muxviz("a.edges;x;layout.txt\n", text)],
];

/** Cut anywhere, without a line, with another word in a word's place. */
function* damaged(text: string): Generator<string> {
  const step = Math.max(1, Math.floor(text.length / 150));
  for (let end = 0; end < text.length; end += step) yield text.slice(0, end);
  const lines = text.split("\n");
  for (const k of lines.keys()) yield lines.filter((_, i) => i !== k).join("\n");
  for (const { index, 0: word } of text.matchAll(/[\w.+-]+/g))
    for (const other of ["", "x", "-1", "0", "1e999", "NaN", "99999999", '"'])
      yield text.slice(0, index) + other + text.slice(index + word.length);
}

async function outcome(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof CoupletError && error.code !== "INTERNAL") return undefined;
    if ((error as Error).name === "AbortError") return undefined;
    return String((error as Error).stack)
      .split("\n")
      .slice(0, 3)
      .join(" ");
  }
}

describe("a damaged text", () => {
  it.each(readers)("%s reads it or says what is wrong", async (_name, valid, read) => {
    await read(valid);
    const faults = new Set<string>();
    let tried = 0;
    for (const text of damaged(valid)) {
      tried++;
      const fault = await outcome(() => read(text));
      if (fault !== undefined) faults.add(`${fault} <- ${JSON.stringify(text.slice(-60))}`);
    }
    expect([...faults].slice(0, 5)).toEqual([]);
    expect(tried).toBeGreaterThan(20);
  });
});

describe("damaged bytes of images", () => {
  const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 3, 4);
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 1), }";
  const npy = Uint8Array.from([
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    ...Uint8Array.of(1, 0, header.length, 0),
    ...new TextEncoder().encode(header),
    ...Uint8Array.of(1, 2, 3, 4),
  ]);
  it.each([
    ["idx", idx],
    ["npy", npy],
  ])("%s: every length and every byte", async (_name, bytes) => {
    expect((await readImages(bytes)).count).toBe(2);
    const faults = new Set<string>();
    const check = async (changed: Uint8Array) => {
      const fault = await outcome(() => readImages(changed));
      if (fault !== undefined) faults.add(fault);
    };
    for (let end = 0; end < bytes.length; end++) await check(bytes.slice(0, end));
    for (const k of bytes.keys())
      for (const value of [0, 1, 127, 255]) await check(bytes.with(k, value));
    expect([...faults].slice(0, 5)).toEqual([]);
  });
});

const HOSTILE = [undefined, null, [], {}, "", "x", 0, -1, 1e300, [[]], true];

function* pathsOf(value: unknown, at: readonly string[] = []): Generator<readonly string[]> {
  yield at;
  if (typeof value === "object" && value !== null)
    for (const key of Object.keys(value).slice(0, 6))
      yield* pathsOf((value as Record<string, unknown>)[key], [...at, key]);
}

/** The value with another at a path; without it where that is undefined. */
function changed(value: unknown, path: readonly string[], other: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return other;
  const entries = Object.entries(value as object).flatMap(([name, part]): [string, unknown][] => {
    if (name !== key) return [[name, part]];
    const next = changed(part, rest, other);
    return next === undefined ? [] : [[name, next]];
  });
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

/** Every `stride`-th of all changes: the offset makes all hostile values meet all kinds of places. */
function* changes(value: unknown, stride: number): Generator<unknown> {
  let k = 0;
  for (const path of pathsOf(value))
    for (const other of HOSTILE) if (k++ % stride === 0) yield changed(value, path, other);
}

describe("a damaged problem", () => {
  it.each(domains.map((domain) => [domain.name, domain] as const))(
    "of %s is refused with its path",
    async (_name, domain) => {
      const faults = new Set<string>();
      let tried = 0;
      for (const value of changes(domain.example, 3)) {
        tried++;
        const fault = await outcome(() =>
          domain.solve(value, "problem.json", { signal: AbortSignal.abort() }),
        );
        if (fault !== undefined) faults.add(fault);
      }
      expect([...faults].slice(0, 5)).toEqual([]);
      expect(tried).toBeGreaterThan(30);
    },
  );
});

describe("a damaged schema", () => {
  const schema = {
    version: 1,
    missingValues: ["", "NA"],
    columns: [
      { name: "a", type: "number", storage: "text", transform: "quantile", decimals: 2 },
      { name: "b", type: "integer", storage: "text", transform: "standard", lower: 0, upper: 9 },
      { name: "c", type: "category", storage: "text", values: ["x", "y"], missing: true },
      {
        name: "d",
        type: "date",
        storage: "text",
        format: "YYYY-MM-DD",
        unit: "day",
        transform: "standard",
      },
      { name: "e", type: "constant", storage: "number", value: 5 },
    ],
    relations: [{ kind: "order", low: ["a"], high: "b" }],
  };
  it("is refused with its path", async () => {
    expect(parseSchema(schema).columns).toHaveLength(5);
    const faults = new Set<string>();
    for (const value of changes(schema, 1)) {
      const fault = await outcome(() => parseSchema(value));
      if (fault !== undefined) faults.add(fault);
    }
    for (const value of changes(schema.relations[0], 1)) {
      const fault = await outcome(() => parseRelation(value, "relations[0]"));
      if (fault !== undefined) faults.add(fault);
    }
    expect([...faults].slice(0, 5)).toEqual([]);
  });
});
