/** Problem files: what they refuse, and that running one gives the numbers of the references. */
import { describe, expect, it } from "vitest";
import { CoupletError } from "couplet/kit";
import { valuesOf } from "../src/problem/fields.ts";
import { parseCurieProblem } from "../src/magnets/curie/problem.ts";
import { runCurieProblem } from "../src/magnets/curie/run.ts";
import { compileFormula } from "../src/formula/compile-formula.ts";
import { parseJsonText } from "../src/problem/json-text.ts";
import { kineticsExample, parseKineticsProblem } from "../src/kinetics/problem/problem.ts";
import { runKineticsProblem } from "../src/kinetics/problem/run.ts";
import { magnetsExample, parseMagnetsProblem } from "../src/magnets/problem/problem.ts";
import { runMagnetsProblem } from "../src/magnets/problem/run.ts";
import { multiphysicsExample } from "../src/multiphysics/problem/example.ts";
import { parseMultiphysicsProblem } from "../src/multiphysics/problem/problem.ts";
import { runMultiphysicsProblem } from "../src/multiphysics/problem/run.ts";
import { networksExample, parseNetworksProblem } from "../src/networks/problem/problem.ts";
import { guessFormat } from "../src/networks/problem/read.ts";
import { runNetworksProblem } from "../src/networks/problem/run.ts";
import { setPath } from "../src/problem/set-path.ts";
import { parseTopologyProblem, topologyExample } from "../src/topology/problem/problem.ts";
import { runTopologyProblem } from "../src/topology/problem/run.ts";

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof CoupletError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "no error";
};

describe("examples", () => {
  it.each([
    ["multiphysics", parseMultiphysicsProblem, multiphysicsExample],
    ["magnets", parseMagnetsProblem, magnetsExample],
    ["topology", parseTopologyProblem, topologyExample],
    ["networks", parseNetworksProblem, networksExample],
    ["kinetics", parseKineticsProblem, kineticsExample],
  ] as const)("%s passes its own schema unchanged, through JSON", (_, parse, example) => {
    expect(parse(JSON.parse(JSON.stringify(example)) as unknown)).toEqual(example);
  });
});

describe("refusals", () => {
  const film = { spin: "ising", lattice: "square", exchange: 1 };
  it.each([
    [
      "not an object",
      () => parseMagnetsProblem([1]),
      /SPEC_INVALID problem: expected an object, got \[1\]/,
    ],
    ["a missing key", () => parseMagnetsProblem({}), /SPEC_INVALID problem: missing key "stack"/],
    [
      "a range that ends nowhere",
      () =>
        parseMagnetsProblem({
          stack: { layers: [film] },
          sweep: { path: "a", values: { from: 0, to: 1 } },
        }),
      /problem\.sweep\.values: missing key "points"/,
    ],
    [
      "infinity",
      () => parseMagnetsProblem({ stack: { layers: [{ ...film, exchange: Infinity }] } }),
      /problem\.stack\.layers\[0\]\.exchange/,
    ],
    [
      "matrix and stack",
      () => parseCurieProblem({ matrix: [[1]], stack: { layers: [film] } }),
      /expected one of "matrix" and "stack", got both/,
    ],
    ["neither", () => parseCurieProblem({}), /expected one of "matrix" and "stack", got neither/],
    [
      "Monte Carlo without a lattice",
      () => parseCurieProblem({ matrix: [[1]], monteCarlo: {} }),
      /expected "stack" for Monte Carlo/,
    ],
    [
      "layers and files",
      () => parseNetworksProblem({ layers: [{ name: "a", edges: [] }], files: [{ file: "b" }] }),
      /expected one of "layers" and "files", got both/,
    ],
    [
      "an odd matrix",
      () =>
        parseTopologyProblem({
          model: { kind: "hoppings", axes: 4, onSite: [[1]], hoppings: [] },
          occupied: 2,
        }),
      /problem\.model\.axes/,
    ],
    [
      "several at once",
      () =>
        parseTopologyProblem({
          model: { kind: "kaneMele", hopping: "a", spinOrbit: "b", rashba: 0, staggered: 0 },
          occupied: 2,
        }),
      /hopping: expected a number, got "a"\. Also problem\.model\.spinOrbit: expected a number, got "b"/,
    ],
  ])("%s", (_, work, says) => expect(messageOf(work)).toMatch(says));

  it.each([
    ['{\n "a": 1,\n}', /^FILE_INVALID x\.json:3:1: expected a key in double quotes, got "}"/],
    ['{"a": [1, 2', /x\.json:1:12: expected "," or "\]", got the end of the file/],
    ['{"a": 1 "b": 2}', /x\.json:1:9: expected "," or "}", got ""b""/],
    ['{"a" 1}', /x\.json:1:6: expected ":", got "1"/],
    ["[1, NaN]", /x\.json:1:5: expected a value, got "NaN"/],
    ["[1, 'a']", /x\.json:1:5: expected a value, got "'a'"/],
    ['["a\nb"]', /x\.json:1:2: expected text that ends on its line/],
    ["[01]", /x\.json:1:3: expected "," or "\]", got "1"/],
    ["{} x", /x\.json:1:4: expected the end of the file, got "x"/],
    ["", /x\.json:1:1: expected a value, got an empty file/],
  ])("names line and column in %j", (text, says) =>
    expect(messageOf(() => parseJsonText(text, "x.json"))).toMatch(says),
  );

  it("refuses what is nested deep, and names the place of a long string without an end", () => {
    expect(messageOf(() => parseJsonText("[".repeat(50_000), "x.json"))).toMatch(
      /^FILE_INVALID x\.json: expected JSON nested at most 100 deep, got JSON nested 50000 deep/,
    );
    expect(messageOf(() => parseJsonText(`{"a": "${"x".repeat(20_000_000)}`, "x.json"))).toMatch(
      /^FILE_INVALID x\.json:1:7: expected text that ends on its line/,
    );
  });

  it("reads what is JSON, with a byte-order mark too", () => {
    expect(parseJsonText('\uFEFF {"a": [1e3, -0.5, "\\u00e9\\"", null, true]}\n', "x")).toEqual({
      a: [1000, -0.5, 'é"', null, true],
    });
  });
});

