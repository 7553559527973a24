/** What builds and publishes the packages is named by its content: actions by commit, dependencies by checksum. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), "utf8");
const workflows = readdirSync(new URL(".github/workflows/", root)).map((name) => ({
  name,
  text: read(`.github/workflows/${name}`),
}));

describe("workflows", () => {
  it("pin every action by its commit", () => {
    const used = workflows.flatMap(({ text }) =>
      [...text.matchAll(/uses:\s*(\S+)/g)].map((m) => m[1]!),
    );
    expect(used.length).toBeGreaterThan(5);
    for (const action of used) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
  });

  it("publish every package, those that others depend on before them", () => {
    const folders = ["couplet", "couplet-systems", "studio", "cli"];
    expect(readdirSync(new URL("../packages/", import.meta.url)).sort()).toEqual(
      folders.toSorted(),
    );
    const manifests = folders.map(
      (folder) =>
        JSON.parse(read(`packages/${folder}/package.json`)) as {
          readonly name: string;
          readonly private?: boolean;
          readonly dependencies?: Readonly<Record<string, string>>;
        },
    );
    const loop = /for package in (.*); do/.exec(read(".github/workflows/release.yml"))![1]!;
    const published = loop.split(" ").map((file) => /^packed\/(.*?)-[^a-z]/.exec(file)![1]!);
    const names = manifests.map(({ name }) => name);
    expect(published.toSorted()).toEqual(
      manifests
        .filter((m) => m.private !== true)
        .map(({ name }) => name)
        .toSorted(),
    );
    for (const { name, dependencies = {} } of manifests)
      for (const needed of Object.keys(dependencies).filter((other) => names.includes(other)))
        expect(published.indexOf(needed), `${needed} before ${name}`).toBeLessThan(
          published.indexOf(name),
        );
  });

  it("run no code of the repository or its dependencies where they may publish", () => {
    // A job begins with its name, two spaces in.
    const jobs = workflows.flatMap(({ text }) =>
      text
        .slice(text.indexOf("\njobs:"))
        .split(/\n(?=  [\w-]+:\n)/)
        .slice(1),
    );
    const publishing = jobs.filter((job) => job.includes("id-token: write"));
    expect(publishing).toHaveLength(1);
    for (const job of publishing) {
      expect(job).not.toMatch(
        /actions\/checkout|npm (ci|install|test|run|pack)|\.ci\/run|\.\/setup|npx/,
      );
      expect(job).toMatch(/npm publish .*--ignore-scripts/);
    }
    // Nor does a whole workflow have the right.
    for (const { text } of workflows)
      expect(text.slice(0, text.indexOf("\njobs:"))).not.toContain("id-token");
  });
});

describe("the lockfile", () => {
  it("has a checksum for every package, those of other platforms too", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { readonly link?: boolean; readonly integrity?: string }>;
    };
    const installed = Object.entries(packages).filter(
      ([place, entry]) => place.includes("node_modules/") && entry.link !== true,
    );
    expect(installed.length).toBeGreaterThan(100);
    for (const [place, { integrity }] of installed) expect(integrity, place).toMatch(/^sha512-/);
  });
});
