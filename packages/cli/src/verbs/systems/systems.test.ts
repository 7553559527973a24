/** `couplet systems` as a user runs it: the built binary, its standard output, its errors and exit codes. */
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../../../dist/main.js", import.meta.url));
const model = fileURLToPath(
  new URL("../../../../../examples/data/switch-with-gene.xml", import.meta.url),
);
let folder = "";

function systems(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, "systems", ...args], { cwd: folder }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
  });
}

async function problem(name: string, value: unknown): Promise<string> {
  await writeFile(
    path.join(folder, name),
    typeof value === "string" ? value : JSON.stringify(value),
  );
  return name;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-systems-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What makes the example of a domain quick, and a line that its summary has to hold. */
const quick: readonly { domain: string; changes: string[]; line: RegExp; keys: string[] }[] = [
  {
    domain: "multiphysics",
    changes: ["bodies[0].mesh.columns=6", "bodies[0].mesh.rows=6", 'compare=["aitken"]'],
    line: /^Coupling +converged/m,
    keys: ["status", "runs", "fields", "quantities", "history"],
  },
  {
    domain: "magnets",
    changes: [
      'monteCarlo={"sizes":[4,6,8],"tolerance":0.2,"measurements":200}',
      'simulate={"size":6,"temperatures":[0.5,1],"measurements":50}',
      "sweep.values.points=3",
      "map.x.values.points=3",
      "map.y.values.points=3",
    ],
    line: /^Ordering temperature, mean field +5 J \/ k/m,
    keys: ["order", "meanField", "monteCarlo", "curve", "simulated", "sweep", "map"],
  },
  {
    domain: "curie",
    changes: [
      'monteCarlo={"sizes":[4,6,8],"tolerance":0.3,"measurements":200}',
      'simulate={"size":6,"temperatures":[0.5,1],"measurements":50}',
      "couplings.points=3",
    ],
    line: /^One singularity +yes/m,
    keys: ["temperature", "meanings", "ghosts", "balance", "boundaries", "sweep", "curves"],
  },
  {
    domain: "topology",
    changes: [
      "points=8",
      'slabs=[{"axis":"z","cells":4}]',
      'surface={"energies":[0,0.5],"points":5}',
    ],
    line: /^Z2 indices .*\(0;001\).*Wilson loops and parities agree/m,
    keys: ["gap", "z2", "bulk", "slabs", "surfaces"],
  },
  {
    domain: "networks",
    changes: ["spectra.strengths=[0.1,1,10]"],
    line: /^Most harmful loss +power school/m,
    keys: ["layers", "measures", "spectra", "removal", "cascades", "diffusion", "drawing"],
  },
  {
    domain: "kinetics",
    changes: ["points=20"],
    line: /^Reduction +2 slow variables: g, X \+ Xp/m,
    keys: ["states", "times", "whole", "timeScales", "reduction", "refused", "steadyState"],
  },
];

describe.each(quick)(
  "couplet systems $domain",
  { timeout: 300_000 },
  ({ domain, changes, line, keys }) => {
    const sets = changes.flatMap((change) => ["--set", change]);

    it("runs its own example: a summary, JSON with stable keys, a page", async () => {
      const example = await systems(domain, "--example");
      expect(example.code).toBe(0);
      const file = await problem(`${domain}.json`, example.out);
      const summary = await systems(domain, file, ...sets, "--html", `${domain}.html`, "-q");
      expect(summary.err).toBe("");
      expect(summary.code).toBe(0);
      expect(summary.out).toMatch(line);
      const page = await readFile(path.join(folder, `${domain}.html`), "utf8");
      expect(page).toContain(`couplet systems ${domain} ${domain}.json`);
      expect(page.match(/<figure /g)!.length).toBeGreaterThanOrEqual(2);

      const json = await systems(domain, file, ...sets, "--json", "-q");
      const result = JSON.parse(json.out) as Record<string, unknown>;
      expect(result).toMatchObject({ schemaVersion: 1, domain, converged: true });
      for (const key of ["title", "warnings", ...keys]) expect(result).toHaveProperty(key);
    });

    it("teaches by its help", async () => {
      const { code, out } = await systems(domain, "--help");
      expect(code).toBe(0);
      expect(out).toMatch(/Examples:/);
      expect(out).toContain(`couplet systems ${domain} --example`);
    });
  },
);

describe("files of the fields' own formats", { timeout: 300_000 }, () => {
  it("SBML, with what is fast", async () => {
    const { code, out, err } = await systems(
      "kinetics",
      model,
      "--until",
      "5",
      "--fast",
      "kinase,phosphatase",
      "--observe",
      "g",
      "--set",
      'parameters={"eps":0.02}',
      "-q",
    );
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toMatch(/2 slow variables/);
  });

  it("edge lists, one a layer, joined by a rule", async () => {
    await problem("grid.edges", "a b\nb c\nc d\nd a\nc e\n");
    await problem("pipes.csv", "from,to\np,q\nq,r\n");
    const { code, out } = await systems(
      "networks",
      "power=grid.edges",
      "water=pipes.csv",
      "--depends",
      "water:power",
      "power:water:3",
      "--json",
      "-q",
    );
    expect(code).toBe(0);
    const result = JSON.parse(out) as {
      layers: { name: string; nodes: number }[];
      cascades: { harm: unknown[] };
    };
    expect(result.layers.map(({ name, nodes }) => [name, nodes])).toEqual([
      ["power", 5],
      ["water", 3],
    ]);
    expect(result.cascades.harm).toHaveLength(8);
  });

  it("edge lists on the same nodes, coupled when asked to be", async () => {
    await problem("mail.csv", "from,to\na,b\nb,c\n");
    await problem("chat.csv", "from,to\na,c\nc,b\n");
    const apart = await systems("networks", "mail.csv", "chat.csv", "--json", "-q");
    expect(JSON.parse(apart.out)).toMatchObject({ linksBetween: 0, spectra: null });
    const joined = await systems(
      "networks",
      "mail.csv",
      "chat.csv",
      "--couple",
      "2",
      "--json",
      "-q",
    );
    expect(JSON.parse(joined.out)).toMatchObject({
      linksBetween: 3,
      layers: [{ name: "mail" }, { name: "chat" }],
      spectra: { slope: 4, transition: expect.any(Number) },
    });
  });

  it("a multiplex with the layer first, by its shape", async () => {
    await problem("two.edges", "1 1 2 1\n1 2 3 1\n2 1 3 1\n2 3 2 1\n");
    const { out } = await systems("networks", "two.edges", "--json", "-q");
    expect(JSON.parse(out)).toMatchObject({
      size: 6,
      linksBetween: 3,
      spectra: { superdiffusive: expect.any(Boolean) },
    });
  });

  it("a Wannier90 file: flat bands have no topology", async () => {
    const lines = ["made by hand", "4", "1", "1"];
    for (let n = 1; n <= 4; n++)
      for (let m = 1; m <= 4; m++)
        lines.push(`0 0 0 ${m} ${n} ${m === n ? (m <= 2 ? -1 : 1) : 0} 0`);
    await problem("flat_hr.dat", `${lines.join("\n")}\n`);
    const missing = await systems("topology", "flat_hr.dat");
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/expected --occupied with the number of occupied bands/);
    const { code, out } = await systems(
      "topology",
      "flat_hr.dat",
      "--occupied",
      "2",
      "--slab",
      "z:2",
      "--set",
      "points=4",
      "surface=false",
      "--json",
      "-q",
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      z2: { label: "(0;000)" },
      gap: { value: 2 },
      slabs: [{ axis: "z", cells: 2 }],
    });
  });
});

