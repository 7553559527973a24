/** `couplet systems` on problems that are wrong: each refusal names the file and the place. */
import { afterAll, describe, expect, it } from "vitest";
import { openSystemsWorkplace } from "../../../test/systems-workplace.ts";

const place = await openSystemsWorkplace();
const { systems, problem } = place;
afterAll(() => place.remove());

describe("a wrong problem is refused with its place", { timeout: 300_000 }, () => {
  const cases: readonly {
    name: string;
    args: string[];
    files?: Record<string, unknown>;
    code: number;
    says: RegExp;
  }[] = [
    {
      name: "no file",
      args: ["magnets"],
      code: 2,
      says: /expected problem\.json, got no file\. Start from an example: couplet systems magnets --example/,
    },
    {
      name: "a file that is not there",
      args: ["curie", "gone.json"],
      code: 1,
      says: /gone\.json: expected a file to read, got none/,
    },
    {
      name: "text that is no JSON",
      args: ["curie", "cut.json"],
      files: { "cut.json": '{\n  "matrix": [[1, 2], [3, }\n' },
      code: 1,
      says: /cut\.json:2:26: expected a value, got "}"/,
    },
    {
      name: "an empty file",
      args: ["curie", "empty.json"],
      files: { "empty.json": "" },
      code: 1,
      says: /empty\.json.*expected a value, got an empty file/,
    },
    {
      name: "a key that is misspelt",
      args: ["magnets", "key.json"],
      files: {
        "key.json": { stack: { layers: [{ spin: "ising", latice: "square", exchange: 1 }] } },
      },
      code: 1,
      says: /key\.json\.stack\.layers\[0\]: unknown key "latice"\. Did you mean "lattice"\?/,
    },
    {
      name: "a value that is not offered",
      args: ["magnets", "value.json"],
      files: {
        "value.json": { stack: { layers: [{ spin: "isng", lattice: "square", exchange: 1 }] } },
      },
      code: 1,
      says: /value\.json\.stack\.layers\[0\]\.spin: expected .*'?"?ising.*got "isng"\. Did you mean "ising"\?/,
    },
    {
      name: "a number that is none",
      args: ["kinetics", "number.json"],
      files: {
        "number.json": {
          network: { species: { A: 1 }, reactions: { r: { equation: "A ->", rate: "A" } } },
          until: "ten",
        },
      },
      code: 1,
      says: /number\.json\.until: expected a number, got "ten"/,
    },
    {
      name: "an unknown kind",
      args: ["multiphysics", "kind.json"],
      files: { "kind.json": { kind: "elasticTub" } },
      code: 1,
      says: /kind\.json\.kind: expected .*got "elasticTub"\. Did you mean "elasticTube"\?/,
    },
    {
      name: "a formula with an unknown name",
      args: ["multiphysics", "formula.json"],
      files: {
        "formula.json": {
          kind: "elasticTube",
          cells: 4,
          elasticity: 1e4,
          windows: { size: 0.01, count: 1 },
          inflow: "10 + tt",
        },
      },
      code: 1,
      says: /problem\.inflow: expected a formula in t, got "tt"/,
    },
    {
      name: "a species that does not exist",
      args: ["kinetics", "observe.json"],
      files: {
        "observe.json": {
          network: { species: { ATP: 1 }, reactions: { r: { equation: "ATP ->", rate: "ATP" } } },
          until: 1,
          observe: ["ATB"],
        },
      },
      code: 1,
      says: /problem\.observe: expected one of ATP, r, compartment, got "ATB"\. Did you mean "ATP"\?/,
    },
    {
      name: "a line of an edge list",
      args: ["networks", "bad.csv"],
      files: { "bad.csv": "from,to,weight\na,b,1\nb,c,heavy\n" },
      code: 1,
      says: /bad\.csv:3: expected a number for the weight, got "heavy"/,
    },
    {
      name: "an SBML feature",
      args: ["kinetics", "delay.xml", "--until", "1"],
      files: {
        "delay.xml":
          '<?xml version="1.0"?>\n<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">\n<model id="m"><listOfParameters><parameter id="p" constant="false"/></listOfParameters><listOfRules><assignmentRule variable="p">\n<math xmlns="http://www.w3.org/1998/Math/MathML"><apply><csymbol definitionURL="http://www.sbml.org/sbml/symbols/delay">d</csymbol><cn>1</cn><cn>1</cn></apply></math></assignmentRule></listOfRules>\n</model>\n</sbml>',
      },
      code: 1,
      says: /delay\.xml:4: .*delay/i,
    },
    {
      name: "a --set that leads nowhere",
      args: ["curie", "ok.json", "--set", "names[0]=c", "--set", "names[7]=x"],
      files: {
        "ok.json": {
          matrix: [
            [4, 1],
            [1, 2],
          ],
          names: ["a", "b"],
        },
      },
      code: 1,
      says: /--set: expected one of \[0\], \[1\], got "7" in "names\[7\]"/,
    },
    {
      name: "a --set without a value",
      args: ["curie", "ok.json", "--set", "names"],
      files: {
        "ok.json": {
          matrix: [
            [4, 1],
            [1, 2],
          ],
        },
      },
      code: 2,
      says: /--set: expected path=value, got "names"/,
    },
    {
      name: "a page over its own problem",
      args: ["curie", "ok.json", "--html", "ok.json"],
      files: {
        "ok.json": {
          matrix: [
            [4, 1],
            [1, 2],
          ],
        },
      },
      code: 2,
      says: /ok\.json: expected an output that differs from every input/,
    },
    {
      name: "an option that does not exist",
      args: ["curie", "ok.json", "--htm", "x"],
      code: 2,
      says: /Did you mean --html\?/,
    },
    {
      name: "broken time reversal is no 0",
      args: ["topology", "chern.json"],
      files: {
        "chern.json": {
          model: {
            kind: "hoppings",
            axes: 2,
            onSite: [
              [1, 0, 0, 0],
              [0, -1, 0, 0],
              [0, 0, 2, 0],
              [0, 0, 0, -2],
            ],
            hoppings: [],
          },
          occupied: 2,
          timeReversal: "interleaved",
        },
      },
      code: 1,
      says: /time reversal/i,
    },
  ];

  it.each(cases)("$name", async ({ args, files = {}, code, says }) => {
    for (const [name, value] of Object.entries(files)) await problem(name, value);
    const run = await systems(...args, "-q");
    expect(run.err).toMatch(says);
    expect(run.out).toBe("");
    expect(run.code).toBe(code);
  });
});