describe("parts", () => {
  it("ranges hold both ends exactly", () => {
    expect(valuesOf({ from: 0, to: 0.3, points: 4 })).toEqual([0, 0.3 / 3, 0.6 / 3, 0.3]);
    expect(valuesOf([3, 1])).toEqual([3, 1]);
  });

  it("formulas compute, and name what they do not know", () => {
    const f = compileFormula("100 + 20*sin(pi*y)*t", ["x", "y", "t"], "f");
    expect(typeof f === "function" && f(9, 0.5, 2)).toBeCloseTo(140, 12);
    expect(compileFormula(3, ["x"], "f")).toBe(3);
    expect(messageOf(() => compileFormula("x + z", ["x"], "here"))).toMatch(
      /SPEC_INVALID here: expected a formula in x, got "z"/,
    );
    expect(messageOf(() => compileFormula("x +", ["x"], "here"))).toMatch(/SPEC_INVALID here/);
  });

  it("paths change a copy", () => {
    const before = { a: [{ b: 1 }, { b: 2 }] };
    expect(setPath(before, "a[1].b", 5, "w")).toEqual({ a: [{ b: 1 }, { b: 5 }] });
    expect(before.a[1]!.b).toBe(2);
    expect(messageOf(() => setPath(before, "a[1].c", 5, "w"))).toMatch(
      /w: expected one of b, got "c" in "a\[1\]\.c"/,
    );
    expect(setPath(before, "c", 5, "w", true)).toEqual({ ...before, c: 5 });
  });

  it.each([
    ["graphml", "x.xml", '<?xml version="1.0"?><graphml/>'],
    ["multinet", "x.txt", "#TYPE multiplex\n#LAYERS\na,UNDIRECTED\n"],
    ["muxviz", "x.txt", "l1.edges;first;layout.txt\n"],
    ["multiplex", "x.edges", "# comment\n1 1 2 1\n"],
    ["extended", "x.edges", "1 1 2 1 0.5\n"],
    ["edges", "x.edges", "1 2\n"],
    ["edges", "x.csv", "from,to,kind,length\n1,2,pipe,3\n"],
  ])("guesses %s", (format, name, text) => expect(guessFormat(name, text)).toBe(format));
});