describe("what is wrong is said, with the place", { timeout: 300_000 }, () => {
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

describe("what does not converge", { timeout: 300_000 }, () => {
  it("is printed all the same, said to be so, and ends with 1", async () => {
    const file = await problem("tube.json", {
      kind: "elasticTube",
      cells: 20,
      elasticity: 1e4,
      windows: { size: 0.01, count: 2 },
      acceleration: "none",
      maxIterations: 20,
    });
    const text = await systems("multiphysics", file, "-q");
    expect(text.code).toBe(1);
    expect(text.out).toMatch(/^Coupling +(NOT CONVERGED|DIVERGED) +\(relative residual /m);
    expect(text.err).toMatch(/^not converged: the coupling did not converge/m);
    const json = await systems("multiphysics", file, "--json", "-q");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      converged: false,
      runs: [{ windows: [{ residuals: expect.any(Array) }] }],
    });
  });

  it("a reduction without a gap is refused with its separation", async () => {
    const example = await systems("kinetics", "--example");
    const file = await problem("slow.json", example.out);
    const { code, out, err } = await systems(
      "kinetics",
      file,
      "--set",
      "network.parameters.eps=2",
      "-q",
    );
    expect(code).toBe(1);
    expect(out).toMatch(/^Reduction +REFUSED/m);
    expect(err).toMatch(/not converged: no reduced model: .*a ratio of \d/);
  });
});

describe("while it runs", { timeout: 300_000 }, () => {
  it("says in plain lines what it does when piped", async () => {
    const example = await systems("topology", "--example");
    const file = await problem("long.json", example.out);
    const { err, code } = await systems("topology", file);
    expect(code).toBe(0);
    expect(err).toMatch(/^surface density, x cut {2}.*\d s$/m);
    for (const control of ["\r", "\u001b"]) expect(err).not.toContain(control);
  });

  it("stops at Ctrl-C with 130 and leaves nothing behind", async () => {
    const example = await systems("topology", "--example");
    const file = await problem("longer.json", example.out);
    const before = await readdir(folder);
    const child = spawn(
      process.execPath,
      [main, "systems", "topology", file, "--set", "points=5000", "--html", "never.html"],
      { cwd: folder },
    );
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    await new Promise((resolve) => child.stderr.once("data", resolve));
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(130);
    expect(out).toBe("");
    expect(await readdir(folder)).toEqual(before);
  });
});
