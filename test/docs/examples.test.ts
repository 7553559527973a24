/** The examples: each program in examples/ passes the compiler and ends without an error; those in docstrings pass the compiler. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { docstringExamples, givenNames } from "./docstring-examples.ts";
import {
  complaintsOfTheCompiler,
  copyExample,
  openWorkshop,
  root,
  runProgram,
} from "./workshop.ts";

const workshop = openWorkshop("examples");

const examples = readdirSync(path.join(root, "examples"), { recursive: true, encoding: "utf8" })
  // Deeper files belong to the example of their folder's name.
  .filter((name) => /^[^/\\]+[/\\][^/\\]+\.ts$/.test(name))
  .sort()
  .map((name) => ({ name, source: copyExample(workshop, name) }));

const docstrings = docstringExamples(root);

/** Each example of a docstring as a module, beside the names that all take as given. */
function docstringPrograms(): string[] {
  const folder = path.join(workshop, "docstrings");
  mkdirSync(folder, { recursive: true });
  const given = path.join(folder, "given.ts");
  writeFileSync(given, givenNames);
  const programs = docstrings.map(({ file, line, code }) => {
    const program = path.join(folder, `${file.replaceAll(/[/\\]/g, "-")}-${line}.ts`);
    writeFileSync(program, `${code}export {};\n`);
    return program;
  });
  return [given, ...programs];
}

/** The functions that people meet first, of each entry point. */
const mainFunctions = [
  ["fit", "createModel", "load", "fromBytes", "logProbSync", "configure", "layerwise"],
  ["fitTable", "impute", "predict", "findRelations", "readTable", "readTableChunks"],
  ["tableReport", "toOnnx", "mpi", "study", "design", "fitImages", "fitClassifier"],
  ["fitEnergy", "assess", "diagnose", "couplingKnots"],
  ["orderingTemperature", "sharedTransition", "couple", "turbineBlade", "z2Indices"],
  ["nodeHarm", "algebraicConnectivity", "simulateOscillators", "integrate", "readSbml"],
  ["supra", "spectrum"],
].flat();

it("every main function has an example in its docstring", () => {
  const shown = new Set(docstrings.map(({ of }) => of));
  expect(mainFunctions.filter((name) => !shown.has(name))).toEqual([]);
});

describe.skipIf(examples.length === 0)("examples", { timeout: 300_000 }, () => {
  it("pass the compiler under strict, those in docstrings too", () => {
    const programs = examples.map((example) => example.source);
    expect(complaintsOfTheCompiler([...programs, ...docstringPrograms()])).toEqual([]);
  });

  // Every example takes --quick: the same steps on less.
  it.each(examples)("$name --quick runs", async ({ source }) => {
    expect(await runProgram(workshop, source, "--quick")).not.toBe("");
  });
});

// Networks that may not be copied into the project; they lie beside a checkout, or not.
const networks = path.join(root, "../shared/data/networks");
const onRealNetworks: readonly (readonly [string, readonly string[], readonly RegExp[]])[] = [
  [
    "systems/social-diffusion.ts",
    ["CS-Aarhus_multiplex.edges", "CS-Aarhus_layers.txt"],
    [/61 people, lunch: 60 people, 193 links; facebook: 32 people/, /^Not superdiffusive/m],
  ],
  [
    "systems/power-water.ts",
    ["western_us_power.edges", "Net3.edges.csv"],
    [/power 1119 +477 +\(1\)/, /3 of the 10 are also .*; 7 are not/],
  ],
];

describe.skipIf(!existsSync(networks))(
  "examples on the real networks of ../shared/data/networks",
  { timeout: 300_000 },
  () => {
    it.each(onRealNetworks)("%s %s", async (name, files, expected) => {
      const { source } = examples.find((example) => example.name === name)!;
      const paths = files.map((file) => path.join(networks, file));
      const output = await runProgram(workshop, source, "--quick", ...paths);
      for (const line of expected) expect(output).toMatch(line);
    });
  },
);