describe("runs", () => {
  it("curie: balanced films, Tc 5 and one curve", async () => {
    const result = await runCurieProblem({
      matrix: [
        [4, 1],
        [3, 2],
      ],
      couplings: [1],
    });
    expect(result.temperature).toBeCloseTo(5, 10);
    expect(result.meanings).toEqual({
      singularity: true,
      feature: true,
      curve: true,
      oneMode: false,
    });
  });

  it("curie: c* of unlike films is where the reference has it", async () => {
    // c* / (a - b) = 0.476 for b / a = 0.5, to the 3 digits of the reference.
    const result = await runCurieProblem({
      matrix: [
        [1, 0.1],
        [0.1, 0.5],
      ],
      couplings: [0, 1],
    });
    expect((result.boundaries[1]!.factor! * 0.1) / 0.5).toBeCloseTo(0.476, 3);
    expect(result.ghosts[0]).toBeNull();
    expect(result.ghosts[1]).toBeGreaterThan(0.5);
    // Without coupling the weak film's own transition is at its own field.
    expect(result.alone[1]).toBeCloseTo(0.5, 12);
  });

  it("magnets: the map has the four orders of the layered square lattice", async () => {
    const result = await runMagnetsProblem({
      stack: {
        layers: [{ name: "plane", spin: "ising", lattice: "square", exchange: 1 }],
        stacking: "periodic",
        couplings: [{ between: ["plane", "plane"], repeats: 1, exchange: 0.5 }],
      },
      map: {
        x: { path: "layers[0].exchange", values: [-1, 0, 1] },
        y: { path: "couplings[0].exchange", values: [-0.5, 0, 0.5] },
      },
    });
    const { order, meanField } = result.map!;
    expect([order[0], order[2], order[6], order[8]]).toEqual(["G", "A", "C", "F"]);
    expect(order[4]).toBe("none");
    // 4 |J| + 2 |J'|
    expect(meanField[0]).toBeCloseTo(5, 9);
  });

  it("topology: a weak insulator whose sides conduct and whose top does not", async () => {
    const result = await runTopologyProblem({
      ...topologyExample,
      points: 16,
      surface: { energies: [0], eta: 0.01, points: 8 },
    });
    expect(result.z2).toMatchObject({ label: "(0;001)", byParities: "(0;001)", agree: true });
    const [top, side] = result.slabs.map(({ gap }) => gap) as [number, number];
    // Reference 1.203 and 1.9e-4, each on a grid of its own; ours is the smallest on a path.
    expect(Math.abs(top / 1.203 - 1)).toBeLessThan(0.02);
    expect(side).toBeCloseTo(1.9e-4, 5);
    // At (0, 0) the side has 42.445, the top 0.0202; along a path it can only be more.
    expect(result.surfaces[1]!.atMidGap.surface).toBeGreaterThan(42.4);
    expect(result.surfaces[0]!.atMidGap.surface).toBeLessThan(0.05);
  });

  it("kinetics: the slow gene misses the whole model by 3.9e-5 at eps 0.01", async () => {
    const result = await runKineticsProblem(
      parseKineticsProblem(setPath(kineticsExample, "network.parameters.eps", 0.01, "eps")),
    );
    expect(result.converged).toBe(true);
    // Reference 3.90e-5; its sampling times are not ours, so two digits.
    expect(result.reduction!.errors["g"]! / 3.9e-5).toBeCloseTo(1, 1);
  });

  it("multiphysics: heat that goes in comes out, whatever the acceleration", async () => {
    const result = await runMultiphysicsProblem(multiphysicsExample);
    const value = (name: string): number =>
      result.quantities.find((one) => one.name === name)!.value;
    expect(result.status).toBe("converged");
    const sides = [
      "copper: heat in through left",
      "copper: heat in through right",
      "copper: heat in through top",
    ];
    // Conservation holds to the tolerance of the coupling, 1e-8 of some thousand watts.
    expect(Math.abs(sides.reduce((sum, side) => sum + value(side), 0))).toBeLessThan(1e-3);
    expect(result.runs.map(({ status }) => status)).toEqual([
      "converged",
      "notConverged",
      "converged",
      "converged",
    ]);
  });

  it("networks: the example is drawn, and what it cannot have is null", async () => {
    const result = await runNetworksProblem(networksExample);
    expect(result.drawing.layers.map(({ labels }) => labels.length)).toEqual([10, 8]);
    for (const { positions } of result.drawing.layers)
      for (const p of positions) expect(p >= 0 && p <= 1).toBe(true);
    expect(result.spectra).toMatchObject({ limit: null, superdiffusive: null, transition: null });
    expect(result.cascades!.curves.every(({ working }) => working[0] === 1)).toBe(true);
  });

  it("networks: links that a file lists again are counted in the warnings", async () => {
    const run = (text: string, file = "office.csv") =>
      runNetworksProblem(
        { files: [{ file }], spectra: false, removal: false },
        { read: () => Promise.resolve(text) },
      );
    const result = await run("from,to\na,b\nb,c\nb,a\n");
    expect(result.layers[0]!.links).toBe(2);
    expect(result.warnings).toEqual([
      "office.csv: 1 link is listed more than once, 1 of them in both directions; each is one link, with the last weight",
    ]);
    expect((await run("from,to\na,b\nb,c\n")).warnings).toEqual([]);
  });

  it("networks: two coupled layers turn into one where the closed form says, whatever the weight", async () => {
    const layer = (name: string, edges: [string, string][]) => ({
      name,
      nodes: ["a", "b", "c", "d"],
      edges,
    });
    const run = (weight: number) =>
      runNetworksProblem({
        layers: [
          layer("ring", [
            ["a", "b"],
            ["b", "c"],
            ["c", "d"],
            ["d", "a"],
          ]),
          layer("path", [
            ["a", "c"],
            ["c", "b"],
            ["b", "d"],
          ]),
        ],
        coupling: { kind: "categorical", weight },
        spectra: { strengths: [0.01, 100] },
        removal: false,
      });
    const [one, three] = [await run(1), await run(3)];
    expect(three.spectra!.transition! * 3).toBeCloseTo(one.spectra!.transition!, 12);
    // Below p* lambda_2 is the slope times the strength exactly; 1e-10 is the eigen-solver's tolerance.
    expect(three.spectra!.algebraicConnectivity[0]).toBeCloseTo(0.01 * three.spectra!.slope!, 10);
    expect(one.spectra!.slope).toBe(2);
  });

  it("stops between pieces when it is told to", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const run = runTopologyProblem(
      { ...topologyExample, points: 5000 },
      {
        signal: controller.signal,
        onProgress: ({ stage }) => stage.startsWith("slab") && controller.abort(reason),
      },
    );
    await expect(run).rejects.toBe(reason);
  });
});
