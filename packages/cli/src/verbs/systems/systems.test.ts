/** `couplet systems` as a user runs it: the built binary, its standard output, its errors and exit codes. */
import { readdir, readFile } from "node:fs/promises";
import { domains } from "couplet-systems";
import { afterAll, describe, expect, it } from "vitest";
import { openSystemsWorkplace } from "../../../test/systems-workplace.ts";

const place = await openSystemsWorkplace();
const { systems, problem, folder } = place;
afterAll(() => place.remove());

/** Changes that make the example of a domain quick, and a line that its summary holds. */
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
    domain: "oscillators",
    changes: ["points=21", "sweep.scales.points=5", "until=40"],
    line: /^Locked from/m,
    keys: ["layers", "course", "late", "onset", "locking", "sweep"],
  },
  {
    domain: "kinetics",
    changes: ["points=20"],
    line: /^Reduction +2 slow variables: g, X \+ Xp/m,
    keys: ["states", "times", "whole", "timeScales", "reduction", "refused", "steadyState"],
  },
];

it("the table above has a row for every domain", () => {
  expect(quick.map(({ domain }) => domain)).toEqual(domains.map(({ name }) => name));
});

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
      const page = await readFile(place.path(`${domain}.html`), "utf8");
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

describe("what does not converge", { timeout: 300_000 }, () => {
  it("is printed all the same, with a warning, and ends with 1", async () => {
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
  it("prints its progress in plain lines when piped", async () => {
    const example = await systems("topology", "--example");
    const file = await problem("long.json", example.out);
    // Fast machines, too, are past the first second, before which none is printed, when the second surface begins.
    const { err, code } = await systems("topology", file, "--set", "surface.points=160");
    expect(code).toBe(0);
    expect(err).toMatch(/^surface density, x cut {2}.*\d s$/m);
    for (const control of ["\r", "\u001b"]) expect(err).not.toContain(control);
  });

  it("stops at Ctrl-C with 130 and leaves nothing behind", async () => {
    const example = await systems("topology", "--example");
    const file = await problem("longer.json", example.out);
    const before = await readdir(folder);
    const { code, out } = await place.start(
      ["systems", "topology", file, "--set", "points=5000", "--html", "never.html"],
      { onErr: (_text, child) => child.kill("SIGINT") },
    );
    expect(code).toBe(130);
    expect(out).toBe("");
    expect(await readdir(folder)).toEqual(before);
  });
});
